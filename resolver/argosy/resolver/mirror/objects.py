"""Reading commits, trees and blobs out of a clone, by id. Nothing is checked out, fetched or written."""

from __future__ import annotations

import os
import re
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

import pygit2
from pygit2.enums import ObjectType, RepositoryOpenFlag, SortMode

from argosy.resolver.errors import ArgosyError, Denied, Reason, RetryLater
from argosy.resolver.mirror.trees import Change, File, list_changes, list_files
from argosy.resolver.sources import BlobId, CommitId, short

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator
    from pathlib import Path

    from argosy.resolver.sources import RepositoryPath

FULL_ID = re.compile(r"[0-9a-f]{40}")
DAMAGED_DELAY_SECONDS = 2.0
MAX_COMMITS_WALKED = 20_000
_FILTER = re.compile(r"blob:none|blob:limit=(\d+)")


class PathChange(NamedTuple):
    """A commit that gave a path new content, or took the path away (blob None)."""

    commit: CommitId
    committed_at: float
    """Epoch seconds, by the clock of the committer."""
    blob: BlobId | None


class Objects:
    """The objects of a clone. Cheap to make; safe to use from threads and, given only the path, from processes.

    What is not in the clone raises RetryLater(NOT_FETCHED), what cannot be read RetryLater(CLONE_DAMAGED).
    """

    # libgit2 says of its objects that threads must not share them, so each thread opens the clone for itself.
    def __init__(self, path: Path) -> None:
        self.path = path
        self._opened = threading.local()

    def contains(self, commit: CommitId) -> bool:
        """Whether a full commit id names a commit that is here."""
        if not FULL_ID.fullmatch(commit):
            return False
        with self._reading("commit", commit):
            repository = self._repository()
            return commit in repository and repository.odb.read_header(commit)[0] == ObjectType.COMMIT

    def expand(self, abbreviation: str) -> tuple[CommitId, ...] | None:
        """The commit that an unambiguous abbreviation means, none, or None: several objects begin like this."""
        with self._reading("commit", abbreviation):
            repository = self._repository()
            try:
                commit = CommitId(str(repository.expand_id(abbreviation)))
            except KeyError:
                return ()
            except ValueError:
                return None
        return (commit,) if self.contains(commit) else ()

    def committed_at(self, commit: CommitId) -> float:
        """When the commit was made, in epoch seconds by the clock of the committer."""
        with self._reading("commit", commit):
            return float(self._commit(commit).commit_time)

    def is_reachable(self, commit: CommitId, tip: CommitId) -> bool:
        """Whether `commit` is `tip` or one of its ancestors."""
        if commit == tip:
            return self.contains(commit)
        if not self.contains(commit):
            return False
        with self._reading("commit", tip):
            return bool(self._repository().descendant_of(tip, commit))

    def files(self, commit: CommitId) -> tuple[File, ...]:
        """Every file of a commit, in git's order, with symbolic links and submodules told by their mode."""
        with self._reading("commit", commit):
            return tuple(list_files(self._tree(commit), self._read_tree))

    def changed_files(self, old: CommitId, new: CommitId) -> tuple[Change, ...]:
        """What differs between two commits, in the order of paths; costs what differs, not what is there."""
        with self._reading("commit", new):
            return tuple(sorted(list_changes(self._tree(old), self._tree(new), self._read_tree)))

    def read(self, blob: BlobId, *, max_bytes: int) -> bytes:
        """The content of a file; its size is checked before it is read, and Denied(LIMIT_EXCEEDED) raised."""
        with self._reading("blob", blob):
            database = self._repository().odb
            if blob not in database:
                raise self._left_out(blob, max_bytes)
            kind, size = database.read_header(blob)
            if kind == ObjectType.BLOB and size <= max_bytes:
                return database.read(blob)[1]
        if kind != ObjectType.BLOB:
            raise Denied(Reason.FORBIDDEN_PATH, f"object {short(CommitId(blob))} is not a file")
        raise _too_large(str(size), max_bytes)

    def read_plain(self, blobs: Iterable[BlobId], *, max_bytes: int) -> Iterator[bytes | None]:
        """The content of each file in turn, quicker than one by one; None where only `read` can say what is wrong."""
        with self._reading("blob", ""):
            database = self._repository().odb
        for blob in blobs:
            yield _plain(database, blob, max_bytes)

    def missing(self, blobs: Iterable[BlobId]) -> tuple[BlobId, ...]:
        """Those of the blobs that were left out when the clone was made or fetched into."""
        with self._reading("blob", ""):
            database = self._repository().odb
            return tuple(blob for blob in dict.fromkeys(blobs) if not database.exists(blob))

    def history(self, path: RepositoryPath, tip: CommitId, *, limit: int = 100) -> tuple[PathChange, ...]:
        """The commits up to `tip` that changed a path, newest first; at most `limit` of the last 20,000 commits."""
        found: list[PathChange] = []
        with self._reading("commit", tip):
            walk = self._repository().walk(pygit2.Oid(hex=tip), SortMode.TOPOLOGICAL | SortMode.TIME)
            for _, commit in zip(range(MAX_COMMITS_WALKED), walk, strict=False):
                blob = _blob_at(commit, path)
                if _differs_from_parents(commit, path, blob):
                    found.append(PathChange(CommitId(str(commit.id)), float(commit.commit_time), blob))
                    if len(found) == limit:
                        break
        return tuple(found)

    def leaves_out(self, size: int) -> bool:
        """Whether the clone was made without blobs of this size in bytes."""
        with self._reading("blob", ""):
            threshold = self._threshold()
            return threshold is not None and size >= threshold

    def peel(self, identity: str) -> CommitId | None:
        """The commit an object is or, as a tag, points to in the end; None for a tag of something else."""
        with self._reading("tag", identity):
            try:
                return CommitId(str(self._repository()[identity].peel(pygit2.Commit).id))
            except pygit2.InvalidSpecError:
                return None

    def _commit(self, commit: CommitId) -> pygit2.Commit:
        found = self._repository()[commit]
        if not isinstance(found, pygit2.Commit):
            raise KeyError(commit)
        return found

    def _tree(self, commit: CommitId) -> str:
        return str(self._commit(commit).tree_id)

    def _read_tree(self, tree: str) -> bytes:
        try:
            kind, data = self._repository().odb.read(tree)
        except KeyError as error:
            # No clone is made without trees.
            raise ValueError(f"tree {tree} is gone") from error
        if kind != ObjectType.TREE:
            raise ValueError(f"{tree} is not a tree")
        return data

    def _threshold(self) -> int | None:
        """From how many bytes on blobs are left out; None when none are."""
        match = _FILTER.fullmatch(_setting(self._repository(), "remote.origin.partialclonefilter"))
        return int(match[1] or 0) if match else None

    def _left_out(self, blob: BlobId, max_bytes: int) -> ArgosyError | ValueError:
        threshold = self._threshold()
        if threshold is None:
            return ValueError("it is gone")
        if threshold <= max_bytes:
            return RetryLater(Reason.NOT_FETCHED, f"blob {blob[:12]} has not been fetched", delay=DAMAGED_DELAY_SECONDS)
        return _too_large(f"more than {threshold - 1}", max_bytes)

    def _repository(self) -> pygit2.Repository:
        """This thread's view of the clone, opened anew when the clone was made anew."""
        identity = folder_identity(self.path)
        if identity is None:
            raise KeyError(str(self.path))
        if getattr(self._opened, "identity", None) != identity:
            flags = RepositoryOpenFlag.BARE | RepositoryOpenFlag.NO_SEARCH
            self._opened.repository = pygit2.Repository(str(self.path), flags)
            self._opened.identity = identity
        repository: pygit2.Repository = self._opened.repository
        return repository

    @contextmanager
    def _reading(self, kind: str, identity: str) -> Generator[None]:
        try:
            yield
        except (KeyError, FileNotFoundError) as error:
            raise RetryLater(
                Reason.NOT_FETCHED, f"{kind} {identity[:12]} is not in the clone", delay=DAMAGED_DELAY_SECONDS
            ) from error
        except (pygit2.GitError, ValueError, OSError) as error:
            raise RetryLater(
                Reason.CLONE_DAMAGED,
                f"{kind} {identity[:12]} cannot be read from the clone: {error}",
                remedy="the clone is made again",
                delay=DAMAGED_DELAY_SECONDS,
            ) from error


