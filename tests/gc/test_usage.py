from __future__ import annotations

import json
from typing import Any

import pytest

from argosy.gc.usage import COMPLETED, usage_of
from argosy.resolver import contract

A_STEP = {"templates": [{"name": "m", "steps": [[{"name": "s", "templateRef": {"name": "a", "template": "t"}}]]}]}
LOCK = {"templates": [{"kind": "WorkflowTemplate", "name": "a"}, {"kind": "ClusterWorkflowTemplate", "name": "c"}]}
NOTHING: dict[str, Any] = {"templates": []}


def workflow(spec: Any = None, *, completed: str | None = None, lock: Any = None) -> Any:
    labels = {} if completed is None else {COMPLETED: completed}
    annotations = {} if lock is None else {contract.RESOLVED: lock if isinstance(lock, str) else json.dumps(lock)}
    return {
        "metadata": {"name": "w", "namespace": "team", "labels": labels, "annotations": annotations},
        "spec": NOTHING if spec is None else spec,
    }


def used(*workflows: Any, cron: tuple[Any, ...] = ()) -> dict[str, str]:
    return {str(key): user for key, user in usage_of(workflows, cron).items()}


ROWS: list[tuple[str, Any, set[str]]] = [
    ("running, flattened", workflow(lock=LOCK), {"WorkflowTemplate/team/a", "ClusterWorkflowTemplate/c"}),
    ("not running any more", workflow(lock=LOCK, completed="true"), set()),
    ("running again", workflow(lock=LOCK, completed="false"), {"WorkflowTemplate/team/a", "ClusterWorkflowTemplate/c"}),
    ("refers by name", workflow(A_STEP), {"WorkflowTemplate/team/a"}),
    ("refers by name, completed: it can be retried", workflow(A_STEP, completed="true"), {"WorkflowTemplate/team/a"}),
    ("made from a template", workflow({"workflowTemplateRef": {"name": "a"}}), {"WorkflowTemplate/team/a"}),
    ("no lock", workflow(), set()),
    ("no metadata and no spec", {}, set()),
]


@pytest.mark.parametrize(("manifest", "expected"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_what_a_workflow_uses(manifest: Any, expected: set[str]) -> None:
    assert used(manifest).keys() == expected


@pytest.mark.parametrize("suspended", [False, True])
def test_a_cronworkflow_uses_what_it_refers_to(suspended: bool) -> None:  # noqa: FBT001  # a column
    cron = {"metadata": {"name": "c", "namespace": "team"}, "spec": {"suspend": suspended, "workflowSpec": A_STEP}}

    assert used(cron=(cron,)) == {"WorkflowTemplate/team/a": "CronWorkflow team/c"}


@pytest.mark.parametrize(
    "lie",
    [
        "",
        "{",
        "[]",
        "null",
        '"text"',
        '{"templates": {}}',
        '{"templates": [null, 1, [], {}, {"kind": "WorkflowTemplate"}]}',
        '{"templates": [{"kind": "Secret", "name": "a"}]}',
        '{"templates": [{"kind": ["WorkflowTemplate"], "name": "a"}]}',
        '{"templates": [{"kind": "WorkflowTemplate", "name": ["a"]}]}',
        "[" * 100_000,
    ],
)
def test_a_forged_lock_does_no_harm(lie: str) -> None:
    assert used(workflow(A_STEP, lock=lie)) == {"WorkflowTemplate/team/a": "Workflow team/w"}


def test_a_lock_cannot_speak_for_another_namespace() -> None:
    lock = {"templates": [{"kind": "WorkflowTemplate", "name": "a", "namespace": "other"}]}

    assert used(workflow(lock=lock)).keys() == {"WorkflowTemplate/team/a"}
