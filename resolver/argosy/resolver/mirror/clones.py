"""The bare clone on disk: made, fetched into, kept small, and made again when it is damaged.

Everything here runs under the clone's lock. No work tree is ever made, so nothing in a repository can run.
"""

from __future__ import annotations

import contextlib
import hashlib
import re
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from argosy.resolver.errors import ArgosyError, Denied, Reason, RetryLater
from argosy.resolver.mirror.listing import FORMAT, parse_refs
from argosy.resolver.mirror.objects import Objects
from argosy.resolver.mirror.snapshots import Snapshot, advanced, read_snapshot, write_snapshot
from argosy.resolver.mirror.sweeping import NEW_SUFFIX, OLD_SUFFIX, sweep
from argosy.resolver.mirror.transport import SizeExceeded
from argosy.resolver.sources import CommitId, short

if TYPE_CHECKING:
    from collections.abc import Iterable

    from argosy.resolver.mirror.transport import Transport, Work
    from argosy.resolver.repositories import Repository
    from argosy.resolver.sources import BlobId

SMALL_CLONE_BYTES: Final = 32 * 1024 * 1024
"""Up to here a clone takes every blob that may be read; a larger one takes none until it is wanted.

Measured over HTTP: 2,000 templates with 100 versions take 0.3 s with their blobs, and 0.4 to 0.6 s when the blobs
come in a second request; 60 MB of other files beside 500 templates take 3 to 5 s with blobs, and 0.5 s without.
"""
BLOBLESS: Final = "blob:none"
_DEFAULT_BRANCH_SECONDS: Final = 3600.0
_HEADS_AND_TAGS: Final = ("+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*")
_QUIETLY: Final = ("--quiet", "--no-auto-maintenance", "--no-write-fetch-head", "--no-tags", "--no-recurse-submodules")
_SEEN_TAGS: Final = "refs/argosy/seen/tags/"
_HEAD: Final = re.compile(rb"ref: refs/heads/(\S+)\tHEAD")


def _other(name: str) -> str:
    """Where a ref that is neither tag nor branch is kept."""
    return f"refs/argosy/others/{name.removeprefix('refs/')}"


def _clash(known: str, name: str) -> bool:
    """A ref is no folder of refs: where upstream made one out of the other, the older one is gone there."""
    return known.startswith(f"{name}/") or name.startswith(f"{known}/")


def clone_path(cache_folder: Path, repository: Repository) -> Path:
    """One folder per alias and URL: neither another tenant's alias nor an alias's former URL shares it."""
    name = re.sub(r"[^A-Za-z0-9_-]+", "_", repository.alias)[:40]
    digest = hashlib.sha256(f"{repository.alias}\0{repository.url}".encode()).hexdigest()
    return cache_folder / f"{name}-{digest[:16]}.git"


