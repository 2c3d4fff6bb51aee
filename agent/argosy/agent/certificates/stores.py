"""Where the bundle is kept, so that all replicas serve what the same authorities signed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from argosy.agent.certificates.bundle import Bundle

__all__ = ["Conflict", "Store", "Stored"]


class Conflict(Exception):
    """Somebody else wrote since the bundle was read: read again."""


@dataclass(frozen=True, slots=True)
class Stored:
    """A bundle, and which writing it comes from."""

    bundle: Bundle
    version: str


class Store(Protocol):
    """Keeps one bundle. Both methods raise Misconfigured or RetryLater when they cannot."""

    def read(self) -> Stored | None:
        """The bundle as it is now; None where nothing was ever kept."""
        ...

    def write(self, bundle: Bundle, version: str | None) -> None:
        """Put the bundle where `version` stands (None: where nothing stands); raises Conflict when that has changed."""
        ...
