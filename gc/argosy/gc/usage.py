"""What live objects use, by name: pure.

=====================================  =====================================================================
used by                                what
=====================================  =====================================================================
a Workflow that is not completed       what its lock says was taken
any Workflow: it can be retried        what its spec refers to
a CronWorkflow, suspended or not       what its spec refers to
=====================================  =====================================================================

A lock can be written by whoever writes the Workflow. A lie in it keeps a template, and never takes one away.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias, get_args

import orjson

from argosy.gc.templates import TemplateKey
from argosy.gc.uses import Named, named_by
from argosy.resolver import contract
from argosy.resolver.manifests import Namespace, ResourceKind, ResourceName

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from argosy.resolver.manifests import Manifest

__all__ = ["COMPLETED", "Usage", "usage_of"]

Usage: TypeAlias = dict[TemplateKey, str]
"""What is in use, and by which object, as people name it."""
COMPLETED = "workflows.argoproj.io/completed"
"""The controller's label: workflow/common/common.go."""
_KINDS = get_args(ResourceKind)


def usage_of(workflows: Iterable[Manifest], cron_workflows: Iterable[Manifest]) -> Usage:
    """Of each object only its names are remembered, so that all of them need not be in memory at once."""
    usage: Usage = {}
    for kind, manifests in (("Workflow", workflows), ("CronWorkflow", cron_workflows)):
        for manifest in manifests:
            metadata: Any = manifest.get("metadata") or {}
            user = f"{kind} {metadata.get('namespace', '')}/{metadata.get('name', '')}"
            used = {*named_by(manifest), *(_taken(metadata) if kind == "Workflow" else ())}
            for key in _keys(used, metadata.get("namespace", "")):
                usage.setdefault(key, user)
    return usage


def _keys(used: Iterable[Named], namespace: str) -> Iterator[TemplateKey]:
    for kind, name in used:
        where = namespace if kind == "WorkflowTemplate" else ""
        yield TemplateKey(kind, Namespace(where), ResourceName(name))


def _taken(metadata: Any) -> Iterator[Named]:
    """What the lock of a Workflow names that goes on."""
    if (metadata.get("labels") or {}).get(COMPLETED) == "true":
        return
    try:
        lock = orjson.loads((metadata.get("annotations") or {}).get(contract.RESOLVED, ""))
    except orjson.JSONDecodeError:
        return
    entries = lock.get("templates") if isinstance(lock, dict) else None
    for entry in entries if isinstance(entries, list) else ():
        if isinstance(entry, dict) and entry.get("kind") in _KINDS and isinstance(entry.get("name"), str):
            yield Named(entry["kind"], entry["name"])
