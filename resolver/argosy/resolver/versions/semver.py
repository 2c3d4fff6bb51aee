"""Semantic versions: https://semver.org/spec/v2.0.0.html, with the leading `v` that tags have.

The `semver` package reads them; the order is kept here as a key, so that thousands of tags are ranked by one sort.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

import semver

__all__ = ["NUMBER", "PRERELEASE", "Core", "Identifier", "Precedence", "Semver", "lowest", "parse_semver", "precedence"]

Core: TypeAlias = tuple[int, int, int]
"""Major, minor and patch."""

Identifier: TypeAlias = tuple[int, int, str]
Precedence: TypeAlias = tuple[int, int, int, tuple[Identifier, ...]]
"""What section 11 orders by: versions of equal precedence differ in their build metadata at most."""

# Sixteen digits are more than any release needs.
NUMBER = "0|[1-9][0-9]{0,15}"
_IDENTIFIER = r"(?:[0-9]*[A-Za-z-][0-9A-Za-z-]*|0|[1-9][0-9]*)"
PRERELEASE = rf"{_IDENTIFIER}(?:\.{_IDENTIFIER})*"
_TOO_GREAT = 10**16
# A longer text is a hostile tag: what is made of it would take long.
_MAX_LENGTH = 250

# A release comes after all of its pre-releases, and `lowest` before them.
_RELEASE: tuple[Identifier, ...] = ((2, 0, ""),)
_BEFORE_PRERELEASES: tuple[Identifier, ...] = ()


@dataclass(frozen=True, slots=True)
class Semver:
    """One version: what it is ordered by, and what its author added to tell builds apart."""

    precedence: Precedence
    build: tuple[Identifier, ...] = ()
    """Build metadata: no part of the precedence, ordered only so that a choice between builds is always the same."""

    @property
    def core(self) -> Core:
        """Major, minor and patch."""
        return self.precedence[:3]

    @property
    def stable(self) -> bool:
        """Whether this is a release, not a pre-release."""
        return self.precedence[3] == _RELEASE


@lru_cache(maxsize=2**17)
def parse_semver(text: str) -> Semver | None:
    """The version that a text is, or None: all three numbers must be there (`v1` and `v1.2` are no versions).

    >>> parse_semver("v1.2.0") == parse_semver("1.2.0")
    True
    """
    if len(text) > _MAX_LENGTH or not text.isascii():
        return None
    try:
        version = semver.Version.parse(text.removeprefix("v"))
    except ValueError:
        return None
    core = version.major, version.minor, version.patch
    if max(core) >= _TOO_GREAT:
        return None
    return Semver(precedence(core, version.prerelease or ""), _identifiers(version.build) if version.build else ())


def precedence(core: Core, prerelease: str = "") -> Precedence:
    """The place of a version in the order of all versions; no pre-release is a release."""
    return (*core, _identifiers(prerelease) if prerelease else _RELEASE)


def lowest(core: Core) -> Precedence:
    """The place just before every pre-release of a version."""
    return (*core, _BEFORE_PRERELEASES)


def _identifiers(dotted: str) -> tuple[Identifier, ...]:
    return tuple(map(_identifier, dotted.split(".")))


def _identifier(text: str) -> Identifier:
    """Numbers come before words and are ordered by value: without leading zeros, the longer one is greater."""
    if text.isdigit():
        return 0, len(text), text
    return 1, 0, text
