"""Ranges of semantic versions as npm has them: https://github.com/npm/node-semver#ranges.

========================  ==============================================================
``1.2.x`` ``1.*`` ``v1``  everything that begins so
``~1.2.3`` ``~1``         from there on, with the same minor; the same major where no minor is given
``^1.2.3`` ``^0.2``       from there on, with the same leftmost number that is not zero
``>=1.2 <2``              both (a comma may stand for the space)
``1.2 - 1.4``             from the first to the end of the second
``^1 || ^3``              any of them
========================  ==============================================================

A pre-release is admitted only by a comparison that names a pre-release of the same three numbers.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from functools import lru_cache
from itertools import takewhile
from typing import TYPE_CHECKING, TypeAlias

from argosy.resolver.versions.semver import NUMBER, PRERELEASE, Core, Precedence, lowest, precedence

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from argosy.resolver.versions.semver import Semver

__all__ = ["Range", "parse_range"]

# A point in the order of versions: just before a version (0) or just after it (1).
_Point: TypeAlias = tuple[Precedence, int]
_FIRST: _Point = (lowest((0, 0, 0)), 0)
_LAST: _Point = (lowest((10**17, 0, 0)), 0)

_PART = rf"{NUMBER}|[xX*]"
_COMPARISON = re.compile(
    rf"(?P<operator>[<>]=?|=|\^|~>?|) *"
    rf"v?(?P<major>{_PART})(?:\.(?P<minor>{_PART})(?:\.(?P<patch>{_PART})"
    rf"(?:-(?P<prerelease>{PRERELEASE}))?)?)?"
)
_JOINT = re.compile(r" *, *| +")


@dataclass(frozen=True, slots=True)
class _Span:
    """Versions from one point to another, and the versions whose pre-releases were named."""

    low: _Point = _FIRST
    high: _Point = _LAST
    named: frozenset[Core] = frozenset()

    def __and__(self, other: _Span) -> _Span:
        return _Span(max(self.low, other.low), min(self.high, other.high), self.named | other.named)

    def admits(self, version: Semver) -> bool:
        within = self.low <= _point(version) < self.high
        return within and (version.stable or version.core in self.named)

    def place_of_highest(self, ascending: Sequence[Semver]) -> int | None:
        place = bisect_left(ascending, self.high, key=_point) - 1
        while place >= 0 and self.low <= _point(ascending[place]):
            if self.admits(ascending[place]):
                return place
            place -= 1
        return None


def _point(version: Semver) -> _Point:
    return version.precedence, 0


_NOTHING = _Span(low=_LAST)


@dataclass(frozen=True, slots=True)
class Range:
    """A set of versions, as a union of spans."""

    spans: tuple[_Span, ...] = (_Span(),)
    """By default, all stable versions."""

    def admits(self, version: Semver) -> bool:
        """Whether the version is in the range."""
        return any(span.admits(version) for span in self.spans)

    def place_of_highest(self, ascending: Sequence[Semver]) -> int | None:
        """Where the highest version in the range stands among versions in ascending order, or None."""
        places = (span.place_of_highest(ascending) for span in self.spans)
        return max((place for place in places if place is not None), default=None)


@dataclass(frozen=True, slots=True)
class _Partial:
    """A version of which only the first numbers may be given."""

    numbers: tuple[int, ...]
    prerelease: str = ""

    @property
    def core(self) -> Core:
        major, minor, patch, *_ = (*self.numbers, 0, 0, 0)
        return major, minor, patch

    @property
    def full(self) -> bool:
        return len(self.numbers) == 3  # noqa: PLR2004 - major, minor and patch

    @property
    def start(self) -> Precedence:
        return precedence(self.core, self.prerelease)

    @property
    def named(self) -> frozenset[Core]:
        return frozenset((self.core,)) if self.prerelease else frozenset()

    def core_after(self, count: int) -> Core:
        """The first version that does not begin with the same `count` numbers."""
        *kept, last = self.numbers[:count]
        return _Partial((*kept, last + 1)).core


def _equal(to: _Partial) -> _Span:
    return _at_least(to) & _at_most(to)


def _at_least(low: _Partial) -> _Span:
    return _Span(low=(low.start, 0), named=low.named) if low.numbers else _Span()


def _at_most(high: _Partial) -> _Span:
    if high.full:
        return _Span(high=(high.start, 1), named=high.named)
    return _below(high, len(high.numbers))


def _above(low: _Partial) -> _Span:
    if low.full:
        return _Span(low=(low.start, 1), named=low.named)
    return _Span(low=(precedence(low.core_after(len(low.numbers))), 0)) if low.numbers else _NOTHING


def _less(high: _Partial) -> _Span:
    if high.full:
        return _Span(high=(high.start, 0), named=high.named)
    return _Span(high=(lowest(high.core), 0)) if high.numbers else _NOTHING


def _tilde(low: _Partial) -> _Span:
    return _at_least(low) & _below(low, min(len(low.numbers), 2))


def _caret(low: _Partial) -> _Span:
    zeros = len(list(takewhile(lambda number: number == 0, low.numbers)))
    return _at_least(low) & _below(low, min(zeros + 1, len(low.numbers)))


def _below(partial: _Partial, count: int) -> _Span:
    """Everything before the first version that does not begin with the same `count` numbers."""
    return _Span(high=(lowest(partial.core_after(count)), 0)) if count else _Span()


_OPERATORS: Mapping[str, Callable[[_Partial], _Span]] = {
    "": _equal,
    "=": _equal,
    ">=": _at_least,
    "<=": _at_most,
    ">": _above,
    "<": _less,
    "~": _tilde,
    "~>": _tilde,
    "^": _caret,
}


@lru_cache(maxsize=1024)
def parse_range(text: str) -> Range | None:
    """The range that a text is, or None; a range that no version can be in is none either."""
    spans = [_alternative(part.strip(" ")) for part in text.split("||")]
    understood = [span for span in spans if span is not None]
    inhabited = tuple(span for span in understood if span.low < span.high)
    return Range(inhabited) if inhabited and len(understood) == len(spans) else None


def _alternative(text: str) -> _Span | None:
    low, hyphen, high = text.partition(" - ")
    if hyphen:
        text = f">={low}, <={high}" if _is_bare(low) and _is_bare(high) else ""
    result: _Span | None = _Span()
    position = 0
    while result is not None and position < len(text):
        span, position = _comparison(text, position)
        result = result & span if span else None
    return result if text else None


def _is_bare(end: str) -> bool:
    match = _COMPARISON.fullmatch(end.strip(" "))
    return match is not None and not match["operator"]


def _comparison(text: str, position: int) -> tuple[_Span | None, int]:
    """The comparison at a position and the position of the next one."""
    match = _COMPARISON.match(text, position)
    partial = _partial(match) if match else None
    if match is None or partial is None:
        return None, len(text)
    if match.end() == len(text):
        return _OPERATORS[match["operator"]](partial), len(text)
    joint = _JOINT.match(text, match.end())
    if joint is None or joint.end() == len(text):
        return None, len(text)
    return _OPERATORS[match["operator"]](partial), joint.end()


def _partial(match: re.Match[str]) -> _Partial | None:
    """The version that is compared with, or None when a number or a pre-release follows a wildcard."""
    parts = [part for part in match.group("major", "minor", "patch") if part is not None]
    numbers = tuple(int(part) for part in takewhile(str.isdigit, parts))
    prerelease = match["prerelease"] or ""
    if any(map(str.isdigit, parts[len(numbers) :])) or (prerelease and len(numbers) < len(parts)):
        return None
    return _Partial(numbers, prerelease)
