"""The record of what was asked for and what was taken."""

from __future__ import annotations

from typing import TYPE_CHECKING

from argosy.resolver.lock import lock_of, lock_text, with_lock
from argosy.resolver.lookup import Found
from argosy.resolver.manifests import ResourceName
from argosy.resolver.sources import CommitId, Origin, RepositoryAlias, RepositoryPath, Resource, Revision, VersionKind

if TYPE_CHECKING:
    from argosy.resolver.manifests import Manifest

COMMIT = CommitId("3f2a9c1d" * 5)
FOUND = Found(
    Resource(
        Origin(RepositoryAlias("main"), COMMIT),
        "WorkflowTemplate",
        ResourceName("hello"),
        RepositoryPath("templates/hello.yaml"),
        "sha256:00",
        {},
    ),
    Revision(COMMIT, VersionKind.TAG, "refs/tags/v1.2.0", floating=True),
    "^1",
)
LOCK = lock_of([FOUND], ["spec.templates[1].steps[0][0].templateRef", "spec.entrypoint"])
RESOLVED = "workflows.pipekit.io/resolved"


def test_the_lock_tells_what_was_asked_and_what_was_taken() -> None:
    assert lock_text(LOCK) == (
        '{"format":1,"frozen":["spec.entrypoint","spec.templates[1].steps[0][0].templateRef"],"templates":[{'
        f'"asked":"^1","commit":"{COMMIT}","digest":"sha256:00","kind":"WorkflowTemplate","name":"hello",'
        '"path":"templates/hello.yaml","ref":"refs/tags/v1.2.0","repository":"main"}]}'
    )


def test_the_lock_replaces_a_forged_one_and_keeps_other_annotations() -> None:
    manifest: Manifest = {
        "kind": "Workflow",
        "metadata": {"name": "w", "annotations": {RESOLVED: "forged", "mine": "1"}},
    }

    written = with_lock(manifest, LOCK)

    assert written.get("metadata") == {"name": "w", "annotations": {RESOLVED: lock_text(LOCK), "mine": "1"}}
    assert (manifest.get("metadata") or {}).get("annotations") == {RESOLVED: "forged", "mine": "1"}


def test_labels_of_the_installation_win_over_those_of_the_user() -> None:
    manifest: Manifest = {
        "kind": "Workflow",
        "metadata": {"labels": {"workflows.pipekit.io/runner": "forged", "a": "b"}},
    }

    written = with_lock(manifest, LOCK, {"workflows.pipekit.io/runner": "argosy-agent-1"})

    assert (written.get("metadata") or {}).get("labels") == {"workflows.pipekit.io/runner": "argosy-agent-1", "a": "b"}


def test_a_cron_workflow_hands_the_lock_on_to_its_workflows() -> None:
    manifest: Manifest = {"kind": "CronWorkflow", "spec": {"workflowMetadata": {"labels": {"a": "b"}}}}

    written = with_lock(manifest, LOCK)

    expected = {"labels": {"a": "b"}, "annotations": {RESOLVED: lock_text(LOCK)}}
    assert (written.get("spec") or {}).get("workflowMetadata") == expected
    assert (written.get("metadata") or {}).get("annotations") == {RESOLVED: lock_text(LOCK)}
