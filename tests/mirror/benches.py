"""Mirrors that share one cache folder and one clock."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from argosy.resolver.mirror import LOCAL_SCHEMES, FetchObserver, Mirror, nobody
from argosy.resolver.repositories import Repository
from argosy.resolver.sources import RepositoryAlias

if TYPE_CHECKING:
    from pathlib import Path

ANY_SCHEME = LOCAL_SCHEMES | {"http", "git"}


@dataclass(slots=True)
class Clock:
    """A clock that stands still until it is moved."""

    now: float = 1_790_000_000.0

    def __call__(self) -> float:
        return self.now


@dataclass(slots=True)
class Bench:
    """Makes mirrors as an agent would, with deadlines of a test."""

    cache: Path
    clock: Clock = field(default_factory=Clock)
    path: str = field(default_factory=lambda: os.environ["PATH"])

    def mirror(self, url: str, alias: str = "templates", *, fetched: FetchObserver = nobody, **changes: Any) -> Mirror:
        """A mirror of a URL; `changes` are fields of its Repository."""
        changes.setdefault("fetch_timeout_seconds", 10.0)
        return Mirror(
            Repository(RepositoryAlias(alias), url, **changes),
            self.cache,
            environment={"PATH": self.path},
            clock=self.clock,
            schemes=ANY_SCHEME,
            fetched=fetched,
        )

    def later(self, seconds: float = 100.0) -> float:
        """Move the clock; what it shows then."""
        self.clock.now += seconds
        return self.clock.now
