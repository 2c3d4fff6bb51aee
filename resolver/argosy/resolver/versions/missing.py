"""Why a version was not found, and which versions its user may have meant."""

from __future__ import annotations

from bisect import bisect
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import chain, islice
from typing import TYPE_CHECKING

from argosy.resolver.errors import Denied, Reason
from argosy.resolver.versions.ranking import ranked

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from argosy.resolver.refs import Refs
    from argosy.resolver.versions.request import VersionRequest
    from argosy.resolver.versions.tag_format import TagSeries

__all__ = ["not_found"]

_SHOWN = 3
_COMPARED = 100
"""Comparing names is slow: of more names than this, only the neighbours in the alphabet are compared."""
_EMPTY = "the repository has neither tags nor branches yet: push one"
_NOTHING_TO_TELL = "ask for a tag or a branch that the policy lets you use"


def not_found(request: VersionRequest, refs: Refs, series: TagSeries, tells: Callable[[str], bool]) -> Denied:
    """The denial, with the names nearest to what was written and the highest versions.

    `tells` says of the full name of a ref whether whoever asks may hear of it.
    """
    if request.commit:
        return _denied(f"commit {request.commit} is not in the repository", "push it, or name a commit that was pushed")
    if request.latest:
        return _no_stable_tag(refs, series, tells)
    told = _Told(refs, tells)
    hints = (
        ("similar", _similar(request, told)),
        ("the highest versions", _highest(series, told)),
        ("the default branch", [refs.default_branch] if told.branch(refs.default_branch) else []),
    )
    remedy = "; ".join(f"{label}: {', '.join(names)}" for label, names in hints if names)
    without = _NOTHING_TO_TELL if refs.tags or refs.branches else _EMPTY
    return _denied(f"version {request.text!r} was not found: {_looked_for(request)}", remedy or without)


@dataclass(frozen=True, slots=True)
class _Told:
    """The refs that may be told of."""

    refs: Refs
    tells: Callable[[str], bool]

    def tag(self, name: str) -> bool:
        return name in self.refs.tags and self.tells(f"refs/tags/{name}")

    def branch(self, name: str) -> bool:
        return name in self.refs.branches and self.tells(f"refs/heads/{name}")


def _no_stable_tag(refs: Refs, series: TagSeries, tells: Callable[[str], bool]) -> Denied:
    problem = "latest was not found: no tag is a stable version"
    expected = f"tag a release, as {series.tag('1.0.0') if series.prefix else 'v1.0.0'}, or name a tag or a branch"
    prereleases = _highest(series, _Told(refs, tells))
    if prereleases:
        return _denied(problem, f"{expected}; latest takes no pre-release, so name it to use it: {prereleases[0]}")
    if refs.tags:
        return _denied(f"{problem} (of three numbers, as semver.org says)", expected)
    return _denied(problem, expected)


def _looked_for(request: VersionRequest) -> str:
    readings = (
        ("no such tag", request.tag),
        ("no such branch", request.branch),
        ("no such ref", request.ref),
        ("no default branch", request.head),
        ("no tag of such a version", request.range),
        ("no commit that begins so", request.abbreviation),
    )
    return ", ".join(text for text, present in readings if present)


def _highest(series: TagSeries, told: _Told) -> list[str]:
    return list(islice(filter(told.tag, ranked(told.refs.tags, series).highest(_COMPARED)), _SHOWN))


def _similar(request: VersionRequest, told: _Told) -> list[str]:
    name = request.tag or request.branch
    if not name:
        return []
    near = _neighbours(name, chain(told.refs.tags, told.refs.branches))
    return get_close_matches(name, [one for one in near if told.tag(one) or told.branch(one)], n=_SHOWN)


def _neighbours(name: str, names: Iterable[str]) -> list[str]:
    ordered = sorted(set(names))
    middle = bisect(ordered, name)
    return ordered[max(0, middle - _COMPARED // 2) : middle + _COMPARED // 2]


def _denied(problem: str, remedy: str) -> Denied:
    return Denied(Reason.VERSION_NOT_FOUND, problem, remedy=remedy)
