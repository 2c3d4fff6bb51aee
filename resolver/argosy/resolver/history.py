"""In which versions of a repository an object is, and in which of them its content changed."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple, Protocol, TypeVar

from argosy.resolver.errors import Denied
from argosy.resolver.sources import Origin, Revision, VersionKind
from argosy.resolver.versions.tag_format import TagSeries

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from argosy.resolver.catalog import Entry, Index
    from argosy.resolver.manifests import ResourceKind, ResourceName
    from argosy.resolver.refs import Refs
    from argosy.resolver.repositories import Repository
    from argosy.resolver.sources import BlobId, CommitId, Resource

__all__ = ["Appearance", "Change", "Content", "Contents", "History", "history_of", "spans", "versions_of"]

_T = TypeVar("_T")


class Change(StrEnum):
    """What a version did to the object."""

    ADDED = "added"
    """No older version has it."""
    CHANGED = "changed"
    SAME = "same"


class Content(NamedTuple):
    """What an object is at one version."""

    path: str
    digest: str
    """Equal texts are equal data."""


@dataclass(frozen=True, slots=True)
class Appearance:
    """One version that has the object."""

    revision: Revision
    content: Content
    change: Change
    """Against the next older version that has it; for a branch, against the newest version that has it."""


@dataclass(frozen=True, slots=True)
class History:
    """The versions that may hold an object, newest first in each group."""

    versions: tuple[Revision, ...]
    """Tags that are semantic versions, by precedence."""
    tags: tuple[Revision, ...]
    """Other tags, by name."""
    branches: tuple[Revision, ...]
    """The default branch first, then by name."""

    @property
    def all(self) -> tuple[Revision, ...]:
        """Every version, in the order in which they are told."""
        return self.versions + self.tags + self.branches


class Shelf(Protocol):
    """Where objects stand at a commit: the catalog, tied to the clones."""

    def index(self, repository: Repository, commit: CommitId) -> Index:
        """Which objects stand where at a commit."""
        ...

    def resource(self, repository: Repository, origin: Origin, kind: ResourceKind, name: ResourceName) -> Resource:
        """The one object; raises Denied."""
        ...


@dataclass(slots=True)
class Contents:
    """What one object is at each version; a file that stays the same is read once."""

    shelf: Shelf
    repository: Repository
    kind: ResourceKind
    name: ResourceName
    _digests: dict[tuple[BlobId, int], str] = field(default_factory=dict)

    def __call__(self, revision: Revision) -> Content | None:
        """The content at a version, or None where the object is not."""
        entries = self.shelf.index(self.repository, revision.commit).find(self.kind, self.name)
        if not entries:
            return None
        first, *others = entries
        if others:
            return Content(first.path, " ".join(f"{entry.blob}/{entry.document}" for entry in entries))
        return Content(first.path, self._digest(revision, first))

    def _digest(self, revision: Revision, entry: Entry) -> str:
        key = entry.blob, entry.document
        if key not in self._digests:
            origin = Origin(self.repository.alias, revision.commit)
            try:
                self._digests[key] = self.shelf.resource(self.repository, origin, self.kind, self.name).digest
            except Denied:
                # What cannot be read has changed when its file has.
                self._digests[key] = f"{entry.blob}/{entry.document}"
        return self._digests[key]


def versions_of(refs: Refs, tag_format: str, name: str) -> History:
    """All that the refs know. Where each template has its own tags, those of other templates are left out."""
    series = TagSeries.of(tag_format, name)
    numbered = sorted(
        ((version.precedence, version.build, tag) for version, tag in series.versions(refs.tags)), reverse=True
    )
    versions = [tag for _, _, tag in numbered]
    others = set() if "{template}" in tag_format else set(refs.tags) - set(versions)
    branches = sorted(refs.branches, key=lambda branch: (branch != refs.default_branch, branch))
    return History(
        tuple(_tag(refs, tag) for tag in versions),
        tuple(_tag(refs, tag) for tag in sorted(others, reverse=True)),
        tuple(Revision(refs.branches[one], VersionKind.BRANCH, f"refs/heads/{one}") for one in branches),
    )


def history_of(history: History, content: Callable[[Revision], Content | None]) -> Iterator[Appearance]:
    """Each version that has the object, as soon as it is known; `content` tells it, or None where the object is not."""
    newest: Content | None = None
    for group in (history.versions, history.tags):
        for revision, own, older in _with_next(_held(group, content)):
            newest = own if newest is None else newest
            yield Appearance(revision, own, _change(own, older))
    for revision, own in _held(history.branches, content):
        yield Appearance(revision, own, _change(own, newest))


def spans(names: Iterable[_T], having: Callable[[_T], bool]) -> list[tuple[_T, _T]]:
    """The runs of neighbours that have something, each by its first and its last.

    >>> spans([1, 2, 3, 4, 5], {1, 2, 5}.__contains__)
    [(1, 2), (5, 5)]
    """
    runs: list[tuple[_T, _T]] = []
    open_run = False
    for name in names:
        holds = having(name)
        if holds and open_run:
            runs[-1] = runs[-1][0], name
        elif holds:
            runs.append((name, name))
        open_run = holds
    return runs


def _tag(refs: Refs, tag: str) -> Revision:
    return Revision(refs.tags[tag], VersionKind.TAG, f"refs/tags/{tag}")


def _held(
    group: Iterable[Revision], content: Callable[[Revision], Content | None]
) -> Iterator[tuple[Revision, Content]]:
    for revision in group:
        own = content(revision)
        if own is not None:
            yield revision, own


def _with_next(held: Iterator[tuple[Revision, Content]]) -> Iterator[tuple[Revision, Content, Content | None]]:
    before: tuple[Revision, Content] | None = None
    for revision, own in held:
        if before:
            yield *before, own
        before = revision, own
    if before:
        yield *before, None


def _change(own: Content, older: Content | None) -> Change:
    if older is None:
        return Change.ADDED
    return Change.SAME if own.digest == older.digest else Change.CHANGED
