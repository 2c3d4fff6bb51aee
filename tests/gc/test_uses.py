from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import pytest

from argosy.gc.uses import named_by, uses_labels, uses_selector

if TYPE_CHECKING:
    from argosy.resolver.manifests import Manifest


def manifest(spec: Any) -> Manifest:
    return cast("Manifest", {"kind": "WorkflowTemplate", "metadata": {"name": "it"}, "spec": spec})


A_REF = {"templateRef": {"name": "a", "template": "main"}}

PLACES = [
    pytest.param({"workflowTemplateRef": {"name": "a"}}, id="the whole"),
    pytest.param({"templates": [{"name": "t", "steps": [[{"name": "s", **A_REF}]]}]}, id="a step"),
    pytest.param({"templates": [{"name": "t", "dag": {"tasks": [{"name": "s", **A_REF}]}}]}, id="a task"),
    pytest.param({"templates": [{"steps": [[{"inline": {"dag": {"tasks": [A_REF]}}}]]}]}, id="an inline body"),
    pytest.param({"templates": [{"steps": [[{"template": "t", "hooks": {"exit": A_REF}}]]}]}, id="a step's hook"),
    pytest.param({"hooks": {"running": A_REF}}, id="the Workflow's hook"),
    pytest.param({"templateDefaults": {"dag": {"tasks": [A_REF]}}}, id="templateDefaults"),
    pytest.param({"workflowSpec": {"workflowTemplateRef": {"name": "a"}}}, id="a CronWorkflow"),
    pytest.param({"submit": {"workflowTemplateRef": {"name": "a"}}}, id="a WorkflowEventBinding"),
]


@pytest.mark.parametrize("spec", PLACES)
def test_a_reference_is_found_wherever_argo_reads_one(spec: Any) -> None:
    assert named_by(manifest(spec)) == {("WorkflowTemplate", "a")}


def test_a_reference_with_cluster_scope_names_the_other_kind() -> None:
    spec = {"workflowTemplateRef": {"name": "a", "clusterScope": True}}
    assert named_by(manifest(spec)) == {("ClusterWorkflowTemplate", "a")}


@pytest.mark.parametrize(
    "spec",
    [
        None,
        "text",
        {"templateRef": "a"},
        {"templateRef": {"name": 7}},
        {"templateRef": {"name": ""}},
        {"templateRef": {"name": "{{inputs.parameters.which}}"}},
        {"templates": {"templateRef": [{"name": "a"}]}},
    ],
)
def test_what_names_nothing_for_certain_is_passed_over(spec: Any) -> None:
    assert named_by(manifest(spec)) == frozenset()


def test_each_object_that_is_referred_to_is_one_label_that_the_selector_asks_for() -> None:
    spec = {"templates": [{"steps": [[A_REF, A_REF], [{"templateRef": {"name": "a", "clusterScope": True}}]]}]}
    labels = uses_labels(manifest(spec))
    selectors = {uses_selector("WorkflowTemplate", "a"), uses_selector("ClusterWorkflowTemplate", "a")}
    assert {f"{key}={value}" for key, value in labels.items()} == selectors


def test_a_deep_spec_is_read_without_recursion() -> None:
    spec: Any = A_REF
    for _ in range(100_000):
        spec = {"inline": spec}
    assert named_by(manifest(spec)) == {("WorkflowTemplate", "a")}
