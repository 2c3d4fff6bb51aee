"""Settings on disk as Kubernetes mounts them, and a listener that remembers what it was told."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from argosy.agent.reloading import Reloading, Report
from argosy.agent.settings import settings_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from argosy.agent.settings import AgentSettings
    from argosy.resolver.sources import RepositoryAlias

URL = "https://git.example/a.git"


@dataclass(frozen=True, slots=True)
class Mount:
    """A folder whose files are links through `..data`, which is swapped when the files change."""

    folder: Path

    def write(self, **files: str) -> None:
        number = sum(1 for _ in self.folder.glob("..2*"))
        content = self.folder / f"..2026_{number}"
        content.mkdir(parents=True)
        for name, text in files.items():
            (content / name.replace("_", ".")).write_text(text, encoding="utf-8")
        swapped = self.folder / "..data_tmp"
        swapped.symlink_to(content.name)
        swapped.replace(self.folder / "..data")
        for name in (name.replace("_", ".") for name in files):
            if not (self.folder / name).is_symlink():
                (self.folder / name).symlink_to(Path("..data") / name)


@dataclass(slots=True)
class Listening:
    """Remembers; `failure` is raised by the next `apply`."""

    applied: list[AgentSettings] = field(default_factory=list["AgentSettings"])
    reports: list[Report] = field(default_factory=list[Report])
    certificates: int = 0
    credentials: list[list[RepositoryAlias]] = field(default_factory=list["list[RepositoryAlias]"])
    failure: Exception | None = None
    told: asyncio.Event = field(default_factory=asyncio.Event)

    async def apply(self, settings: AgentSettings) -> None:
        if self.failure is not None:
            raise self.failure
        self.applied.append(settings)

    async def certificate_changed(self) -> None:
        self.certificates += 1
        self.told.set()

    async def credentials_changed(self, aliases: Collection[RepositoryAlias]) -> None:
        self.credentials.append(list(aliases))
        self.told.set()

    def reloaded(self, report: Report) -> None:
        self.reports.append(report)
        self.told.set()

    async def until(self, happened: Callable[[], bool]) -> None:
        """Wait for what the listener is told to make this true."""
        async with asyncio.timeout(20):
            while not happened():
                await self.told.wait()
                self.told.clear()


def reloading_of(file: Path | None, listening: Listening, **environment: str) -> Reloading:
    return Reloading(file, lambda: settings_of(environment, file), settings_of(environment, file), listening)
