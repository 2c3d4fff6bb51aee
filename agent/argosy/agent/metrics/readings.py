"""What is read at a scrape instead of being told: the state of the clones, and the counts of the catalog."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal, Protocol

from argosy.resolver.errors import ArgosyError
from argosy.resolver.mirror import CloneState

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from argosy.resolver.catalog import Catalog, Lookups
    from argosy.resolver.mirror import Mirror
    from argosy.resolver.repositories import Repository
    from argosy.resolver.sources import RepositoryAlias

    CacheName = Literal["index", "manifest"]

__all__ = ["NO_READINGS", "Clones", "Readings", "RepositoryReading", "readings_of"]


@dataclass(frozen=True, slots=True)
class RepositoryReading:
    """One configured repository, now."""

    alias: RepositoryAlias
    refs_age_seconds: float | None
    """None while there is no readable clone."""
    clone_bytes: int


@dataclass(frozen=True, slots=True)
class Readings:
    """All that is read at one scrape."""

    repositories: tuple[RepositoryReading, ...] = ()
    lookups: Mapping[CacheName, Lookups] = field(default_factory=dict["CacheName", "Lookups"])


NO_READINGS: Final = Readings()


class Clones(Protocol):
    """What holds the configured repositories and their clones; a Resolver does."""

    @property
    def repositories(self) -> Mapping[RepositoryAlias, Repository]: ...

    @property
    def catalog(self) -> Catalog: ...

    def mirror(self, repository: Repository) -> Mirror: ...


def readings_of(clones: Clones, clock: Callable[[], float]) -> Readings:
    """Read without git, without the network, and without mending anything; a few files for each repository."""
    lookups: dict[CacheName, Lookups] = {
        "index": clones.catalog.index_lookups,
        "manifest": clones.catalog.manifest_lookups,
    }
    return Readings(tuple(_repositories(clones, clock())), lookups)


def _repositories(clones: Clones, now: float) -> Iterator[RepositoryReading]:
    for alias, repository in clones.repositories.items():
        try:
            state = clones.mirror(repository).state()
        except ArgosyError:
            # A repository that cannot be used has no clone; the other gauges must not go with it.
            state = CloneState(None, 0)
        # Two machines that share a cache folder need not agree on the time.
        age = None if state.fetched_at is None else max(now - state.fetched_at, 0.0)
        yield RepositoryReading(alias, age, state.size_bytes)
