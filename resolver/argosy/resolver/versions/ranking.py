"""The tags of a series in the order of their versions."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from argosy.resolver.versions.ranges import Range
    from argosy.resolver.versions.semver import Identifier, Precedence, Semver
    from argosy.resolver.versions.tag_format import TagSeries

__all__ = ["Ranking", "ranked"]


@dataclass(frozen=True, slots=True)
class Ranking:
    """Tags with their versions, the lowest first; spellings of one version stand in a fixed order."""

    versions: tuple[Semver, ...]
    tags: tuple[str, ...]

    def highest(self, count: int) -> list[str]:
        """The tags of the highest versions, the highest first."""
        return list(self.tags[-count:][::-1])

    def highest_in(self, versions: Range) -> str | None:
        """The tag of the highest version in a range."""
        place = versions.place_of_highest(self.versions)
        return None if place is None else self.tags[place]


def ranked(tags: Iterable[str], series: TagSeries) -> Ranking:
    """The tags that belong to the series, ranked."""
    return _ranked(tuple(tags), series)


# The names alone decide, so that the order outlives every fetch that brings no new tag. An entry for fifty thousand
# tags takes some megabytes: few are kept.
@lru_cache(maxsize=16)
def _ranked(tags: tuple[str, ...], series: TagSeries) -> Ranking:
    ordered = sorted(series.versions(tags), key=_rank)
    return Ranking(tuple(version for version, _ in ordered), tuple(tag for _, tag in ordered))


def _rank(candidate: tuple[Semver, str]) -> tuple[Precedence, tuple[Identifier, ...], str]:
    # npm orders builds of one version by their metadata. Of v1.2.0 and 1.2.0 the greater text has the v, as most tags.
    version, tag = candidate
    return version.precedence, version.build, tag
