"""Git's list of refs as plain data, with every tag followed to its commit."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from argosy.resolver.refs import Refs
from argosy.resolver.sources import CommitId

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

FORMAT = "%(objecttype) %(objectname) %(*objecttype) %(*objectname) %(refname)"
"""For git-for-each-ref(1). An object is followed by what it points to directly, when it is a tag."""

_TAGS, _HEADS, _OTHERS = "refs/tags/", "refs/heads/", "refs/argosy/others/"


def parse_refs(listing: bytes, peel: Callable[[str], CommitId | None]) -> Refs:
    """The refs of a listing in FORMAT, without those that lead to no commit or have a name that is not UTF-8.

    `peel` follows tags of tags.
    """
    tags: dict[str, CommitId] = {}
    branches: dict[str, CommitId] = {}
    others: dict[str, CommitId] = {}
    for line in _lines(listing):
        kind, identity, pointed_kind, pointed, name = line.split(" ", 4)
        commit = _commit(kind, identity) or _commit(pointed_kind, pointed)
        if commit is None and pointed_kind == "tag":
            commit = peel(pointed)
        if commit is None:
            continue
        if name.startswith(_TAGS):
            tags[name.removeprefix(_TAGS)] = commit
        elif name.startswith(_HEADS):
            branches[name.removeprefix(_HEADS)] = commit
        elif name.startswith(_OTHERS):
            others[f"refs/{name.removeprefix(_OTHERS)}"] = commit
    return Refs(tags=tags, branches=branches, others=others)


def _commit(kind: str, identity: str) -> CommitId | None:
    return CommitId(identity) if kind == "commit" else None


def _lines(listing: bytes) -> Iterator[str]:
    for line in listing.split(b"\n"):
        with contextlib.suppress(UnicodeDecodeError):
            if line:
                yield line.decode("utf-8")
