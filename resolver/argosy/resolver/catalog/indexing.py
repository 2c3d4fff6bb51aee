"""Makes the index of a commit out of what changed since another one, and reads only files never seen before."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final, Protocol

from argosy.resolver.catalog.cache import Known
from argosy.resolver.catalog.deaths import DEADLY
from argosy.resolver.catalog.definitions import Contents
from argosy.resolver.catalog.reading import encode_documents, read_contents, read_documents
from argosy.resolver.catalog.snapshots import Snapshot
from argosy.resolver.errors import Denied, Reason, RetryLater
from argosy.resolver.globs import matches
from argosy.resolver.mirror.trees import FileMode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from argosy.resolver.catalog.cache import Cache
    from argosy.resolver.catalog.index import Index
    from argosy.resolver.mirror.trees import Change, File
    from argosy.resolver.sources import BlobId, CommitId

__all__ = ["Indexer", "Scope", "Tree"]

# So many new files are read before what was found in them is written down: a process that ends loses that much.
_BATCH: Final = 20_000
# Snapshots to start the next index from; one of ten thousand templates takes about 4 MB.
_SNAPSHOTS: Final = 8
# So many files may have changed before a snapshot is worth writing to the cache.
_WORTH_KEEPING: Final = 1_000

_NOT_FOLLOWED: Final = {
    FileMode.SYMLINK: Contents(problem="it is a symbolic link, and links are not followed"),
    FileMode.SUBMODULE: Contents(problem="it is a submodule, and other repositories are not looked into"),
}


class Tree(Protocol):
    """A clone, as the indexer reads it."""

    def files(self, commit: CommitId) -> Sequence[File]:
        """Every file of a commit."""
        ...

    def changed_files(self, old: CommitId, new: CommitId) -> Sequence[Change]:
        """Every path that differs between two commits."""
        ...

    def read(self, blob: BlobId, *, max_bytes: int) -> bytes:
        """The content of a file; Denied(LIMIT_EXCEEDED) when it is larger."""
        ...

    def read_plain(self, blobs: Iterable[BlobId], *, max_bytes: int) -> Iterator[bytes | None]:
        """The content of each file in turn; None where `read` has to say what is wrong."""
        ...


@dataclass(frozen=True, slots=True)
class Scope:
    """Which files of which clone are looked into."""

    clone: Path
    paths: tuple[str, ...]
    """Globs; `**` spans folders."""
    max_blob_bytes: int


class Indexer:
    """Reads clones. Not to be used by two threads at a time.

    What was found out is written to the cache by `write`, so that nobody has to wait for that.
    """

    def __init__(
        self,
        cache: Cache,
        open_clone: Callable[[Path], Tree],
        *,
        reads: Callable[[BlobId | None], None] = lambda _: None,
        deadly: Iterable[BlobId] = (),
    ) -> None:
        """`reads` is told of each file before it is read and of None afterwards; those that are `deadly` never are."""
        self._cache = cache
        self._open_clone = open_clone
        self._reads = reads
        self._deadly = frozenset(deadly)
        self._trees: dict[Path, Tree] = {}
        self._snapshots: OrderedDict[tuple[Scope, CommitId], Snapshot] = OrderedDict()
        self._unwritten: list[Callable[[], None]] = []

    def write(self) -> None:
        """Put into the cache what the last answers found out."""
        unwritten, self._unwritten = self._unwritten, []
        for remember in unwritten:
            remember()

    def index(self, scope: Scope, commit: CommitId) -> Index:
        """The index of a commit; costs what differs from the commit indexed last, and the reading of new content."""
        snapshot = self._snapshots.get((scope, commit)) or self._snapshot(scope, commit)
        self._snapshots[scope, commit] = snapshot
        self._snapshots.move_to_end((scope, commit))
        while len(self._snapshots) > _SNAPSHOTS:
            self._snapshots.popitem(last=False)
        return snapshot.index()

    def documents(self, scope: Scope, blob: BlobId) -> bytes:
        """The parsed documents of one file, encoded."""
        known = self._cache.documents(blob)
        if known is not None:
            return known
        if blob in self._deadly:
            raise Denied(Reason.INVALID_MANIFEST, DEADLY)
        self._reads(blob)
        encoded = encode_documents(read_documents(self._tree(scope).read(blob, max_bytes=scope.max_blob_bytes)))
        self._reads(None)
        self._unwritten.append(partial(self._cache.remember_documents, blob, encoded))
        return encoded

    def _snapshot(self, scope: Scope, commit: CommitId) -> Snapshot:
        snapshot, files = self._started(scope, commit)
        wanted = [file for file in files if matches(file.path, scope.paths)]
        contents = self._contents(scope, [file.blob for file in wanted if file.mode not in _NOT_FOLLOWED])
        snapshot.put_in((file.path, file.blob, _NOT_FOLLOWED.get(file.mode) or contents[file.blob]) for file in wanted)
        # What was deadly to this process may be none to one that has more memory.
        if snapshot.unkept >= _WORTH_KEEPING and not self._deadly:
            snapshot.unkept = 0
            self._unwritten.append(lambda: self._cache.remember_snapshot(_key(scope), snapshot.encode()))
        return snapshot

    def _started(self, scope: Scope, commit: CommitId) -> tuple[Snapshot, Iterable[File]]:
        """A snapshot to be filled, and the files to fill it with: those that changed since a known one, or all."""
        tree = self._tree(scope)
        base = self._nearest(scope)
        if base is not None:
            try:
                changes = tree.changed_files(base.commit, commit)
            except RetryLater:
                # The clone was made anew, and the other commit has not come back.
                pass
            else:
                snapshot = base.copy_for(commit)
                snapshot.take_away(change.path for change in changes)
                return snapshot, [change.after for change in changes if change.after]
        return Snapshot(commit), tree.files(commit)

    def _nearest(self, scope: Scope) -> Snapshot | None:
        """The snapshot made last for this scope, in memory or in the cache."""
        for (of, _), snapshot in reversed(self._snapshots.items()):
            if of == scope:
                return snapshot
        kept = self._cache.snapshot(_key(scope))
        return None if kept is None else Snapshot.decode(kept)

    def _contents(self, scope: Scope, blobs: Sequence[BlobId]) -> dict[BlobId, Contents]:
        """What the files define: as remembered, or read now. How large a file may be differs by repository."""
        known = self._cache.contents(list(dict.fromkeys(blobs)))
        found = {
            blob: one.contents if one.size <= scope.max_blob_bytes else Contents(problem=_too_large(one.size, scope))
            for blob, one in known.items()
        }
        found.update((blob, Contents(problem=DEADLY)) for blob in self._deadly.difference(found))
        unseen = [blob for blob in dict.fromkeys(blobs) if blob not in found]
        for start in range(0, len(unseen), _BATCH):
            self._read(scope, unseen[start : start + _BATCH], found)
        return found

    def _read(self, scope: Scope, blobs: Sequence[BlobId], found: dict[BlobId, Contents]) -> None:
        self.write()
        tree = self._tree(scope)
        rows: dict[BlobId, Known] = {}
        plain = tree.read_plain(blobs, max_bytes=scope.max_blob_bytes)
        for blob, content in zip(blobs, plain, strict=True):
            try:
                data = tree.read(blob, max_bytes=scope.max_blob_bytes) if content is None else content
            except Denied as error:
                if error.reason is not Reason.LIMIT_EXCEEDED:
                    raise
                found[blob] = Contents(problem=error.problem)
                continue
            self._reads(blob)
            found[blob] = contents = read_contents(data)
            self._reads(None)
            rows[blob] = Known(len(data), contents)
        self._unwritten.append(partial(self._cache.remember_contents, rows))

    def _tree(self, scope: Scope) -> Tree:
        if scope.clone not in self._trees:
            self._trees[scope.clone] = self._open_clone(scope.clone)
        return self._trees[scope.clone]


def _key(scope: Scope) -> str:
    return repr((str(scope.clone), scope.paths, scope.max_blob_bytes))


def _too_large(size: int, scope: Scope) -> str:
    return f"the file has {size} bytes, and {scope.max_blob_bytes} are allowed"
