"""Refreshes that were asked for: one at a time for each repository, and at most one more waiting."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from argosy.resolver.errors import ArgosyError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from argosy.resolver.sources import RepositoryAlias

__all__ = ["Refreshes"]

_LOGGER: Final = logging.getLogger(__name__)


@dataclass(slots=True)
class Refreshes:
    """Runs refreshes in the background of the running event loop; a thousand pushes in a minute are two refreshes."""

    refresh: Callable[[RepositoryAlias], Awaitable[None]]
    _waiting: set[RepositoryAlias] = field(default_factory=set["RepositoryAlias"])
    _running: dict[RepositoryAlias, asyncio.Task[None]] = field(
        default_factory=dict["RepositoryAlias", asyncio.Task[None]]
    )

    def is_waiting(self, alias: RepositoryAlias) -> bool:
        """Whether a refresh that has not begun will see whatever was pushed until now."""
        return alias in self._waiting

    def enqueue(self, alias: RepositoryAlias) -> None:
        """Ask for a refresh that begins after now; it may wait for the one under way, which can have missed a push."""
        self._waiting.add(alias)
        if alias not in self._running:
            self._running[alias] = asyncio.get_running_loop().create_task(self._run(alias))

    async def close(self) -> None:
        """Give up what runs and what waits; what was pushed is found out by the age of the list of refs."""
        self._waiting.clear()
        tasks = tuple(self._running.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        # A task that was cancelled before it began has not taken itself out.
        self._running.clear()

    async def _run(self, alias: RepositoryAlias) -> None:
        try:
            while alias in self._waiting:
                self._waiting.discard(alias)
                await self._once(alias)
        finally:
            self._running.pop(alias, None)

    async def _once(self, alias: RepositoryAlias) -> None:
        try:
            await self.refresh(alias)
        except ArgosyError as error:
            _LOGGER.warning("repository %s could not be refreshed after a push: %s", alias, error)
        except Exception:
            # The next push must find the repository as refreshable as this one did.
            _LOGGER.exception("repository %s could not be refreshed after a push", alias)
