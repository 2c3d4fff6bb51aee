"""Which objects a manifest refers to by name, and the labels that say so on a delivered template.

Whether any template still refers to a stale one is then one small request, which the API server answers from labels,
however many templates there are. The walk takes every reference it meets, also where Argo would not look: what is
found too much keeps a template, what is found too little would take one away.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple, cast

from argosy.resolver import contract

if TYPE_CHECKING:
    from argosy.resolver.manifests import JsonValue, Manifest, ResourceKind

__all__ = ["Named", "named_by", "uses_key", "uses_labels", "uses_selector"]

_REFERENCES = ("templateRef", "workflowTemplateRef")
_HASH_DIGITS = 16


class Named(NamedTuple):
    """An object as a reference names it: a WorkflowTemplate in the namespace of whoever refers to it."""

    kind: ResourceKind
    name: str


def named_by(manifest: Manifest) -> frozenset[Named]:
    """What the spec of a manifest refers to; of any shape, since objects in a cluster may be malformed."""
    found: set[Named] = set()
    pending: list[JsonValue] = [manifest.get("spec")]
    while pending:
        value = pending.pop()
        if isinstance(value, dict):
            holder = cast("dict[str, JsonValue]", value)
            found.update(named for key in _REFERENCES if (named := _named(holder.get(key))))
            pending.extend(holder.values())
        elif isinstance(value, list):
            pending.extend(value)
    return frozenset(found)


def uses_labels(manifest: Manifest) -> dict[str, str]:
    """The labels of a delivered template that name what it refers to, as it is delivered."""
    return {uses_key(named.kind, named.name): "true" for named in sorted(named_by(manifest))}


def uses_selector(kind: ResourceKind, name: str) -> str:
    """The label selector of the delivered templates that refer to an object.

    >>> uses_selector("WorkflowTemplate", "greetings")
    'uses.workflows.pipekit.io/3fb6f88b4275d5b8=true'
    """
    return f"{uses_key(kind, name)}=true"


def uses_key(kind: str, name: str) -> str:
    """The label of whatever refers to an object. Its name may be longer than a label holds, so it is a hash of it."""
    return contract.USES + sha256(f"{kind}/{name}".encode()).hexdigest()[:_HASH_DIGITS]


def _named(reference: JsonValue) -> Named | None:
    """A name with variables is none: which object it means is only known while the Workflow runs."""
    if not isinstance(reference, dict):
        return None
    holder = cast("dict[str, JsonValue]", reference)
    name = holder.get("name")
    if not isinstance(name, str) or not name or "{{" in name:
        return None
    return Named("ClusterWorkflowTemplate" if holder.get("clusterScope") else "WorkflowTemplate", name)
