"""A cached clone as far as it can be asked without running git and without healing anything."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NoReturn, TypeVar

from argosy.resolver.cold import Cold
from argosy.resolver.errors import RetryLater

if TYPE_CHECKING:
    from collections.abc import Callable

    from argosy.resolver.mirror.objects import Objects
    from argosy.resolver.refs import Refs
    from argosy.resolver.sources import CommitId

__all__ = ["AtHand"]

_Answer = TypeVar("_Answer")


@dataclass(frozen=True, slots=True)
class AtHand:
    """Answers as the Mirror does, or raises Cold where the Mirror would ask git, or mend the clone."""

    read_refs: Callable[[], Refs]
    objects: Objects

    def refs(self) -> Refs:
        """The refs as of the last fetch."""
        try:
            return self.read_refs()
        except RetryLater as error:
            raise Cold from error

    def contains(self, commit: CommitId) -> bool:
        """Whether the clone has the commit now; where it has not, git may."""
        return self._read(lambda: self.objects.contains(commit)) or _cold()

    def expand(self, abbreviation: str) -> tuple[CommitId, ...]:
        """The one commit whose id begins like this; several would have to be listed by git."""
        found = self._read(lambda: self.objects.expand(abbreviation))
        return _cold() if found is None else found

    def committed_at(self, commit: CommitId) -> float:
        """When the commit was made, in epoch seconds by the clock of the committer."""
        return self._read(lambda: self.objects.committed_at(commit))

    def is_reachable(self, commit: CommitId, tip: CommitId) -> bool:
        """Whether `commit` is `tip`; anything else is a walk through the history."""
        return commit == tip or _cold()

    def refresh(self, *, not_before: float, deadline_seconds: float | None = None) -> NoReturn:
        """Git would have to be asked."""
        _cold(not_before, deadline_seconds)

    def fetch_commit(self, commit: CommitId, *, deadline_seconds: float | None = None) -> NoReturn:
        """Git would have to be asked."""
        _cold(commit, deadline_seconds)

    def fetch_ref(self, name: str, *, deadline_seconds: float | None = None) -> NoReturn:
        """Git would have to be asked."""
        _cold(name, deadline_seconds)

    def _read(self, read: Callable[[], _Answer]) -> _Answer:
        try:
            return read()
        except RetryLater as error:
            raise Cold from error


def _cold(*_question: object) -> NoReturn:
    raise Cold
