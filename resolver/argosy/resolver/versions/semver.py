"""Semantic versions: https://semver.org/spec/v2.0.0.html, with the leading `v` that tags have."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

__all__ = ["NUMBER", "PRERELEASE", "Core", "Identifier", "Precedence", "Semver", "lowest", "parse_semver", "precedence"]

Core: TypeAlias = tuple[int, int, int]
"""Major, minor and patch."""

Identifier: TypeAlias = tuple[int, int, str]
Precedence: TypeAlias = tuple[int, int, int, tuple[Identifier, ...]]
"""What section 11 orders by: versions of equal precedence differ in their build metadata at most."""

# Sixteen digits are more than any release needs, and keep a hostile tag from being a number that int() refuses.
NUMBER = "0|[1-9][0-9]{0,15}"
_IDENTIFIER = r"(?:[0-9]*[A-Za-z-][0-9A-Za-z-]*|0|[1-9][0-9]*)"
PRERELEASE = rf"{_IDENTIFIER}(?:\.{_IDENTIFIER})*"
_SEMVER = re.compile(
    rf"v?({NUMBER})\.({NUMBER})\.({NUMBER})(?:-({PRERELEASE}))?(?:\+([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?"
)
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
    match = _SEMVER.fullmatch(text) if len(text) <= _MAX_LENGTH else None
    if match is None:
        return None
    major, minor, patch, prerelease, build = match.groups()
    core = int(major), int(minor), int(patch)
    return Semver(precedence(core, prerelease or ""), _identifiers(build) if build else ())


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
