"""The lock: what was asked for and what was taken, written on the Workflow.

One annotation (`workflows.pipekit.io/resolved`) holds it as canonical JSON. It is a record for people and audits,
never a reason to trust: Argosy does not read versions back from it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

import orjson

from argosy.resolver import contract

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from argosy.resolver.lookup import Found
    from argosy.resolver.manifests import JsonObject, Manifest

LOCK_FORMAT = 1


class LockEntry(TypedDict):
    """One object that was taken."""

    kind: str
    name: str
    asked: str
    repository: str
    ref: str
    commit: str
    path: str
    digest: str


class Lock(TypedDict, total=False):
    """The value of the annotation."""

    format: int
    templates: list[LockEntry]
    frozen: list[str]


def lock_of(taken: Iterable[Found], frozen: Iterable[str] = ()) -> Lock:
    """The record, in the order given; `frozen` are the sites whose variables were replaced by present values."""
    lock: Lock = {"format": LOCK_FORMAT, "templates": [_entry(found) for found in taken]}
    sites = sorted(frozen)
    if sites:
        lock["frozen"] = sites
    return lock


def _entry(found: Found) -> LockEntry:
    resource = found.resource
    return {
        "kind": resource.kind,
        "name": resource.name,
        "asked": found.version,
        "repository": resource.origin.repository,
        "ref": found.revision.ref,
        "commit": resource.origin.commit,
        "path": resource.path,
        "digest": resource.digest,
    }


def lock_text(lock: Lock) -> str:
    """Canonical JSON: the same lock is the same bytes."""
    return orjson.dumps(lock, option=orjson.OPT_SORT_KEYS).decode()


def with_lock(manifest: Manifest, lock: Lock, labels: Mapping[str, str] | None = None) -> Manifest:
    """The manifest with the lock in its annotations, and with Argosy's own labels over what a user put there.

    A CronWorkflow also hands the lock on to the Workflows it makes.
    """
    annotations = {contract.RESOLVED: lock_text(lock)}
    written: JsonObject = {**manifest}
    written["metadata"] = _laid_over(written.get("metadata") or {}, annotations, labels or {})
    if written.get("kind") == "CronWorkflow":
        spec: JsonObject = written.get("spec") or {}
        inherited = _laid_over(spec.get("workflowMetadata") or {}, annotations, {})
        written["spec"] = {**spec, "workflowMetadata": inherited}
    result: Manifest = written  # type: ignore[assignment]  # a Manifest, seen as a plain object
    return result


def _laid_over(metadata: JsonObject, annotations: Mapping[str, str], labels: Mapping[str, str]) -> JsonObject:
    result = dict(metadata)
    for field, values in (("labels", labels), ("annotations", annotations)):
        if values:
            result[field] = {**(metadata.get(field) or {}), **values}
    return result
