"""Globs for paths and ref names: anchored, case-sensitive, and quick whatever the pattern.

=======  ==================================================================
``*``    any characters of one segment, also none
``?``    one character of one segment
``**``   as a whole segment: any number of segments, also none; as the last
         segment, at least one
other    itself: there are no classes, braces, negation or escapes
=======  ==================================================================

>>> matches("jobs/etl/load.yaml", ["**/*.yaml"])
True
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import groupby
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["matches", "problem_with"]

_MAX_LENGTH = 250
_MEANINGLESS = re.compile(r"[\[\]{}\\!\x00-\x1f\x7f]")


def matches(text: str, patterns: Iterable[str]) -> bool:
    """Whether the whole text is matched by at least one of the patterns."""
    return any(_compiled(pattern).fullmatch(text) for pattern in patterns)


def problem_with(pattern: str) -> str:
    """Why a pattern would not mean what its author expects from other globs, or nothing."""
    if not pattern or len(pattern) > _MAX_LENGTH:
        return f"a glob has 1 to {_MAX_LENGTH} characters"
    if found := _MEANINGLESS.search(pattern):
        return f"{found.group()!r} has no meaning in a glob here: use only *, ? and **"
    segments = pattern.split("/")
    if "" in segments:
        return "a glob has no slash at its start or end, and never two in a row"
    if any("**" in segment and segment != "**" for segment in segments):
        return "** must stand alone between slashes, as in **/*.yaml"
    return ""


# The text of a pattern never reaches the expression unescaped. Where a star could be tried in several places, the
# leftmost one is as good as any other, so an atomic group keeps it: nothing is tried twice, and the time is bounded by
# the product of both lengths.
@lru_cache(maxsize=1024)
def _compiled(pattern: str) -> re.Pattern[str]:
    segments = pattern.split("/")
    if segments[-1] == "**":
        segments.append("*")
    runs = [list(run) for spans, run in groupby(segments, lambda segment: segment == "**") if not spans]
    bodies = ["/".join(map(_segment, run)) for run in runs]
    if segments[0] != "**" and len(bodies) > 1:
        return re.compile(bodies[0] + "/" + _spread(bodies[1:]))
    return re.compile(bodies[0] if segments[0] != "**" else _spread(bodies))


def _spread(bodies: list[str]) -> str:
    """The runs of segments between `**`: each where it is first found, the last at the end."""
    inner = "".join(f"(?>(?:[^/]*+/)*?{body}/)" for body in bodies[:-1])
    return f"{inner}(?:[^/]*+/)*?{bodies[-1]}"


def _segment(segment: str) -> str:
    pieces = [re.escape(piece).replace(r"\?", "[^/]") for piece in re.split(r"\*+", segment)]
    if len(pieces) == 1:
        return pieces[0]
    inner = "".join(f"(?>[^/]*?{piece})" for piece in pieces[1:-1])
    return f"{pieces[0]}{inner}[^/]*{pieces[-1]}"