def folder_identity(path: Path) -> tuple[int, int] | None:
    """What differs when another clone was put in a clone's place; None when there is none."""
    try:
        status = os.stat(path)  # noqa: PTH116 - several times cheaper than Path.stat, and asked at every read
    except OSError:
        return None
    return status.st_dev, status.st_ino


def _plain(database: pygit2.Odb, blob: BlobId, max_bytes: int) -> bytes | None:
    try:
        kind, size = database.read_header(blob)
        return database.read(blob)[1] if kind == ObjectType.BLOB and size <= max_bytes else None
    except (KeyError, pygit2.GitError, ValueError, OSError):
        return None


def _blob_at(commit: pygit2.Commit, path: RepositoryPath) -> BlobId | None:
    try:
        return BlobId(str(commit.tree[path].id))
    except KeyError:
        return None


def _differs_from_parents(commit: pygit2.Commit, path: RepositoryPath, blob: BlobId | None) -> bool:
    parents = commit.parents
    if not parents:
        return blob is not None
    return all(_blob_at(parent, path) != blob for parent in parents)


def _setting(repository: pygit2.Repository, name: str) -> str:
    try:
        return repository.config[name] or ""
    except KeyError:
        return ""


def _too_large(size: str, max_bytes: int) -> Denied:
    return Denied(
        Reason.LIMIT_EXCEEDED,
        f"the file has {size} bytes, and {max_bytes} are allowed",
        remedy="make the file smaller, or ask the operator for a larger maxBlobBytes",
    )
