"""What a clone remembers beside git's own data: its refs as of one moment, and what its tags were at first.

Git writes refs one by one; readers take them from one small file that is replaced as a whole after each fetch.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import orjson

from argosy.resolver.errors import Reason, RetryLater
from argosy.resolver.refs import Refs
from argosy.resolver.sources import CommitId

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

FILE_NAME = "argosy.json"
_LAYOUT = 1


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The refs, with what only the clone needs to know."""

    refs: Refs = field(default_factory=Refs)
    departed: Mapping[str, CommitId] = field(default_factory=dict[str, CommitId])
    """Tags that moved or vanished since they were first seen, with the commit they were first seen at."""
    default_branch_asked_at: float = 0.0
    filter: str = ""
    """Which blobs are left out, in git's words (`blob:none`, `blob:limit=1048576`); empty when the clone is full."""
    remade_at: float = 0.0
    """When the clone was last made in the place of a damaged one, in epoch seconds."""


def advanced(before: Snapshot, now: Refs) -> Snapshot:
    """The snapshot after a fetch: tags that are not where they were are remembered where they were first."""
    departed = dict(before.departed)
    for tag, commit in before.refs.tags.items():
        if now.tags.get(tag) != commit:
            departed.setdefault(tag, commit)
    moved = {tag: first for tag, first in departed.items() if now.tags.get(tag, first) != first}
    return replace(before, refs=replace(now, moved_tags=moved), departed=departed)


def write_snapshot(clone: Path, snapshot: Snapshot) -> None:
    """Replace the file as a whole. Only the holder of the clone's lock may write."""
    refs = snapshot.refs
    data = {
        "layout": _LAYOUT,
        "fetchedAt": refs.fetched_at,
        "remadeAt": snapshot.remade_at,
        "defaultBranch": refs.default_branch,
        "defaultBranchAskedAt": snapshot.default_branch_asked_at,
        "filter": snapshot.filter,
        "tags": dict(refs.tags),
        "branches": dict(refs.branches),
        "others": dict(refs.others),
        "movedTags": dict(refs.moved_tags),
        "departed": dict(snapshot.departed),
    }
    new = clone / f"{FILE_NAME}.new"
    new.write_bytes(orjson.dumps(data))
    new.replace(clone / FILE_NAME)


def signature(clone: Path) -> tuple[int, int, int] | None:
    """What differs whenever the snapshot was written anew; None when there is none."""
    try:
        status = os.stat(clone / FILE_NAME)  # noqa: PTH116 - several times cheaper than Path.stat, and asked always
    except OSError:
        return None
    return status.st_ino, status.st_mtime_ns, status.st_size


def read_snapshot(clone: Path) -> Snapshot:
    """The last snapshot; raises RetryLater(NOT_FETCHED) without one, RetryLater(CLONE_DAMAGED) when it is spoilt."""
    try:
        data = orjson.loads((clone / FILE_NAME).read_bytes())
        return _from_wire(data)
    except FileNotFoundError as error:
        raise RetryLater(Reason.NOT_FETCHED, "the repository has not been cloned yet") from error
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise RetryLater(
            Reason.CLONE_DAMAGED, f"the clone's list of refs cannot be read: {error}", remedy="the clone is made again"
        ) from error


def _from_wire(data: Mapping[str, object]) -> Snapshot:
    if data["layout"] != _LAYOUT:
        raise ValueError(f"layout {data['layout']} is not known")
    refs = Refs(
        tags=_commits(data["tags"]),
        branches=_commits(data["branches"]),
        others=_commits(data["others"]),
        default_branch=str(data["defaultBranch"]),
        fetched_at=_number(data["fetchedAt"]),
        moved_tags=_commits(data["movedTags"]),
    )
    return Snapshot(
        refs,
        departed=_commits(data["departed"]),
        default_branch_asked_at=_number(data["defaultBranchAskedAt"]),
        filter=str(data["filter"]),
        remade_at=_number(data["remadeAt"]),
    )


def _commits(value: object) -> dict[str, CommitId]:
    if not isinstance(value, dict):
        raise TypeError("refs are no object")
    return {str(name): CommitId(str(commit)) for name, commit in value.items()}


def _number(value: object) -> float:
    if not isinstance(value, int | float):
        raise TypeError("a time is no number")
    return float(value)
