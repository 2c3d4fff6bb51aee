from __future__ import annotations

import time

import pytest

from argosy.resolver.errors import Denied
from argosy.resolver.refs import Refs
from tests.versions.known_commits import refs_of, select_text

REFS = refs_of(
    tags={"v1.0.0": 1, "v1.2.0": 2, "v1.10.0": 3, "v2.0.0-rc.1": 4, "nightly": 5},
    branches={"main": 6, "feature/pipelines": 7},
)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            "v1.2.1",
            "no such tag, no such branch, no tag of such a version; similar: v1.2.0, v1.0.0, v1.10.0",
        ),
        ("feature/pipeline", "no such tag, no such branch; similar: feature/pipelines; "),
        ("tag:mian", "version 'tag:mian' was not found: no such tag; similar: main; "),
        ("branch:nigthly", "no such branch; similar: nightly; "),
        ("^7", "no tag of such a version; the highest versions: v2.0.0-rc.1, v1.10.0, v1.2.0; "),
        ("refs/pull/7/head", "version 'refs/pull/7/head' was not found: no such ref; the highest versions"),
        ("abcdef0", "no such tag, no such branch, no commit that begins so; the highest versions"),
        ("zzz", "no such branch; the highest versions: v2.0.0-rc.1, v1.10.0, v1.2.0; the default branch: main"),
    ],
)
def test_the_denial_says_what_was_looked_for_and_what_there_is(text: str, words: str) -> None:
    with pytest.raises(Denied) as caught:
        select_text(text, REFS)

    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("text", "allowed", "remedy"),
    [
        ("v1.2.1", ["refs/tags/v1.0.0"], "similar: v1.0.0; the highest versions: v1.0.0"),
        ("v1.2.1", ["refs/heads/v1.0.0", "refs/heads/main"], "the default branch: main"),
        ("feature/pipeline", ["refs/heads/main"], "the default branch: main"),
        ("nigthly", ["refs/tags/nightly"], "similar: nightly"),
        ("^7", ["refs/tags/v1.2.0"], "the highest versions: v1.2.0"),
        ("v1.2.1", [], "ask for a tag or a branch that the policy lets you use"),
    ],
)
def test_only_what_may_be_told_of_is_told(text: str, allowed: list[str], remedy: str) -> None:
    with pytest.raises(Denied) as caught:
        select_text(text, REFS, tells=allowed.__contains__)

    assert caught.value.remedy == remedy


def test_a_pre_release_is_offered_for_latest_where_it_may_be_told_of() -> None:
    refs = refs_of(tags={"v2.0.0-rc.1": 1, "v3.0.0-rc.1": 2})

    with pytest.raises(Denied) as caught:
        select_text("latest", refs, tells=["refs/tags/v2.0.0-rc.1"].__contains__)

    assert "name it to use it: v2.0.0-rc.1" in caught.value.remedy
    assert "v3" not in caught.value.remedy


@pytest.mark.parametrize(
    ("refs", "words"),
    [
        (Refs(), "no tag is a stable version; tag a release, as v1.0.0, or name a tag or a branch"),
        (refs_of(tags={"v2.0.0-rc.1": 1}), "latest takes no pre-release, so name it to use it: v2.0.0-rc.1"),
        (refs_of(tags={"v1": 1, "nightly": 2}), "no tag is a stable version (of three numbers, as semver.org says)"),
    ],
)
def test_a_repository_without_releases_has_no_latest_and_says_what_to_do(refs: Refs, words: str) -> None:
    with pytest.raises(Denied) as caught:
        select_text("latest", refs)

    assert words in str(caught.value)


def test_an_empty_repository_says_so() -> None:
    with pytest.raises(Denied, match="the repository has neither tags nor branches yet: push one"):
        select_text("main", Refs())


def test_head_of_a_repository_whose_default_branch_is_gone_is_not_found() -> None:
    with pytest.raises(Denied, match="version 'HEAD' was not found: no default branch"):
        select_text("HEAD", refs_of(branches={"other": 1}))


def test_fifty_thousand_tags_are_searched_in_a_moment() -> None:
    tags = {f"v{number // 1000}.{number // 10 % 100}.{number % 10}": number for number in range(50_000)}
    refs = refs_of(tags=tags, branches={"main": 1})

    started = time.process_time()
    assert select_text("latest", refs).revision.name == "v49.99.9"
    assert select_text("^7", refs).revision.name == "v7.99.9"
    with pytest.raises(Denied):
        select_text("v50.0.0", refs)

    # Half a second of this process on a slow machine; a comparison of the text with every name would take several.
    assert time.process_time() - started < 3.0
