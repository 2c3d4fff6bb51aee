"""Delivered templates, as far as sweeping looks at them: their metadata is enough."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from argosy.gc.uses import uses_labels
from argosy.resolver import contract
from argosy.resolver.manifests import Namespace, ResourceName

if TYPE_CHECKING:
    from argosy.resolver.manifests import JsonObject, Manifest, ResourceKind

__all__ = ["DeliveredTemplate", "TemplateKey", "delivered_template", "moment", "seconds_of"]

ALWAYS = "Always"
_LAST_MOMENT = 253_402_300_799.0
"""The end of the year 9999, the last that can be written."""


class TemplateKey(NamedTuple):
    """Where in the cluster an object stands; the namespace is empty for a ClusterWorkflowTemplate."""

    kind: ResourceKind
    namespace: Namespace
    name: ResourceName

    def __str__(self) -> str:
        return "/".join(part for part in self if part)


@dataclass(frozen=True, slots=True)
class DeliveredTemplate:
    """One object as it was when it was read."""

    key: TemplateKey
    uid: str
    resource_version: str
    runner: str
    """The installation that delivered it; empty for an object that nobody delivered."""
    last_used_at: float
    """Epoch seconds, as all times here; the creation where its use was never noted."""
    is_always_delivered: bool = False
    is_kept: bool = False
    """By the annotation of a user."""
    delete_at: str = ""
    """As it is written; empty when its deletion is not announced."""
    uses: frozenset[str] = frozenset()
    """The keys of the labels that name what it refers to."""
    is_ending: bool = False
    """Somebody has deleted it already, and finalizers hold it."""


def delivered_template(kind: ResourceKind, manifest: JsonObject) -> DeliveredTemplate:
    """From an object of the API server, or from its metadata alone."""
    metadata = manifest["metadata"]
    labels: dict[str, str] = metadata.get("labels") or {}
    annotations: dict[str, str] = metadata.get("annotations") or {}
    written = {key for key in labels if key.startswith(contract.USES)}
    return DeliveredTemplate(
        TemplateKey(kind, Namespace(metadata.get("namespace", "")), ResourceName(metadata["name"])),
        metadata["uid"],
        metadata["resourceVersion"],
        labels.get(contract.RUNNER, ""),
        _last_used_at(labels, metadata),
        is_always_delivered=labels.get(contract.DELIVER) == ALWAYS,
        is_kept=annotations.get(contract.KEEP) == "true",
        delete_at=annotations.get(contract.DELETE_AT, ""),
        uses=frozenset(written | uses_labels(cast("Manifest", manifest)).keys()),
        is_ending=bool(metadata.get("deletionTimestamp")),
    )


def _last_used_at(labels: dict[str, str], metadata: Any) -> float:
    stamp = labels.get(contract.LAST_USED_TIMESTAMP, "")
    if stamp.isascii() and stamp.isdecimal():
        return min(float(stamp), _LAST_MOMENT)
    return datetime.fromisoformat(metadata["creationTimestamp"]).timestamp()


def moment(seconds: float) -> str:
    """As announcements write a time.

    >>> moment(1_796_205_600)
    '2026-12-02T10:00:00Z'
    """
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def seconds_of(text: str) -> float | None:
    """The time that a user may have written: a date is its beginning, and without a zone it is UTC; None for all else.

    >>> seconds_of("2026-12-02T10:00:00Z"), seconds_of("2026-12-02"), seconds_of("soon")
    (1796205600.0, 1796169600.0, None)
    """
    try:
        read = datetime.fromisoformat(text.strip())
        return (read if read.tzinfo else read.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return None
