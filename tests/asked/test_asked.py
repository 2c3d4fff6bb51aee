"""Where a version may be written, and which place wins."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from argosy.resolver.asked import Asked, asked_by_template, asked_by_workflow
from argosy.resolver.errors import Denied
from argosy.resolver.sources import PullPolicy

if TYPE_CHECKING:
    from argosy.resolver.manifests import Template

VERSION = "pipekit.io.templates.gitVersion"
REPOSITORY = "pipekit.io.templates.gitRepo"
PULL_POLICY = "pipekit.io.templates.pullPolicy"


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ({}, Asked()),
        ({"metadata": {}}, Asked()),
        ({"metadata": {"labels": {VERSION: "v1"}}}, Asked("v1", carrier="t.metadata.labels")),
        ({"metadata": {"annotations": {VERSION: "v1"}}}, Asked("v1", carrier="t.metadata.annotations")),
        ({"annotations": {VERSION: "v1"}}, Asked("v1", carrier="t.annotations")),
        (
            {"metadata": {"labels": {VERSION: "v1"}, "annotations": {VERSION: "v2"}}, "annotations": {VERSION: "v3"}},
            Asked("v1", carrier="t.metadata.labels"),
        ),
        (
            {"metadata": {"labels": {VERSION: "v1"}, "annotations": {REPOSITORY: "a", PULL_POLICY: "Never"}}},
            Asked("v1", "a", PullPolicy.NEVER, "t.metadata.labels"),
        ),
        (
            {"metadata": {"labels": {VERSION: "  "}, "annotations": {VERSION: "v2"}}},
            Asked("v2", carrier="t.metadata.annotations"),
        ),
    ],
)
def test_an_invoking_template_asks_by_label_before_annotation(template: Template, expected: Asked) -> None:
    assert asked_by_template(template, "t") == expected


def test_a_workflow_asks_by_annotation_before_label_before_workflow_metadata() -> None:
    carriers: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
        ("metadata.annotations", {"annotations": {VERSION: "v1"}}, {}),
        ("metadata.labels", {"labels": {VERSION: "v1"}}, {}),
        ("spec.workflowMetadata.annotations", {}, {"annotations": {VERSION: "v1"}}),
        ("spec.workflowMetadata.labels", {}, {"labels": {VERSION: "v1"}}),
    ]
    expected = [place for place, _, _ in carriers]
    metadata: dict[str, Any] = {}
    inherited: dict[str, Any] = {}
    winners: list[str] = []
    # From the last to the first, so that each newcomer must win over all that are there already.
    for _, in_metadata, in_spec in reversed(carriers):
        metadata |= in_metadata
        inherited |= in_spec
        winners.append(asked_by_workflow({"metadata": metadata}, {"workflowMetadata": inherited}).carrier)  # type: ignore[typeddict-item]  # built step by step

    assert list(reversed(winners)) == expected


@pytest.mark.parametrize("value", [1234567, 1.2e5, True, ["v1"], {"v": 1}])
def test_an_unquoted_version_is_refused_with_the_yaml_trap_explained(value: object) -> None:
    template: Any = {"metadata": {"labels": {VERSION: value}}}

    with pytest.raises(
        Denied, match=r"spec\.templates\[0\]\.metadata\.labels: .* not a string; put the value in quotes"
    ):
        asked_by_template(template, "spec.templates[0]")


def test_an_unknown_pull_policy_is_refused_with_the_known_ones() -> None:
    template: Any = {"metadata": {"labels": {PULL_POLICY: "Sometimes"}}}

    with pytest.raises(Denied, match="use one of Always, IfNotPresent, Never"):
        asked_by_template(template, "t")
