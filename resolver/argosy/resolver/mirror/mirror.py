"""The cached clone of one repository, as everybody else sees it."""

from __future__ import annotations

import re
from contextlib import suppress
from itertools import islice
from typing import TYPE_CHECKING, Final, TypeVar

from argosy.resolver.errors import Denied, Reason, RetryLater, located
from argosy.resolver.mirror.at_hand import AtHand
from argosy.resolver.mirror.clones import Clone, clone_path
from argosy.resolver.mirror.fetches import Errand, fetches_into
from argosy.resolver.mirror.maintenance import needs_repacking, repack
from argosy.resolver.mirror.objects import FULL_ID, Objects, PathChange, folder_identity
from argosy.resolver.mirror.remotes import LOCAL_SCHEMES, SECURE_SCHEMES, parse_remote
from argosy.resolver.mirror.reports import CloneState, FetchKind, FetchObserver, FetchReport, nobody
from argosy.resolver.mirror.snapshots import Snapshot, read_snapshot, signature
from argosy.resolver.mirror.sweeping import PackSizes
from argosy.resolver.mirror.transport import Transport
from argosy.resolver.sources import CommitId, short

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from collections.abc import Set as AbstractSet
    from pathlib import Path

    from argosy.resolver.errors import ArgosyError
    from argosy.resolver.mirror.trees import Change, File
    from argosy.resolver.refs import Refs
    from argosy.resolver.repositories import Repository
    from argosy.resolver.sources import BlobId, RepositoryPath

Result = TypeVar("Result")

MAX_EXPANDED: Final = 16
MAINTENANCE_SECONDS: Final = 120.0
_ASKING_SECONDS: Final = 5.0
_REMADE_SECONDS: Final = 60.0
_REMAKING_PATIENCE_SECONDS: Final = 8.0
_ABBREVIATION: Final = re.compile(r"[0-9a-f]{4,40}")
_REF_NAME: Final = re.compile(r"refs/(?!.*(?:\.\.|//|/\.|@\{|\.lock(?:/|$)))[^\x00-\x20\x7f~^:?*\[\\]{1,250}(?<![/.])")


