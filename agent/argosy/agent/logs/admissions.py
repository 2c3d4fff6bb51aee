"""The one line of an admission: who asked for what, what was taken, what became of it; never the object."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from argosy.agent.logs.values import MAX_ITEMS, clean

if TYPE_CHECKING:
    from collections.abc import Sequence

    from argosy.agent.metrics import Kind, Outcome
    from argosy.resolver.errors import Reason
    from argosy.resolver.sources import Origin

__all__ = ["Admission", "admission_fields"]

_MAX_NAME: Final = 253
"""The longest name that Kubernetes has."""
_MAX_VERSION: Final = 100
_MAX_LISTED: Final = MAX_ITEMS - 1


@dataclass(frozen=True, slots=True)
class Admission:
    """One answered AdmissionReview, as far as it is told."""

    uid: str
    namespace: str
    kind: Kind | str
    name: str
    """`metadata.name`; empty where the API server is yet to make one."""
    generate_name: str
    asked: Sequence[str]
    """The versions, as they were written."""
    taken: Sequence[Origin]
    outcome: Outcome
    reason: Reason | None
    seconds: float
    warm: bool
    dry_run: bool


def admission_fields(admission: Admission) -> dict[str, object]:
    """The fields of its line, in the order of a sentence; what is empty is left out."""
    commits = [f"{origin.repository}@{origin.commit}" for origin in admission.taken]
    fields: dict[str, object] = {
        "uid": clean(admission.uid, max_length=_MAX_NAME),
        "namespace": clean(admission.namespace, max_length=_MAX_NAME),
        "kind": clean(str(admission.kind), max_length=_MAX_NAME),
        "name": clean(admission.name, max_length=_MAX_NAME),
        "generateName": "" if admission.name else clean(admission.generate_name, max_length=_MAX_NAME),
        "asked": _listed([clean(version, max_length=_MAX_VERSION) for version in admission.asked]),
        "commits": _listed(commits),
        "outcome": str(admission.outcome),
        "reason": str(admission.reason or ""),
    }
    measured = {
        "milliseconds": round(admission.seconds * 1000, 3),
        "warm": admission.warm,
        "dryRun": admission.dry_run,
    }
    return {name: field for name, field in fields.items() if field} | measured


def _listed(texts: Sequence[str]) -> list[str]:
    distinct = list(dict.fromkeys(texts))
    left = len(distinct) - _MAX_LISTED
    return [*distinct[:_MAX_LISTED], f"and {left} more"] if left > 0 else distinct
