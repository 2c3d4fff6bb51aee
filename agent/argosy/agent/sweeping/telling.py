"""The Event by which those who use a namespace hear that a template is about to go."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from argosy.agent.events import Event, EventType
from argosy.gc.sweeping import Result
from argosy.resolver import contract
from argosy.resolver.manifests import Namespace

if TYPE_CHECKING:
    from collections.abc import Callable

    from argosy.gc.sweeping import Report, Row

__all__ = ["REASON", "event_of", "tell"]

REASON: Final = "TemplateUnused"
_CLUSTER_NAMESPACE: Final = Namespace("default")
"""Where Kubernetes has the Events of objects that are in no namespace."""


def event_of(row: Row) -> Event | None:
    """Only what was announced is told: when it goes, and what keeps it."""
    if row.result is not Result.ANNOUNCED:
        return None
    template, delete_at = row.decision.template, row.decision.delete_at
    kind, namespace, name = template.key
    where = f"-n {namespace}" if namespace else "--cluster"
    message = (
        f"{row.decision.detail}; it will be deleted after {delete_at} unless it is used before. "
        f"To keep it: argosy gc keep {name} {where}, or annotate it with {contract.KEEP}=true. "
        f"To postpone: argosy gc postpone {name} {where} --until 7d, or move {contract.DELETE_AT}."
    )
    return Event(
        namespace or _CLUSTER_NAMESPACE,
        contract.API_VERSION,
        kind,
        name,
        template.uid,
        REASON,
        message,
        EventType.NORMAL,
        action="Sweep",
    )


def tell(report: Report, publish: Callable[[Event], None], rest: Callable[[], None]) -> None:
    """Publish what was announced, with a rest after each: what is written is paced, and what waits is bounded."""
    for row in report.rows:
        if event := event_of(row):
            publish(event)
            rest()
