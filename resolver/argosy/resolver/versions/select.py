"""From what a user wrote to one commit, among the refs that are known: pure look-up, in one fixed order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from argosy.resolver.errors import Denied, Reason
from argosy.resolver.sources import Revision, VersionKind
from argosy.resolver.versions.doubts import doubts
from argosy.resolver.versions.missing import not_found
from argosy.resolver.versions.ranges import Range
from argosy.resolver.versions.ranking import ranked
from argosy.resolver.versions.tag_format import TagSeries

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from argosy.resolver.manifests import ResourceName
    from argosy.resolver.notices import Notice
    from argosy.resolver.refs import Refs
    from argosy.resolver.sources import CommitId
    from argosy.resolver.versions.request import VersionRequest

__all__ = ["Commits", "Selection", "select"]

_STABLE = Range()
_MAX_CANDIDATES = 10


class Commits(Protocol):
    """Which commits the clone holds."""

    def contains(self, commit: CommitId) -> bool:
        """Whether the commit is there."""
        ...

    def expand(self, abbreviation: str) -> Sequence[CommitId]:
        """The commits, and no other objects, whose ids begin so; the digits are in lower case."""
        ...


@dataclass(frozen=True, slots=True)
class Selection:
    """The commit that a version means, and what its user should know about the choice."""

    revision: Revision
    notices: tuple[Notice, ...] = ()


@dataclass(frozen=True, slots=True)
class _Known:
    refs: Refs
    series: TagSeries
    commits: Commits


def select(  # one question, and what is known
    request: VersionRequest,
    refs: Refs,
    *,
    tag_format: str,
    resource: ResourceName,
    commits: Commits,
    tells: Callable[[str], bool],
) -> Selection:
    """The commit that is meant: by the first of the request's readings that something answers to.

    `tells` says of the full name of a ref whether a denial may name it. Raises Denied: VERSION_NOT_FOUND, or
    AMBIGUOUS_VERSION for an abbreviation of several commits.
    """
    known = _Known(refs, TagSeries.of(tag_format, resource), commits)
    for reading in _READINGS:
        revision = reading(request, known)
        if revision:
            return Selection(revision, doubts(request, revision, refs, known.series, commits.expand))
    raise not_found(request, refs, known.series, tells)


def _commit(request: VersionRequest, known: _Known) -> Revision | None:
    if request.commit and known.commits.contains(request.commit):
        return Revision(request.commit, VersionKind.COMMIT)
    return None


def _ref(request: VersionRequest, known: _Known) -> Revision | None:
    commit = known.refs.others.get(request.ref) if request.ref else None
    return Revision(commit, VersionKind.REF, request.ref or "") if commit else None


def _head(request: VersionRequest, known: _Known) -> Revision | None:
    return _branch_named(known.refs.default_branch, known) if request.head else None


def _version(request: VersionRequest, known: _Known) -> Revision | None:
    """The tag of a full version: spelled as it was written, else without `v`, else with it."""
    if not request.version:
        return None
    spellings = (request.text, request.version, f"v{request.version}")
    tags = (_tag_named(known.series.tag(spelling), known) for spelling in spellings)
    return next((tag for tag in tags if tag), None)


def _tag(request: VersionRequest, known: _Known) -> Revision | None:
    return _tag_named(request.tag, known) if request.tag else None


def _branch(request: VersionRequest, known: _Known) -> Revision | None:
    return _branch_named(request.branch, known) if request.branch else None


def _range(request: VersionRequest, known: _Known) -> Revision | None:
    versions = _STABLE if request.latest else request.range
    tag = ranked(known.refs.tags, known.series).highest_in(versions) if versions else None
    return _tag_named(tag, known, floating=True) if tag else None


def _abbreviation(request: VersionRequest, known: _Known) -> Revision | None:
    candidates = known.commits.expand(request.abbreviation) if request.abbreviation else ()
    if len(candidates) > 1:
        shown = ", ".join(sorted(candidates)[:_MAX_CANDIDATES])
        raise Denied(
            Reason.AMBIGUOUS_VERSION,
            f"{request.text!r} is the beginning of several commits",
            remedy=f"write more digits of the one you mean: {shown}",
        )
    return Revision(candidates[0], VersionKind.COMMIT) if candidates else None


_READINGS: tuple[Callable[[VersionRequest, _Known], Revision | None], ...] = (
    _commit,
    _ref,
    _head,
    _version,
    _tag,
    _branch,
    _range,
    _abbreviation,
)


def _tag_named(name: str, known: _Known, *, floating: bool = False) -> Revision | None:
    commit = known.refs.tags.get(name)
    return Revision(commit, VersionKind.TAG, f"refs/tags/{name}", floating=floating) if commit else None


def _branch_named(name: str, known: _Known) -> Revision | None:
    commit = known.refs.branches.get(name)
    return Revision(commit, VersionKind.BRANCH, f"refs/heads/{name}") if commit else None
