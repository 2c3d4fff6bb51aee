"""Settings, credentials and certificates that change while the agent runs, by files that somebody writes.

Kubernetes mounts a folder whose files are links through `..data`, and swaps that one link: the folders are watched, and
what a path leads to is compared. A file that cannot be watched is looked at every few seconds.
"""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Protocol, TypeAlias

from watchfiles import awatch

from argosy.agent.logs import Logger
from argosy.agent.metrics import Reloaded
from argosy.agent.settings import credential_files
from argosy.agent.settings.changes import Change, change_between
from argosy.resolver.errors import ArgosyError, Misconfigured, Reason

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping
    from pathlib import Path

    from argosy.agent.settings import AgentSettings
    from argosy.resolver.sources import RepositoryAlias

__all__ = ["LOOK_SECONDS", "Listener", "Reloading", "Report", "watch"]

_LOG: Final = Logger(__name__)
LOOK_SECONDS: Final = 10.0
"""How often files are looked at of which no change was told: on some file systems none ever is."""
_QUIET_MILLISECONDS: Final = 200
"""A change is looked at when so long nothing else was written; a file written in pieces is read once."""
_Marks: TypeAlias = "Mapping[Path, tuple[int, ...] | None]"
"""What tells one content of a file from another; None for a file that is not there."""


@dataclass(frozen=True, slots=True)
class Report:
    """What became of a settings file that changed."""

    outcome: Reloaded
    at_once: tuple[str, ...] = ()
    at_start: tuple[str, ...] = ()
    problem: ArgosyError | None = None


class Listener(Protocol):
    """The running agent, as far as it is told of changes. All is called in the event loop, one after the other."""

    async def apply(self, settings: AgentSettings) -> None:
        """Let these settings hold from now on; what can hold only at the next start is in them as it was.

        Raises ArgosyError, and lets the old ones hold, when it cannot.
        """
        ...

    async def certificate_changed(self) -> None:
        """There is another mounted pair."""
        ...

    async def credentials_changed(self, aliases: Collection[RepositoryAlias]) -> None:
        """These repositories are read with other credentials from now on: what failed may succeed."""
        ...

    def reloaded(self, report: Report) -> None:
        """For metrics; the log has been written."""
        ...


@dataclass(slots=True)
class Reloading:
    """Looks at the files that the settings are made of and name; `settings` are those that hold."""

    file: Path | None
    """None where all settings are from the environment, which does not change."""
    read: Callable[[], AgentSettings]
    """Reads the file and validates it; raises Misconfigured. Called in a thread."""
    settings: AgentSettings
    listener: Listener
    _seen: _Marks | None = field(default=None, init=False)

    def folders(self) -> frozenset[Path]:
        """Where changes are to be watched for; those that are there."""
        return frozenset(path.parent for path in self._files() if path.parent.is_dir())

    async def look(self) -> None:
        """Act on what changed since the last look; the first one only finds settings that changed since the start."""
        before, now = self._seen, await asyncio.to_thread(self._marks)
        self._seen = now
        if before is None:
            await self._reload(only_told_if_other=True)
            return
        changed = {path for path, mark in now.items() if path in before and before[path] != mark}
        if self.file in changed:
            await self._reload()
        if changed.intersection(self._pair()):
            _LOG.info("the mounted certificate changed")
            await self.listener.certificate_changed()
        if aliases := self._read_with(changed):
            _LOG.info("credentials changed", repositories=aliases)
            await self.listener.credentials_changed(aliases)

    async def _reload(self, *, only_told_if_other: bool = False) -> None:
        if self.file is None:
            return
        try:
            change = change_between(self.settings, await asyncio.to_thread(self.read))
            if change.at_once:
                await self.listener.apply(change.settings)
        except ArgosyError as error:
            self._refuse(error)
        except Exception as error:  # noqa: BLE001 - a fault of ours: the old settings go on holding, and so does this loop
            _LOG.exception("new settings could not be applied")
            self._refuse(_internal(error))
        else:
            self.settings = change.settings
            if change.at_once or change.at_start or not only_told_if_other:
                self._tell(change)

    def _refuse(self, error: ArgosyError) -> None:
        _LOG.error("the new settings are refused, and the old ones hold", problem=str(error))
        self.listener.reloaded(Report(Reloaded.REFUSED, problem=error))

    def _tell(self, change: Change) -> None:
        if change.at_once:
            _LOG.info("new settings hold", changed=change.at_once)
        if change.at_start:
            _LOG.warning("these settings take effect at the next start", changed=change.at_start)
        outcome = Reloaded.APPLIED if change.at_once else Reloaded.UNCHANGED
        self.listener.reloaded(Report(outcome, change.at_once, change.at_start))

    def _files(self) -> frozenset[Path]:
        credentials = (credential_files(one).values() for one in self.settings.resolver.repositories)
        named = frozenset(path for files in credentials for path in files)
        return named.union(self._pair(), [self.file] if self.file else [])

    def _pair(self) -> tuple[Path, ...]:
        folder = self.settings.certificate.folder
        return (folder / "tls.crt", folder / "tls.key") if folder else ()

    def _read_with(self, changed: Collection[Path]) -> list[RepositoryAlias]:
        repositories = self.settings.resolver.repositories
        return [one.alias for one in repositories if any(path in changed for path in credential_files(one).values())]

    def _marks(self) -> _Marks:
        return {path: _mark(path) for path in self._files()}


async def watch(
    reloading: Reloading,
    stop: asyncio.Event,
    *,
    look_seconds: float = LOOK_SECONDS,
    force_polling: bool | None = None,
) -> None:
    """Look whenever something changes, and every `look_seconds`, until `stop` is set.

    `force_polling` compares the folders' content all the time instead of being told by the system.
    """
    while not stop.is_set():
        try:
            await reloading.look()
        except Exception:  # noqa: BLE001 - a loop that ends is never heard of again
            _LOG.exception("changed files could not be looked at")
        changed = asyncio.create_task(_changed(reloading.folders(), look_seconds, force_polling=force_polling))
        stopped = asyncio.create_task(stop.wait())
        try:
            await asyncio.wait((changed, stopped), return_when=asyncio.FIRST_COMPLETED)
        finally:
            changed.cancel()
            stopped.cancel()
            await asyncio.gather(changed, stopped, return_exceptions=True)


async def _changed(folders: Iterable[Path], look_seconds: float, *, force_polling: bool | None) -> None:
    """Return when something in the folders has changed, or when it is time to look anyway."""
    changes = awatch(
        *folders,
        watch_filter=None,
        step=_QUIET_MILLISECONDS,
        rust_timeout=int(look_seconds * 1000),
        yield_on_timeout=True,
        force_polling=force_polling,
        recursive=False,
    )
    async with aclosing(changes):
        try:
            await anext(changes)
        except (OSError, RuntimeError) as error:
            _LOG.warning("files cannot be watched, and are looked at now and then", problem=str(error))
            await asyncio.sleep(look_seconds)


def _mark(path: Path) -> tuple[int, ...] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns


def _internal(error: Exception) -> Misconfigured:
    return Misconfigured(Reason.INTERNAL, f"new settings could not be applied: {type(error).__name__}")
