"""From the version that was asked for to one commit: known refs first, git when the pull policy says so."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from argosy.resolver.errors import Denied, Reason, RetryLater
from argosy.resolver.pulling import check_staleness, must_refresh, oldest_acceptable
from argosy.resolver.refs import Refs
from argosy.resolver.sources import PullPolicy
from argosy.resolver.versions import Commits, Selection, select

if TYPE_CHECKING:
    from collections.abc import Callable

    from argosy.resolver.manifests import ResourceName
    from argosy.resolver.repositories import Repository
    from argosy.resolver.sources import CommitId, Revision
    from argosy.resolver.versions import VersionRequest


class Clone(Commits, Protocol):
    """What finding a commit needs of a cached clone."""

    def refs(self) -> Refs:
        """The refs as last fetched; raises RetryLater(NOT_FETCHED) when there was no fetch yet."""
        ...

    def refresh(self, *, not_before: float, deadline_seconds: float | None = None) -> Refs:
        """The refs as git has them, from a fetch that began at or after `not_before` (epoch seconds)."""
        ...

    def fetch_commit(self, commit: CommitId, *, deadline_seconds: float | None = None) -> None:
        """Bring in one commit that no tag and no branch reaches."""
        ...

    def fetch_ref(self, name: str, *, deadline_seconds: float | None = None) -> None:
        """Bring in one ref that is neither a tag nor a branch, by its full name."""
        ...


@dataclass(frozen=True, slots=True)
class Choice:
    """One version question, with all that the answer depends on."""

    request: VersionRequest
    repository: Repository
    resource: ResourceName
    pull_policy: PullPolicy | None = None
    now: float = 0.0
    """Epoch seconds."""
    deadline_seconds: float | None = None
    tells: Callable[[str], bool] = lambda _: True
    """Whether a denial may name a ref, by its full name."""


def choose(choice: Choice, clone: Clone) -> Selection:
    """The commit that is meant. Raises Denied when there is none, RetryLater when git must answer and does not."""
    refs = _known(clone)
    selection, failure = _attempt(choice, clone, refs)
    policy = choice.pull_policy or choice.repository.pull_policy
    revision = selection.revision if selection else None
    if must_refresh(policy, revision, refs, repository=choice.repository, now=choice.now):
        return _refreshed(choice, clone, refs, selection)
    if selection:
        return selection
    if policy is PullPolicy.NEVER:
        raise _never_fetched(choice, refs) from failure
    return _brought_in(choice, clone, refs)


def _known(clone: Clone) -> Refs:
    try:
        return clone.refs()
    except RetryLater as error:
        if error.reason is not Reason.NOT_FETCHED:
            raise
        return Refs()


def _attempt(choice: Choice, clone: Clone, refs: Refs) -> tuple[Selection | None, Denied | None]:
    try:
        return _select(choice, clone, refs), None
    except Denied as error:
        if error.reason is not Reason.VERSION_NOT_FOUND:
            raise
        return None, error


def _select(choice: Choice, clone: Clone, refs: Refs) -> Selection:
    return select(
        choice.request,
        refs,
        tag_format=choice.repository.tag_format,
        resource=choice.resource,
        commits=clone,
        tells=choice.tells,
    )


def _refreshed(choice: Choice, clone: Clone, refs: Refs, selection: Selection | None) -> Selection:
    """The answer after asking git; what is known serves on, with its age told, while git does not answer."""
    revision: Revision | None = selection.revision if selection else None
    policy = choice.pull_policy or choice.repository.pull_policy
    not_before = oldest_acceptable(policy, revision, repository=choice.repository, now=choice.now)
    try:
        fresh = clone.refresh(not_before=not_before, deadline_seconds=choice.deadline_seconds)
    except RetryLater as failure:
        if selection is None:
            raise
        notice = check_staleness(selection.revision, refs, failure, repository=choice.repository, now=choice.now)
        return replace(selection, notices=(*selection.notices, notice))
    return _brought_in(choice, clone, fresh)


def _brought_in(choice: Choice, clone: Clone, refs: Refs) -> Selection:
    """The answer, where a commit outside every branch or a ref such as `refs/pull/7/head` is fetched by name."""
    commit, ref = choice.request.commit, choice.request.ref
    if commit and not clone.contains(commit):
        clone.fetch_commit(commit, deadline_seconds=choice.deadline_seconds)
    elif ref and not ref.startswith(("refs/tags/", "refs/heads/")):
        clone.fetch_ref(ref, deadline_seconds=choice.deadline_seconds)
        refs = clone.refs()
    return _select(choice, clone, refs)


def _never_fetched(choice: Choice, refs: Refs) -> Denied:
    known = "has not been fetched yet" if not refs.fetched_at else "is not among what was fetched"
    return Denied(
        Reason.NOT_FETCHED,
        f"version {choice.request.text!r} of repository {choice.repository.alias} {known}",
        remedy="the pull policy is Never: use IfNotPresent or Always, or fetch the version first",
    )
