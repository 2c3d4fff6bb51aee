"""When git is asked, and how old an answer may be."""

from __future__ import annotations

import pytest

from argosy.resolver.errors import Reason, RetryLater
from argosy.resolver.pulling import check_staleness, must_refresh, oldest_acceptable
from argosy.resolver.refs import Refs
from argosy.resolver.repositories import Repository
from argosy.resolver.sources import CommitId, PullPolicy, RepositoryAlias, Revision, VersionKind

NOW = 1_000_000.0
REPOSITORY = Repository(
    RepositoryAlias("main"), "https://git.example/a.git", freshness_seconds=30, staleness_limit_seconds=3600
)
COMMIT = CommitId("a" * 40)
TAG = Revision(COMMIT, VersionKind.TAG, "refs/tags/v1")
RANGE = Revision(COMMIT, VersionKind.TAG, "refs/tags/v1", floating=True)
BRANCH = Revision(COMMIT, VersionKind.BRANCH, "refs/heads/main")

ALWAYS, IF_NOT_PRESENT, NEVER = PullPolicy.ALWAYS, PullPolicy.IF_NOT_PRESENT, PullPolicy.NEVER


@pytest.mark.parametrize(
    ("policy", "revision", "age", "asked"),
    [
        (None, TAG, 86_400, False),
        (None, BRANCH, 29, False),
        (None, BRANCH, 31, True),
        (None, RANGE, 31, True),
        (None, None, 0, True),
        (ALWAYS, TAG, 0, True),
        (ALWAYS, BRANCH, 0, True),
        (IF_NOT_PRESENT, BRANCH, 86_400, False),
        (IF_NOT_PRESENT, None, 0, True),
        (NEVER, BRANCH, 86_400, False),
        (NEVER, None, 86_400, False),
    ],
)
def test_the_pull_policy_decides_whether_git_is_asked(
    policy: PullPolicy | None, revision: Revision | None, age: float, *, asked: bool
) -> None:
    refs = Refs(fetched_at=NOW - age)

    assert must_refresh(policy, revision, refs, repository=REPOSITORY, now=NOW) is asked


@pytest.mark.parametrize(
    ("policy", "revision", "expected"),
    [(ALWAYS, BRANCH, NOW), (None, BRANCH, NOW - 30), (None, None, NOW), (IF_NOT_PRESENT, None, NOW)],
)
def test_a_fetch_by_somebody_else_counts_when_it_is_fresh_enough(
    policy: PullPolicy | None, revision: Revision | None, expected: float
) -> None:
    assert oldest_acceptable(policy, revision, repository=REPOSITORY, now=NOW) == pytest.approx(expected)


FAILURE = RetryLater(Reason.GIT_TIMEOUT, "git took longer than 8 s")


def test_what_is_known_serves_on_with_its_age_while_git_does_not_answer() -> None:
    notice = check_staleness(BRANCH, Refs(fetched_at=NOW - 600), FAILURE, repository=REPOSITORY, now=NOW)

    assert str(notice) == (
        "main of repository main is taken as it was 10m ago, because git does not answer (git took longer than 8 s)"
    )


def test_a_branch_that_is_too_old_is_refused_with_the_failure_of_git() -> None:
    with pytest.raises(RetryLater, match="git took longer than 8 s"):
        check_staleness(BRANCH, Refs(fetched_at=NOW - 3601), FAILURE, repository=REPOSITORY, now=NOW)


def test_a_tag_serves_on_however_old_it_is() -> None:
    notice = check_staleness(TAG, Refs(fetched_at=NOW - 1e6), FAILURE, repository=REPOSITORY, now=NOW)

    assert notice.reason is Reason.STALE_VERSION
