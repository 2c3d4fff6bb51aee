"""Every Workflow of Argo's examples with several templates, moved to git and called from there, does what it did."""

from __future__ import annotations

import pytest

from argosy.resolver.errors import Reason
from argosy.resolver.flattened import Mode
from tests.equivalence.library import library_of
from tests.equivalence.recast import by_template_ref, by_workflow_template_ref, holder
from tests.equivalence.upstream_manifests import Upstream, recastable, upstream
from tests.equivalence.verdicts import EQUAL, UNANSWERABLE, verdict
from tests.oracle.programs import argo_module

# A step names a template "hell0" that is not there.
MISREFERENCE = "test/e2e/expectedfailures/misreference-template-name.yaml"


@pytest.fixture(scope="module")
def examples() -> list[Upstream]:
    return recastable(upstream(argo_module()))


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        (Mode.FLATTEN, {MISREFERENCE: Reason.TEMPLATE_NOT_FOUND}),
        # The object is delivered as it is, with all its local names.
        (Mode.REFERENCE, {MISREFERENCE: UNANSWERABLE}),
    ],
)
def test_called_by_template_ref(examples: list[Upstream], mode: Mode, expected: dict[str, Reason | str]) -> None:
    verdicts = {
        each.name: verdict(by_template_ref(each.manifest), library_of([holder(each.manifest)]), mode)
        for each in examples
    }
    assert len(verdicts) == 238
    assert {name: found for name, found in verdicts.items() if found != EQUAL} == expected


@pytest.mark.parametrize(
    ("mode", "expected"),
    [(Mode.FLATTEN, {MISREFERENCE: Reason.TEMPLATE_NOT_FOUND}), (Mode.REFERENCE, {})],
)
def test_run_by_workflow_template_ref(examples: list[Upstream], mode: Mode, expected: dict[str, Reason | str]) -> None:
    verdicts = {
        each.name: verdict(by_workflow_template_ref(), library_of([holder(each.manifest)]), mode) for each in examples
    }
    assert len(verdicts) == 238
    assert {name: found for name, found in verdicts.items() if found != EQUAL} == expected