@dataclass(frozen=True, slots=True)
class Clone:
    """What may be done to the clone by the holder of its lock."""

    path: Path
    transport: Transport

    def refresh(self, work: Work, began: float) -> None:
        """Bring tags and branches up to date; make the clone when there is none, or when it is damaged."""
        sweep(self.path)
        try:
            before = self._snapshot()
            if before is not None:
                self._fetch(work, *_HEADS_AND_TAGS, options=("--prune", "--force"))
                self._record(work, before, began)
                return
        except ArgosyError as error:
            sweep(self.path)
            # A clone without a snapshot was never put in place by us.
            if error.reason not in (Reason.CLONE_DAMAGED, Reason.NOT_FETCHED):
                raise
        self.make(work, began)

    def make(self, work: Work, began: float) -> None:
        """Make the clone beside and rename it in place; what the old one knew of the tags' past is kept."""
        sweep(self.path)
        try:
            new, left_out = self._cloned(work)
            _rename_packs(new)
            self._record_new(new, left_out, work, began)
            self._put_in_place(new)
        finally:
            sweep(self.path)

    def fetch_ref(self, name: str, work: Work) -> None:
        """Fetch one ref that is neither tag nor branch, and note it among the others."""
        target = _other(name)
        for known in read_snapshot(self.path).refs.others:
            if _clash(known, name):
                self._ask(work, "update-ref", "-d", _other(known))
        self._fetch(work, f"+{name}:{target}", options=("--force",))
        identity = self._ask(work, "rev-parse", "--verify", "--end-of-options", target).decode("ascii").strip()
        commit = Objects(self.path).peel(identity)
        if commit is None:
            raise Denied(Reason.VERSION_NOT_FOUND, f"{name} does not point to a commit")
        snapshot = read_snapshot(self.path)
        others = {known: at for known, at in snapshot.refs.others.items() if not _clash(known, name)} | {name: commit}
        write_snapshot(self.path, replace(snapshot, refs=replace(snapshot.refs, others=others)))

    def fetch_commit(self, commit: CommitId, work: Work) -> None:
        """Fetch one commit that nothing known reaches, where the server hands it out."""
        try:
            self._fetch(work, f"{commit}:refs/argosy/commits/{commit}")
        except Denied as error:
            raise Denied(
                Reason.VERSION_NOT_FOUND,
                f"commit {short(commit)} is in no branch and no tag, and the server does not hand it out",
                remedy="push a tag or a branch that holds the commit",
            ) from error
        if not Objects(self.path).contains(commit):
            raise Denied(Reason.VERSION_NOT_FOUND, f"{short(commit)} is not a commit")

    def fetch_blobs(self, blobs: Iterable[BlobId], work: Work) -> None:
        """Fetch blobs that were left out, in one request."""
        missing = Objects(self.path).missing(blobs)
        if missing:
            given = "".join(f"{blob}\n" for blob in missing).encode("ascii")
            self._fetch(work, options=("--filter=blob:none", "--stdin"), given=given)

    def _snapshot(self) -> Snapshot | None:
        if not self.path.is_dir():
            return None
        return read_snapshot(self.path)

    def _fetch(self, work: Work, *refspecs: str, options: tuple[str, ...] = (), given: bytes = b"") -> None:
        # Without negotiation a request for blobs would carry the names of many commits.
        negotiation = ("-c", "fetch.negotiationAlgorithm=noop") if given else ()
        self.transport.talk(
            [f"--git-dir={self.path}", *negotiation, "fetch", *_QUIETLY, *options, "--", "origin", *refspecs],
            work,
            growing=self.path,
            max_bytes=self.transport.repository.max_clone_bytes,
            given=given,
        )

    def _ask(self, work: Work, *arguments: str, folder: Path | None = None, given: bytes = b"") -> bytes:
        located = [f"--git-dir={folder or self.path}", *arguments]
        return self.transport.ask(located, seconds=work.seconds_left, lock=work.lock, given=given)

    def _cloned(self, work: Work) -> tuple[Path, str]:
        """All readable blobs while that stays small, else none: one request more for a monorepo, none for the rest."""
        repository = self.transport.repository
        small = min(SMALL_CLONE_BYTES, repository.max_clone_bytes)
        if self.transport.remote.scheme == "file":
            # Nothing is saved on the way from a folder; and of a shallow repository git 2.39 makes no partial clone.
            return self._clone(work, "", repository.max_clone_bytes)
        try:
            return self._clone(work, f"blob:limit={repository.max_blob_bytes + 1}", small)
        except SizeExceeded:
            sweep(self.path)
            return self._clone(work, BLOBLESS, repository.max_clone_bytes)

    def _clone(self, work: Work, left_out: str, max_bytes: int) -> tuple[Path, str]:
        new = Path(tempfile.mkdtemp(prefix=f".{self.path.name}.", suffix=NEW_SUFFIX, dir=self.path.parent))
        options = ("--bare", "--quiet", "--template=", *([f"--filter={left_out}"] if left_out else []))
        completed = self.transport.talk(
            ["clone", *options, "--", self.transport.remote.url, str(new)], work, growing=new, max_bytes=max_bytes
        )
        if not left_out or "filtering not recognized" not in completed.messages:
            return new, left_out
        for name in ("promisor", "partialclonefilter"):
            self._ask(work, "config", "--unset-all", f"remote.origin.{name}", folder=new)
        return new, ""

    def _record_new(self, new: Path, left_out: str, work: Work, began: float) -> None:
        before = Snapshot(
            filter=left_out, remade_at=began if self.path.exists() else 0.0, default_branch_asked_at=began
        )
        # Nothing can be kept of a clone whose snapshot is gone too.
        with contextlib.suppress(ArgosyError):
            old = read_snapshot(self.path)
            before = replace(before, refs=old.refs, departed=old.departed)
        head = (new / "HEAD").read_text("utf-8", "backslashreplace").strip()
        branch = head.removeprefix("ref: refs/heads/") if head.startswith("ref: refs/heads/") else ""
        write_snapshot(new, self._next(new, before, branch, work, began))

    def _record(self, work: Work, before: Snapshot, began: float) -> None:
        after = self._next(self.path, before, before.refs.default_branch, work, began)
        branch = after.refs.default_branch
        age = began - before.default_branch_asked_at
        if not 0 <= age < _DEFAULT_BRANCH_SECONDS or (branch and branch not in after.refs.branches):
            named = replace(after.refs, default_branch=self._default_branch(work))
            after = replace(after, refs=named, default_branch_asked_at=began)
        self._remember(work, before, after)
        write_snapshot(self.path, after)

    def _next(self, folder: Path, before: Snapshot, branch: str, work: Work, began: float) -> Snapshot:
        listing = self._ask(
            work, "for-each-ref", f"--format={FORMAT}", "refs/tags", "refs/heads", "refs/argosy/others", folder=folder
        )
        refs = parse_refs(listing, Objects(folder).peel)
        if not refs.tags and not refs.branches:
            # So answers a server that is half up, and git takes its word for it.
            raise RetryLater(
                Reason.GIT_PROTOCOL,
                f"repository {self.transport.repository.alias} shows neither branches nor tags",
                remedy="push a branch, if the repository is new",
            )
        return advanced(before, replace(refs, default_branch=branch, fetched_at=began))

    def _default_branch(self, work: Work) -> str:
        """The branch that the server's HEAD names; empty when it names none."""
        completed = self.transport.talk(
            [f"--git-dir={self.path}", "ls-remote", "--quiet", "--symref", "--", "origin", "HEAD"],
            work,
            growing=self.path,
            max_bytes=self.transport.repository.max_clone_bytes,
        )
        match = _HEAD.match(completed.output)
        return match[1].decode("utf-8", "backslashreplace") if match else ""

    def _remember(self, work: Work, before: Snapshot, after: Snapshot) -> None:
        """Keep the first commit of a tag that moved or vanished, whatever becomes of the snapshot."""
        fresh = [(tag, commit) for tag, commit in after.departed.items() if tag not in before.departed]
        if fresh:
            given = "".join(f"update {_SEEN_TAGS}{tag} {commit}\n" for tag, commit in fresh)
            # The snapshot remembers as well, so a name that git cannot keep beside another is no failure.
            with contextlib.suppress(ArgosyError):
                self._ask(work, "update-ref", "--stdin", given=given.encode("utf-8"))

    def _put_in_place(self, new: Path) -> None:
        if self.path.exists():
            self.path.rename(self.path.with_name(f".{self.path.name}.{new.name[-12:]}{OLD_SUFFIX}"))
        new.rename(self.path)


def _rename_packs(clone: Path) -> None:
    """Give packs names that no clone before had.

    libgit2 keeps a pack open, under its path, for as long as any reader of the process has it: a clone made again of
    the same content would go on being read from the damaged pack.
    """
    for file in list((clone / "objects" / "pack").glob("pack-*.*")):
        name, _, kind = file.name.partition(".")
        digest = hashlib.sha256(f"{clone.name}\0{name}".encode()).hexdigest()
        file.rename(file.with_name(f"pack-{digest[:40]}.{kind}"))
