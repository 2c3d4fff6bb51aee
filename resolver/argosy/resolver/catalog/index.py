"""Where everything stands at one commit: which file defines which name."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Final, NamedTuple

import orjson

from argosy.resolver.manifests import ResourceKind, ResourceName
from argosy.resolver.sources import BlobId, RepositoryPath

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from argosy.resolver.sources import CommitId

__all__ = ["Broken", "Entry", "Index", "encode_entry"]

# Bytes of the table on either side of where a name would stand: some hundred entries.
_NEIGHBOURHOOD: Final = 12 * 1024


class Entry(NamedTuple):
    """One object that holds templates: in which file of the commit, and which of that file's documents it is."""

    kind: ResourceKind
    name: ResourceName
    path: RepositoryPath
    blob: BlobId
    document: int
    """Counted from 0."""


class Broken(NamedTuple):
    """A file within the globs that could not be read, or not wholly, and why, in one sentence without the path."""

    path: RepositoryPath
    problem: str


@dataclass(frozen=True, slots=True)
class Index:
    """What one commit defines, within the globs of its repository.

    It is one byte string, an entry per line in the order of kind, name and path, and is searched as it is: ten
    thousand objects would take five times the memory, and milliseconds of every other thread's time to make.
    """

    commit: CommitId
    table: bytes
    broken: tuple[Broken, ...] = ()

    @property
    def size(self) -> int:
        """About how many bytes of memory it takes."""
        return len(self.table) + sum(len(path) + len(problem) + 200 for path, problem in self.broken) + 200

    def find(self, kind: ResourceKind, name: ResourceName) -> tuple[Entry, ...]:
        """Every definition of that name: none, the one, or all that contradict each other."""
        prefix = orjson.dumps([kind, name])[:-1] + b","
        lines = _Lines(self.table)
        position = bisect_left(lines, prefix)
        found: list[Entry] = []
        while (line := lines.at(position)).startswith(prefix):
            found.append(_decode(line))
            position = lines.after(position)
        return tuple(found)

    def near(
        self, kind: ResourceKind, name: ResourceName, allows: Callable[[RepositoryPath], bool]
    ) -> tuple[ResourceName, ...]:
        """Up to three names that were perhaps meant, best first, of those whose path is allowed.

        Looks only at names that stand next to it in the alphabet, so that asking for wrong names costs nobody time.
        """
        position = bisect_left(_Lines(self.table), orjson.dumps([kind, name])[:-1])
        before = self.table[max(0, position - _NEIGHBOURHOOD) : position].splitlines()
        after = self.table[position : position + _NEIGHBOURHOOD].splitlines()
        # The outer ones are cut off somewhere, unless they are the outer ones of the table.
        if position > _NEIGHBOURHOOD:
            before = before[1:]
        if position + _NEIGHBOURHOOD < len(self.table):
            after = after[:-1]
        entries = [entry for entry in map(_decode, before + after) if entry.kind == kind]
        near = get_close_matches(name, dict.fromkeys(entry.name for entry in entries if allows(entry.path)))
        return tuple(ResourceName(one) for one in near)

    def names(self, kind: ResourceKind) -> tuple[ResourceName, ...]:
        """All names of a kind, in order, each once."""
        return tuple(dict.fromkeys(entry.name for entry in self.entries if entry.kind == kind))

    @property
    def entries(self) -> tuple[Entry, ...]:
        """Everything that is defined, in the order of kind, name and path."""
        return tuple(map(_decode, self.table.splitlines()))


def encode_entry(entry: Entry) -> bytes:
    """One line of the table: JSON keeps whatever a path may hold, newlines too, on that line.

    Kinds and names hold nothing that JSON would escape, so lines are in the order of names as bytes.
    """
    return orjson.dumps(list(entry), option=orjson.OPT_APPEND_NEWLINE)


def _decode(line: bytes) -> Entry:
    kind, name, path, blob, document = orjson.loads(line)
    return Entry(kind, ResourceName(name), RepositoryPath(path), BlobId(blob), document)


class _Lines:
    """The table as a sequence that bisection can search: any position stands for the line that holds it."""

    __slots__ = ("_table",)

    def __init__(self, table: bytes) -> None:
        self._table = table

    def __len__(self) -> int:
        return len(self._table)

    def __getitem__(self, position: int) -> bytes:
        return self.at(position)

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._table.splitlines())

    def at(self, position: int) -> bytes:
        return self._table[self._start(position) : self.after(position)]

    def after(self, position: int) -> int:
        """Where the next line begins."""
        end = self._table.find(b"\n", position)
        return len(self._table) if end < 0 else end + 1

    def _start(self, position: int) -> int:
        return self._table.rfind(b"\n", 0, position) + 1
