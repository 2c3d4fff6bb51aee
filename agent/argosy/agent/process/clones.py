"""Keeping clones ready: made at the start, and refreshed before an admission would have to wait for it."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from argosy.agent.logs import Logger
from argosy.resolver.errors import ArgosyError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from argosy.resolver.resolver import Resolver
    from argosy.resolver.sources import RepositoryAlias

__all__ = ["Clones"]

_LOG: Final = Logger(__name__)
_AHEAD: Final = 0.5
"""Refs are fetched anew at this part of their freshness, so that no admission finds them stale."""
_SOONEST_SECONDS: Final = 2.0
_LATEST_SECONDS: Final = 60.0


@dataclass(slots=True)
class Clones:
    """The clones of a resolver's repositories."""

    resolver: Resolver
    clock: Callable[[], float]
    _problems: dict[RepositoryAlias, str] = field(default_factory=dict["RepositoryAlias", str])
    _threads: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(16, "clones"), kw_only=True)

    def of(self, resolver: Resolver) -> Clones:
        """Those of another resolver, looked after by the same threads."""
        return Clones(resolver, self.clock, _threads=self._threads)

    def missing(self) -> Mapping[str, str]:
        """The repositories that were never fetched, and why."""
        return {
            f"repository {alias}": self._problems.get(alias, "is being cloned")
            for alias, repository in self.resolver.repositories.items()
            if self.resolver.mirror(repository).state().fetched_at is None
        }

    async def look(self) -> float:
        """Refresh what gets old; the seconds until something does again."""
        await asyncio.gather(*(self.refresh(alias, only_old=True) for alias in self.resolver.repositories))
        freshness = min(one.freshness_seconds for one in self.resolver.repositories.values())
        return min(_LATEST_SECONDS, max(_SOONEST_SECONDS, freshness * _AHEAD))

    async def refresh(self, alias: RepositoryAlias, *, only_old: bool = False) -> None:
        """Fetch the refs of one repository, unless that was done a moment ago; a failure is remembered and told."""
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(self._threads, self._refresh, alias, only_old)

    def _refresh(self, alias: RepositoryAlias, only_old: bool) -> None:  # noqa: FBT001  # an executor passes no keywords
        repository = self.resolver.repositories.get(alias)
        if repository is None:
            return
        now = self.clock()
        oldest = now - max(_SOONEST_SECONDS, repository.freshness_seconds * _AHEAD) if only_old else now
        try:
            self.resolver.mirror(repository).refresh(not_before=oldest)
        except ArgosyError as error:
            self._problems[alias] = str(error)
            _LOG.warning("a repository cannot be fetched", repository=alias, problem=str(error))
        else:
            self._problems.pop(alias, None)
