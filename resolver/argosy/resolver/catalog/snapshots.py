"""The index of a commit in the form in which the index of the next commit is quickly made from it."""

from __future__ import annotations

from bisect import bisect_left, insort
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Self

import orjson

from argosy.resolver.catalog.index import Broken, Entry, Index, encode_entry
from argosy.resolver.sources import CommitId

if TYPE_CHECKING:
    from collections.abc import Iterable

    from argosy.resolver.catalog.definitions import Contents
    from argosy.resolver.sources import BlobId, RepositoryPath

__all__ = ["Snapshot"]

# From so many changed lines on, sorting all is quicker than to put each in its place.
_MANY: Final = 1_000


@dataclass(slots=True)
class Snapshot:
    """What a commit defines. It is changed while the index of its commit is being made, and never afterwards."""

    commit: CommitId
    lines_by_path: dict[RepositoryPath, list[bytes]] = field(default_factory=dict)
    """The lines of the index that each file gives."""
    lines: list[bytes] = field(default_factory=list)
    """All of them, in order."""
    problems: dict[RepositoryPath, str] = field(default_factory=dict)
    unkept: int = 0
    """How many files have changed since a snapshot of this scope was last written to the cache."""

    def copy_for(self, commit: CommitId) -> Self:
        """The beginning of the next one."""
        return type(self)(commit, dict(self.lines_by_path), list(self.lines), dict(self.problems), self.unkept)

    def take_away(self, paths: Iterable[RepositoryPath]) -> None:
        """Forget what these files gave."""
        gone: list[bytes] = []
        for path in paths:
            gone += self.lines_by_path.pop(path, ())
            self.problems.pop(path, None)
        if len(gone) >= _MANY:
            unwanted = set(gone)
            self.lines = [line for line in self.lines if line not in unwanted]
            return
        for line in gone:
            del self.lines[bisect_left(self.lines, line)]

    def put_in(self, files: Iterable[tuple[RepositoryPath, BlobId, Contents]]) -> None:
        """Add what these files give."""
        new: list[bytes] = []
        for path, blob, (definitions, problem) in files:
            self.unkept += 1
            if problem:
                self.problems[path] = problem
            if definitions:
                lines = [encode_entry(Entry(kind, name, path, blob, number)) for kind, name, number in definitions]
                self.lines_by_path[path] = lines
                new += lines
        if len(new) >= _MANY:
            self.lines = sorted(self.lines + new)
            return
        for line in new:
            insort(self.lines, line)

    def index(self) -> Index:
        """The answer to who asked for it."""
        broken = tuple(Broken(path, problem) for path, problem in sorted(self.problems.items()))
        return Index(self.commit, b"".join(self.lines), broken)

    def encode(self) -> bytes:
        """As bytes for the cache."""
        head = orjson.dumps([self.commit, list(self.problems.items())], option=orjson.OPT_APPEND_NEWLINE)
        return head + b"".join(self.lines)

    @classmethod
    def decode(cls, encoded: bytes) -> Self:
        """What `encode` gave; raises ValueError for anything else."""
        head, *lines = encoded.splitlines(keepends=True)
        commit, problems = orjson.loads(head)
        lines_by_path: dict[RepositoryPath, list[bytes]] = {}
        for line in lines:
            lines_by_path.setdefault(orjson.loads(line)[2], []).append(line)
        return cls(CommitId(commit), lines_by_path, lines, dict(problems))