class Mirror:
    """A bare clone in the cache folder, with what may be asked of it. Cheap to make; safe to use from threads.

    Processes may share the cache folder: a fetch by one is seen by all. Reading needs no lock and no network.
    Raises Denied, RetryLater and Misconfigured only.
    """

    def __init__(
        self,
        repository: Repository,
        cache_folder: Path,
        *,
        environment: Mapping[str, str],
        clock: Callable[[], float],
        schemes: AbstractSet[str] | None = None,
        fetched: FetchObserver = nobody,
    ) -> None:
        """Nothing is read or fetched yet. Local repositories are allowed to whom git is run for as a person.

        `schemes` allows others than that: see `remotes`; `fetched` is told of each fetch.
        Raises Misconfigured when the URL may not be used.
        """
        if schemes is None:
            schemes = LOCAL_SCHEMES if repository.credentials.ambient else SECURE_SCHEMES
        with located(f"repository {repository.alias}"):
            remote = parse_remote(repository.url, schemes)
        self.repository = repository
        self.path = clone_path(cache_folder.absolute(), repository)
        self._clock = clock
        self._clone = Clone(self.path, Transport(repository, remote, environment))
        self._objects = Objects(self.path)
        self._fetches = fetches_into(self.path, clock)
        self._fetched = fetched
        self._sizes = PackSizes(self.path)
        self._known: tuple[object, Snapshot] | None = None

    def at_hand(self) -> AtHand:
        """What can be asked of the clone without waiting."""
        return AtHand(lambda: self._snapshot().refs, self._objects)

    def refs(self) -> Refs:
        """The refs as of the last fetch by any process; raises RetryLater(NOT_FETCHED) when there was none."""
        return self.healed(self._snapshot).refs

    @property
    def is_whole(self) -> bool:
        """Whether the server refused to leave blobs out, so that the clone holds all of them."""
        return self._snapshot().filter == ""

    def state(self) -> CloneState:
        """What is on disk now. Costs a look at two files, asks git nothing and mends nothing."""
        fetched_at = self._fetched_at()
        return CloneState(fetched_at if fetched_at >= 0 else None, self._sizes.total())

    def refresh(self, *, not_before: float, deadline_seconds: float | None = None) -> Refs:
        """The refs by a fetch that began at or after `not_before` (epoch seconds); clones when there is no clone.

        Any number of callers cost one fetch, which may take the repository's `fetch_timeout_seconds`, or the deadline
        if that is longer. A caller whose deadline passes gets RetryLater(GIT_TIMEOUT), and the fetch goes on.
        """
        errand = Errand(
            "refs",
            self._clone.refresh,
            lambda oldest: oldest <= self._fetched_at() <= self._clock(),
            self._flight_seconds(deadline_seconds),
            self._tidy,
            self._reporter(FetchKind.REFS),
        )
        self._fetch(errand, not_before, deadline_seconds)
        return self.refs()

    def fetch_commit(self, commit: CommitId, *, deadline_seconds: float | None = None) -> None:
        """Bring in a commit that no tag and no branch reaches; Denied(VERSION_NOT_FOUND) where it is not to be had."""
        if not FULL_ID.fullmatch(commit):
            raise Denied(Reason.INVALID_VERSION, f"{commit!r} is not a full commit id")
        self._require_clone(deadline_seconds)
        errand = Errand(
            f"commit {commit}",
            lambda work, _: self._clone.fetch_commit(commit, work),
            lambda _: self.contains(commit),
            self._flight_seconds(deadline_seconds),
            report=self._reporter(FetchKind.COMMIT),
        )
        self._fetch(errand, self._clock(), deadline_seconds)

    def fetch_ref(self, name: str, *, deadline_seconds: float | None = None) -> None:
        """Bring a ref that is neither tag nor branch, by its full name, into `refs().others`."""
        if not _REF_NAME.fullmatch(name) or name.startswith("refs/argosy/"):
            raise Denied(
                Reason.INVALID_VERSION, f"{name!r} is not the full name of a ref", remedy="as refs/pull/7/head"
            )
        self._require_clone(deadline_seconds)
        errand = Errand(
            f"ref {name}",
            lambda work, _: self._clone.fetch_ref(name, work),
            lambda _: False,
            self._flight_seconds(deadline_seconds),
            report=self._reporter(FetchKind.REF),
        )
        self._fetch(errand, self._clock(), deadline_seconds)

    def prefetch(
        self, commit: CommitId, wanted: Callable[[RepositoryPath], bool], *, deadline_seconds: float | None = None
    ) -> None:
        """Bring in, in one request, the files of a commit that the clone was made without; often there are none."""
        if not self.healed(lambda: self._objects.leaves_out(self.repository.max_blob_bytes)):
            return
        blobs = [file.blob for file in self.files(commit) if file.is_regular and wanted(file.path)]
        missing = self._objects.missing(blobs)
        errand = Errand(
            f"blobs {hash(missing)}",
            lambda work, _: self._clone.fetch_blobs(missing, work),
            lambda _: not self._objects.missing(missing),
            self._flight_seconds(deadline_seconds),
            report=self._reporter(FetchKind.BLOBS),
        )
        self._fetch(errand, self._clock(), deadline_seconds)

    def contains(self, commit: CommitId) -> bool:
        """Whether a full commit id names a commit of the clone."""
        return self.healed(lambda: self._has(commit))

    def expand(self, abbreviation: str) -> tuple[CommitId, ...]:
        """The commits whose ids begin like this (4 to 40 hexadecimal digits); at most 16."""
        if not _ABBREVIATION.fullmatch(abbreviation) or signature(self.path) is None:
            return ()
        only = self.healed(lambda: self._objects.expand(abbreviation))
        if only is not None:
            return only
        located_arguments = [f"--git-dir={self.path}", "rev-parse", f"--disambiguate={abbreviation}"]
        listing = self._clone.transport.ask(located_arguments, seconds=_ASKING_SECONDS)
        found = (CommitId(line) for line in sorted(listing.decode("ascii").split()))
        return tuple(islice((commit for commit in found if self._objects.contains(commit)), MAX_EXPANDED))

    def is_reachable(self, commit: CommitId, tip: CommitId) -> bool:
        """Whether `commit` is `tip` or one of its ancestors."""
        return self.healed(lambda: self._objects.is_reachable(commit, tip), tip)

    def committed_at(self, commit: CommitId) -> float:
        """When the commit was made, in epoch seconds by the clock of the committer."""
        return self.healed(lambda: self._objects.committed_at(commit), commit)

    def files(self, commit: CommitId) -> tuple[File, ...]:
        """Every file of a commit, in git's order, with symbolic links and submodules told by their mode."""
        return self.healed(lambda: self._objects.files(commit), commit)

    def changed_files(self, old: CommitId, new: CommitId) -> tuple[Change, ...]:
        """What differs between two commits, in the order of paths; costs what differs, not what is there."""
        return self.healed(lambda: self._objects.changed_files(old, new), new)

    def history(self, path: RepositoryPath, tip: CommitId, *, limit: int = 100) -> tuple[PathChange, ...]:
        """The commits up to `tip` that changed a path, newest first; at most `limit` of the last 20,000 commits."""
        return self.healed(lambda: self._objects.history(path, tip, limit=limit), tip)

    def read(self, blob: BlobId) -> bytes:
        """The content of a file; Denied(LIMIT_EXCEEDED) when it is larger than the repository's `max_blob_bytes`."""
        return self.healed(lambda: self._objects.read(blob, max_bytes=self.repository.max_blob_bytes))

    def maintain(self) -> None:
        """Repack the clone when it consists of too many packs. Waits for the end: not for a request's path."""
        self._fetch(self._maintenance(), 0.0, MAINTENANCE_SECONDS)

    def _maintenance(self) -> Errand:
        return Errand(
            "maintenance",
            lambda work, _: repack(self.path, self._clone.transport, work),
            lambda _: not needs_repacking(self.path),
            MAINTENANCE_SECONDS,
        )

    def _tidy(self) -> None:
        if needs_repacking(self.path):
            self._fetches.start(self._maintenance())

    def _fetch(self, errand: Errand, not_before: float, deadline_seconds: float | None) -> None:
        self._fetches.run(errand, not_before=not_before, deadline_seconds=deadline_seconds)

    def _reporter(self, kind: FetchKind) -> Callable[[float, ArgosyError | None], object]:
        def report(seconds: float, error: ArgosyError | None) -> None:
            self._fetched(FetchReport(self.repository.alias, kind, seconds, error.reason if error else None))

        return report

    def _flight_seconds(self, deadline_seconds: float | None) -> float:
        return max(self.repository.fetch_timeout_seconds, deadline_seconds or 0.0)

    def _require_clone(self, deadline_seconds: float | None) -> None:
        if signature(self.path) is None:
            self.refresh(not_before=0.0, deadline_seconds=deadline_seconds)

    def _snapshot(self) -> Snapshot:
        now = signature(self.path)
        known = self._known
        if known is None or now is None or known[0] != now:
            known = self._known = (now, read_snapshot(self.path))
        return known[1]

    def _fetched_at(self) -> float:
        try:
            return self._snapshot().refs.fetched_at
        except RetryLater:
            return -1.0

    def _has(self, commit: CommitId) -> bool:
        if signature(self.path) is None or self._objects.contains(commit):
            return signature(self.path) is not None
        if self._is_known(commit):
            raise RetryLater(Reason.CLONE_DAMAGED, f"commit {short(commit)} of a known ref is gone from the clone")
        return False

    def _is_known(self, commit: CommitId) -> bool:
        refs = self._snapshot().refs
        return any(commit in known.values() for known in (refs.tags, refs.branches, refs.others))

    def healed(self, read: Callable[[], Result], commit: CommitId | None = None) -> Result:
        """What `read` gives, if need be from a clone made again: once, for the reason that made it necessary.

        The methods of a mirror do so themselves; this is for readers of `Objects(path)`. `commit` is what is read at.
        """
        try:
            return read()
        except RetryLater as error:
            damaged = error.reason is Reason.CLONE_DAMAGED
            lost = error.reason is Reason.NOT_FETCHED and commit is not None and self._is_known(commit)
            if not (damaged or lost) or not self.remake():
                raise
        return read()

    def remake(self) -> bool:
        """Make a damaged clone again; False when that was done a moment ago, so that it would not help."""
        spoilt = folder_identity(self.path)
        with suppress(RetryLater):
            if 0 <= self._clock() - read_snapshot(self.path).remade_at < _REMADE_SECONDS:
                return False
        errand = Errand(
            "remake",
            self._clone.make,
            lambda _: folder_identity(self.path) not in (None, spoilt),
            self.repository.fetch_timeout_seconds,
            report=self._reporter(FetchKind.REMAKE),
        )
        self._fetch(errand, self._clock(), _REMAKING_PATIENCE_SECONDS)
        return True
