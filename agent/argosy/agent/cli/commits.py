"""From a version on the command line to a commit of one repository."""

from __future__ import annotations

from typing import TYPE_CHECKING

from argosy.agent.cli.places import checked_out
from argosy.agent.cli.problems import report_notices
from argosy.agent.cli.terminal import progress
from argosy.resolver.errors import Reason, RetryLater
from argosy.resolver.manifests import ResourceName
from argosy.resolver.pulling import check_staleness, must_refresh, oldest_acceptable
from argosy.resolver.refs import Refs
from argosy.resolver.revisions import Choice, choose
from argosy.resolver.sources import CommitId, PullPolicy, Revision, VersionKind
from argosy.resolver.versions import parse_version

if TYPE_CHECKING:
    from argosy.resolver.repositories import Repository
    from argosy.resolver.resolver import Resolver

DEFAULT_VERSION = "HEAD"


def revision_of(
    resolver: Resolver,
    repository: Repository,
    version: str,
    *,
    resource: str = "",
    pull_policy: PullPolicy | None = None,
) -> Revision:
    """The commit that a version means, by default that of the repository; its warnings are told."""
    text = version or repository.default_version or checked_out(repository) or DEFAULT_VERSION
    choice = Choice(
        request=parse_version(text),
        repository=repository,
        resource=ResourceName(resource),
        pull_policy=pull_policy,
        now=resolver.surroundings.clock(),
    )
    with progress(f"looking for {text} in {repository.alias}"):
        selection = choose(choice, resolver.mirror(repository))
    report_notices(selection.notices)
    return selection.revision


def known_refs(resolver: Resolver, repository: Repository, pull_policy: PullPolicy | None = None) -> Refs:
    """The tags and branches of a repository, as new as for a branch that a Workflow asks for."""
    mirror = resolver.mirror(repository)
    now = resolver.surroundings.clock()
    policy = pull_policy or repository.pull_policy
    try:
        refs = mirror.refs()
    except RetryLater as error:
        if error.reason is not Reason.NOT_FETCHED or policy is PullPolicy.NEVER:
            raise
        refs = Refs()
    moving = Revision(CommitId(""), VersionKind.BRANCH, "the list of versions")
    if refs.fetched_at and not must_refresh(policy, moving, refs, repository=repository, now=now):
        return refs
    not_before = oldest_acceptable(policy, moving, repository=repository, now=now)
    try:
        with progress(f"fetching {repository.alias}"):
            return mirror.refresh(not_before=not_before)
    except RetryLater as failure:
        if not refs.fetched_at:
            raise
        report_notices([check_staleness(moving, refs, failure, repository=repository, now=now)])
        return refs
