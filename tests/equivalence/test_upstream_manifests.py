"""Every reference in the examples and end-to-end tests of Argo's own module, answered from git instead."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import pytest

from argosy.resolver.errors import Reason
from argosy.resolver.flatten import flatten
from argosy.resolver.flattened import Mode
from tests.equivalence.recast import by_workflow_template_ref, calling_each_template
from tests.equivalence.upstream_manifests import (
    HOLDERS,
    WORKFLOWS,
    Upstream,
    asking_for,
    files_with_references,
    has_references,
    nearest,
    upstream,
)
from tests.equivalence.verdicts import EQUAL, verdict
from tests.oracle.programs import argo_module

if TYPE_CHECKING:
    from argosy.resolver.manifests import Manifest

# What has a reference and cannot be flattened, with why.
_WELLFORMED = "test/e2e/testdata/wellformed/wellformed-workflow-with-malformed"
DENIED = {
    # The templates they name have an object for the list of spec.arguments.parameters.
    f"{_WELLFORMED}-cluster-workflow-template-ref.yaml": Reason.INVALID_MANIFEST,
    f"{_WELLFORMED}-workflow-template-ref.yaml": Reason.INVALID_MANIFEST,
}

# A WorkflowEventBinding is no Workflow: the one it submits arrives by itself, with a workflowTemplateRef alone.
EVENT_BINDINGS = 2
# The Workflows that examples/workflow-of-workflows.yaml creates arrive by themselves.
TEXTS_OF_WORKFLOWS = 1


@pytest.fixture(scope="module")
def manifests() -> list[Upstream]:
    return upstream(argo_module())


@pytest.mark.parametrize("mode", Mode)
def test_every_workflow_with_a_reference_is_what_it_was(manifests: list[Upstream], mode: Mode) -> None:
    verdicts = {
        each.name: verdict(asking_for("v1", each.manifest), nearest(each, manifests), mode)
        for each in manifests
        if each.kind in WORKFLOWS and has_references(each.manifest)
    }
    assert len(verdicts) == 37
    assert {name: found for name, found in verdicts.items() if found != EQUAL} == DENIED


@pytest.mark.parametrize("mode", Mode)
def test_every_template_with_a_reference_can_be_called(manifests: list[Upstream], mode: Mode) -> None:
    verdicts = {
        each.name: verdict(calling_each_template(each.manifest), nearest(each, manifests), mode)
        for each in manifests
        if each.kind in HOLDERS and has_references(each.manifest)
    }
    assert len(verdicts) == 9
    assert {name: found for name, found in verdicts.items() if found != EQUAL} == {}


@pytest.mark.parametrize("mode", Mode)
def test_every_template_with_an_entrypoint_can_be_run(manifests: list[Upstream], mode: Mode) -> None:
    verdicts = {
        each.name: verdict(
            by_workflow_template_ref(each.manifest["metadata"]["name"], cluster=each.kind.startswith("Cluster")),
            nearest(each, manifests),
            mode,
        )
        for each in manifests
        if each.kind in HOLDERS and "entrypoint" in each.manifest.get("spec", {})
    }
    assert len(verdicts) == 42
    assert {name: found for name, found in verdicts.items() if found != EQUAL} == {}


def test_no_file_with_a_reference_is_left_out(manifests: list[Upstream]) -> None:
    seen = {each.path for each in manifests if has_references(each.manifest)}
    files = files_with_references(argo_module())
    assert len(files) == 46
    assert len(files) - len(seen) == EVENT_BINDINGS + TEXTS_OF_WORKFLOWS


def test_a_workflow_that_creates_workflows_passes_untouched(manifests: list[Upstream]) -> None:
    (creator,) = [each for each in manifests if each.name == "examples/workflow-of-workflows.yaml"]
    original = cast("Manifest", asking_for("v1", creator.manifest))
    assert flatten(original, nearest(creator, manifests)).manifest is original
