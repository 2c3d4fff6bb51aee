"""What becomes of a running agent when its files change: it goes on with what it has, and takes what is new."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from argosy.agent.process.agent import Agent
    from argosy.agent.reloading import Report
    from argosy.agent.settings import AgentSettings
    from argosy.resolver.sources import RepositoryAlias

__all__ = ["Renewal"]


@dataclass(frozen=True, slots=True)
class Renewal:
    """The Listener of a Reloading."""

    agent: Agent
    log_by: Callable[[AgentSettings], None]
    """Lets lines be written in the form and from the level that the settings say."""

    async def apply(self, settings: AgentSettings) -> None:
        """Clone what is new first, so that no admission waits for it; what did not change stays warm."""
        agent = self.agent
        resolver = agent.resolver.with_settings(settings.resolver)
        clones = agent.clones.of(resolver)
        await asyncio.gather(*(clones.refresh(alias, only_old=True) for alias in resolver.repositories))
        agent.resolver, agent.clones, agent.settings = resolver, clones, settings
        self.log_by(settings)

    async def certificate_changed(self) -> None:
        """Serve the pair that is mounted now, if it is good."""
        await self.agent.look_at_certificate()

    async def credentials_changed(self, aliases: Collection[RepositoryAlias]) -> None:
        """Try the new ones at once: what could not be fetched may be there before somebody asks."""
        await asyncio.gather(*(self.agent.clones.refresh(alias) for alias in aliases))

    def reloaded(self, report: Report) -> None:
        """Count it."""
        self.agent.metrics.reloaded(report.outcome)
