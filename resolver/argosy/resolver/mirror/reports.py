"""What is told of a fetch to whoever watches: once for each that git was really run for, never for who waited."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from argosy.resolver.errors import Reason
    from argosy.resolver.sources import RepositoryAlias

__all__ = ["CloneState", "FetchKind", "FetchObserver", "FetchReport", "nobody"]


class FetchKind(StrEnum):
    """What was wanted of the git server."""

    REFS = "refs"
    COMMIT = "commit"
    REF = "ref"
    BLOBS = "blobs"
    REMAKE = "remake"


@dataclass(frozen=True, slots=True)
class FetchReport:
    """One fetch that ended."""

    repository: RepositoryAlias
    kind: FetchKind
    seconds: float
    """What it took, without the wait for another fetch into the same clone."""
    error: Reason | None
    """Why it failed."""


class FetchObserver(Protocol):
    """Is told of fetches, in the thread of the fetch and before its callers go on: it must be quick and not raise."""

    def __call__(self, report: FetchReport, /) -> object: ...


def nobody(report: FetchReport, /) -> None:
    """The observer where nobody watches."""


@dataclass(frozen=True, slots=True)
class CloneState:
    """What a clone on disk is, without asking git anything."""

    fetched_at: float | None
    """When the fetch began that the refs are from, in epoch seconds; None without a readable clone."""
    size_bytes: int
    """Of all packs."""
