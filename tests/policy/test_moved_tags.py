from __future__ import annotations

import pytest

from argosy.resolver.errors import Denied, Reason
from argosy.resolver.policy import check_moved_tag
from argosy.resolver.refs import Refs
from argosy.resolver.repositories import MovedTag, Repository
from argosy.resolver.sources import CommitId, RepositoryAlias, Revision, VersionKind

FIRST = CommitId("a" * 40)
NOW = CommitId("b" * 40)
REFS = Refs(moved_tags={"v1": FIRST, "greet/v1": FIRST})


def repository(moved_tag: MovedTag) -> Repository:
    return Repository(RepositoryAlias("platform"), "https://git.example/a.git", moved_tag=moved_tag)


@pytest.mark.parametrize("floating", [False, True])
@pytest.mark.parametrize("name", ["v1", "greet/v1"])
def test_a_moved_tag_is_told_with_both_commits(name: str, floating: bool) -> None:  # noqa: FBT001 - a table's column
    revision = Revision(NOW, VersionKind.TAG, f"refs/tags/{name}", floating=floating)

    notice = check_moved_tag(revision, REFS, repository(MovedTag.WARN))

    assert notice is not None
    assert notice.reason is Reason.TAG_MOVED
    assert notice.text == f"tag {name} of repository platform was at {FIRST} and is now at {NOW}"


def test_a_moved_tag_is_refused_where_the_repository_says_so() -> None:
    with pytest.raises(Denied) as caught:
        check_moved_tag(Revision(NOW, VersionKind.TAG, "refs/tags/v1"), REFS, repository(MovedTag.REFUSE))

    assert caught.value.reason is Reason.TAG_MOVED
    assert caught.value.problem == f"tag v1 of repository platform was at {FIRST} and is now at {NOW}"
    assert f"commit:{FIRST} or commit:{NOW}" in caught.value.remedy


@pytest.mark.parametrize(
    "revision",
    [
        Revision(FIRST, VersionKind.TAG, "refs/tags/v1"),
        Revision(NOW, VersionKind.TAG, "refs/tags/v2"),
        Revision(NOW, VersionKind.BRANCH, "refs/heads/v1"),
        Revision(NOW, VersionKind.COMMIT),
    ],
    ids=["moved back", "another tag", "a branch of that name", "a commit"],
)
def test_what_is_no_moved_tag_is_left_alone(revision: Revision) -> None:
    assert check_moved_tag(revision, REFS, repository(MovedTag.REFUSE)) is None
