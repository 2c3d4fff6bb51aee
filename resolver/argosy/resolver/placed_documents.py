"""The documents of one file with the lines they start on, the good ones apart from the bad."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from argosy.resolver.documents import DEFAULT_LIMITS, DocumentError, Limits, load, load_documents, split

if TYPE_CHECKING:
    from collections.abc import Iterator

    from argosy.resolver.manifests import JsonValue

__all__ = ["Placed", "Unreadable", "placed_documents"]


@dataclass(frozen=True, slots=True)
class Placed:
    """One document as plain data."""

    number: int
    """Which document of its file it is, from 1."""
    line: int
    """The line it starts on, from 1; 0 in a file of several JSON values."""
    value: JsonValue


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A document that is not YAML, and where it stops being that."""

    number: int
    line: int
    problem: str


def placed_documents(data: bytes, *, limits: Limits = DEFAULT_LIMITS) -> Iterator[Placed | Unreadable]:
    """Each document in its order, without empty ones; a bad one does not hide the others."""
    if data.lstrip()[:1] in (b"{", b"["):
        yield from _json(data, limits)
        return
    number = 0
    for line, column, text in split(data):
        try:
            value = load(text, limits=limits)
        except DocumentError as error:
            number += 1
            placed = error.moved(line, column)
            yield Unreadable(number, placed.line, placed.problem)
            continue
        if value is not None:
            number += 1
            yield Placed(number, line + _empty_lines(text), value)


def _json(data: bytes, limits: Limits) -> Iterator[Placed | Unreadable]:
    try:
        values = load_documents(data, limits=limits)
    except DocumentError as error:
        yield Unreadable(1, error.line, error.problem)
        return
    for number, value in enumerate(values, start=1):
        yield Placed(number, 1 if len(values) == 1 else 0, value)


def _empty_lines(text: bytes) -> int:
    """How many lines come before the first that holds anything but a comment."""
    for count, line in enumerate(text.splitlines()):
        bare = line.strip()
        if bare and not bare.startswith((b"#", b"---")):
            return count
    return 0
