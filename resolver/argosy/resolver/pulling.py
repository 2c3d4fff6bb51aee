"""When git is asked: pull policies, as Kubernetes has them for images, and how old an answer may be.

====================  ==================================================================================
policy                git is asked
====================  ==================================================================================
Always                every time (concurrent requests share one fetch)
IfNotPresent          when the version is not known yet
Never                 not at all
not given             as Always for what may move (branches, ranges), at most once in `freshness_seconds`;
                      as IfNotPresent for tags and commits
====================  ==================================================================================
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from argosy.resolver.durations import format_duration
from argosy.resolver.errors import Reason, RetryLater
from argosy.resolver.notices import Notice
from argosy.resolver.sources import PullPolicy

if TYPE_CHECKING:
    from argosy.resolver.refs import Refs
    from argosy.resolver.repositories import Repository
    from argosy.resolver.sources import Revision


def must_refresh(
    policy: PullPolicy | None, revision: Revision | None, refs: Refs, *, repository: Repository, now: float
) -> bool:
    """Whether git must be asked before this answer from the known refs (None: no answer) may be used."""
    if policy is PullPolicy.NEVER:
        return False
    if policy is PullPolicy.ALWAYS or revision is None:
        return True
    if policy is PullPolicy.IF_NOT_PRESENT or revision.immutable:
        return False
    return now - refs.fetched_at > repository.freshness_seconds


def oldest_acceptable(
    policy: PullPolicy | None, revision: Revision | None, *, repository: Repository, now: float
) -> float:
    """How old (epoch seconds) a fetch by somebody else may be to count as this one."""
    if policy is PullPolicy.ALWAYS or revision is None:
        # A tag may have been pushed a moment ago: what others fetched before this request does not say.
        return now
    return now - repository.freshness_seconds


def check_staleness(
    revision: Revision, refs: Refs, failure: RetryLater, *, repository: Repository, now: float
) -> Notice:
    """Serve what is known while git does not answer: a notice with the age, or the failure when it is too old."""
    age = now - refs.fetched_at
    if not revision.immutable and age > repository.staleness_limit_seconds:
        raise failure
    return Notice(
        Reason.STALE_VERSION,
        f"{revision.name} of repository {repository.alias} is taken as it was {format_duration(age)} ago, "
        f"because git does not answer ({failure.problem})",
    )
