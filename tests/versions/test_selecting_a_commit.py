from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from argosy.resolver.errors import Denied, Reason
from argosy.resolver.sources import CommitId, Revision, VersionKind
from argosy.resolver.versions import Selection, parse_version
from argosy.resolver.versions.semver import parse_semver
from tests.versions.known_commits import commit, refs_of, select_text

if TYPE_CHECKING:
    from argosy.resolver.refs import Refs

TAG, BRANCH, COMMIT, REF = VersionKind.TAG, VersionKind.BRANCH, VersionKind.COMMIT, VersionKind.REF

REFS = replace(
    refs_of(
        tags={
            "v0.9.0": 1,
            "v1.0.0": 2,
            "v1.2.0": 3,
            "1.3.0": 4,
            "v1.10.0": 5,
            "v2.0.0-rc.1": 6,
            "v3.1.0+k3s1": 7,
            "v3.1.0+k3s2": 8,
            "v4.0.0-alpha": 9,
            "nightly": 10,
            "release/5": 11,
        },
        branches={"main": 20, "feature/x": 21, "v1": 22, "nightly": 10, "1.2.0": 23},
    ),
    others={"refs/pull/7/head": commit(30)},
)


@pytest.mark.parametrize(
    ("text", "revision"),
    [
        ("v1.0.0", Revision(commit(2), TAG, "refs/tags/v1.0.0")),
        ("tag:v1.0.0", Revision(commit(2), TAG, "refs/tags/v1.0.0")),
        ("refs/tags/v1.0.0", Revision(commit(2), TAG, "refs/tags/v1.0.0")),
        ("release/5", Revision(commit(11), TAG, "refs/tags/release/5")),
        ("nightly", Revision(commit(10), TAG, "refs/tags/nightly")),
        ("main", Revision(commit(20), BRANCH, "refs/heads/main")),
        ("feature/x", Revision(commit(21), BRANCH, "refs/heads/feature/x")),
        ("refs/heads/main", Revision(commit(20), BRANCH, "refs/heads/main")),
        ("branch:nightly", Revision(commit(10), BRANCH, "refs/heads/nightly")),
        ("HEAD", Revision(commit(20), BRANCH, "refs/heads/main")),
        ("refs/pull/7/head", Revision(commit(30), REF, "refs/pull/7/head")),
        # A version is found with or without the v of its tag, and before a branch of that name.
        ("1.0.0", Revision(commit(2), TAG, "refs/tags/v1.0.0")),
        ("v1.3.0", Revision(commit(4), TAG, "refs/tags/1.3.0")),
        ("2.0.0-rc.1", Revision(commit(6), TAG, "refs/tags/v2.0.0-rc.1")),
        ("3.1.0+k3s1", Revision(commit(7), TAG, "refs/tags/v3.1.0+k3s1")),
        # A branch is found before a range.
        ("v1", Revision(commit(22), BRANCH, "refs/heads/v1")),
        ("1", Revision(commit(5), TAG, "refs/tags/v1.10.0", floating=True)),
        ("v1.x", Revision(commit(5), TAG, "refs/tags/v1.10.0", floating=True)),
        ("~1.2", Revision(commit(3), TAG, "refs/tags/v1.2.0", floating=True)),
        (">=1.2 <1.10", Revision(commit(4), TAG, "refs/tags/1.3.0", floating=True)),
        (">=2.0.0-alpha <3", Revision(commit(6), TAG, "refs/tags/v2.0.0-rc.1", floating=True)),
        # Builds of one version: the last by their metadata.
        ("3.1.0", Revision(commit(8), TAG, "refs/tags/v3.1.0+k3s2", floating=True)),
        ("latest", Revision(commit(8), TAG, "refs/tags/v3.1.0+k3s2", floating=True)),
    ],
)
def test_a_version_means_one_commit(text: str, revision: Revision) -> None:
    assert revision == select_text(text, REFS).revision


@pytest.mark.parametrize(
    "text",
    [
        *("v9", "tag:main", "branch:v1.0.0", "refs/heads/v1.0.0", "refs/tags/main", "refs/pull/8/head", "Main"),
        *("V1.0.0", "origin/main", "heads/main", "tags/v1.0.0", "FETCH_HEAD", "0000000", "v1.0.0-2-g0000000"),
        *("^9", "2.x", "3.1.0+k3s3"),
    ],
)
def test_what_is_not_among_the_refs_is_not_found(text: str) -> None:
    with pytest.raises(Denied) as caught:
        select_text(text, REFS)

    assert caught.value.reason is Reason.VERSION_NOT_FOUND


class TestCommit:
    FULL = CommitId("abc1234" + "0" * 33)
    NEAR = CommitId("abc1234" + "f" * 33)

    def test_a_full_commit_is_itself_whatever_the_refs_say(self) -> None:
        refs = refs_of(tags={self.FULL: 1}, branches={self.FULL: 2})
        assert Selection(Revision(self.FULL, COMMIT)) == select_text(self.FULL, refs, held=[self.FULL])

    def test_a_full_commit_that_is_not_there_is_not_found(self) -> None:
        with pytest.raises(Denied, match=f"commit {self.FULL} is not in the repository; push it") as caught:
            select_text(self.FULL, refs_of(tags={self.FULL: 1}))
        assert caught.value.reason is Reason.VERSION_NOT_FOUND

    @pytest.mark.parametrize("text", ["abc1234", "ABC12340", "commit:abc1234"])
    def test_an_abbreviation_of_one_commit_is_that_commit(self, text: str) -> None:
        assert Selection(Revision(self.FULL, COMMIT)) == select_text(text, REFS, held=[self.FULL])

    def test_an_abbreviation_of_several_commits_is_refused_with_all_of_them(self) -> None:
        with pytest.raises(Denied, match="the beginning of several commits") as caught:
            select_text("abc1234", REFS, held=[self.NEAR, self.FULL])

        assert caught.value.reason is Reason.AMBIGUOUS_VERSION
        assert caught.value.remedy.endswith(f"{self.FULL}, {self.NEAR}")

    def test_of_very_many_candidates_only_ten_are_shown(self) -> None:
        many = [CommitId(f"abc1234{number:033x}") for number in range(500)]
        with pytest.raises(Denied) as caught:
            select_text("abc1234", REFS, held=many)

        assert caught.value.remedy.count("abc1234") == 10

    @pytest.mark.parametrize(
        ("refs", "kind"), [(refs_of(tags={"abc1234": 1}), TAG), (refs_of({}, {"abc1234": 1}), BRANCH)]
    )
    def test_a_name_wins_over_the_commit_it_abbreviates_with_a_notice(self, refs: Refs, kind: VersionKind) -> None:
        selection = select_text("abc1234", refs, held=[self.FULL])

        assert (commit(1), kind) == (selection.revision.commit, selection.revision.kind)
        assert [notice.reason for notice in selection.notices] == [Reason.AMBIGUOUS_VERSION]
        assert self.FULL in selection.notices[0].text
        assert "commit:abc1234" in selection.notices[0].text


class TestShadowedBranch:
    def test_a_tag_beats_a_branch_of_the_same_name_with_a_notice_of_both_commits(self) -> None:
        selection = select_text("v1", refs_of(tags={"v1": 0xA}, branches={"v1": 0xB}))

        assert Revision(commit(0xA), TAG, "refs/tags/v1") == selection.revision
        (notice,) = selection.notices
        assert notice.reason is Reason.SHADOWED_BRANCH
        assert commit(0xA)[:12] in notice.text
        assert commit(0xB)[:12] in notice.text
        assert "branch:v1" in notice.text

    def test_the_tag_of_a_version_beats_the_branch_of_that_name_with_a_notice(self) -> None:
        selection = select_text("1.2.0", REFS)

        assert selection.revision.ref == "refs/tags/v1.2.0"
        assert [notice.reason for notice in selection.notices] == [Reason.SHADOWED_BRANCH]

    @pytest.mark.parametrize("text", ["nightly", "tag:v1.2.0", "branch:1.2.0", "refs/tags/v1.2.0", "v1.2.0"])
    def test_there_is_no_notice_without_a_doubt(self, text: str) -> None:
        assert select_text(text, REFS).notices == ()


@pytest.mark.parametrize("kind", ["tag", "branch"])
@pytest.mark.parametrize("text", ["latest", "HEAD"])
def test_a_ref_named_as_a_keyword_does_not_take_its_place_but_is_told(text: str, kind: str) -> None:
    named = {text: commit(99)}
    refs = replace(
        REFS,
        tags={**REFS.tags, **(named if kind == "tag" else {})},
        branches={**REFS.branches, **(named if kind == "branch" else {})},
    )
    selection = select_text(text, refs)

    assert select_text(text, REFS).revision == selection.revision
    assert [notice.reason for notice in selection.notices] == [Reason.AMBIGUOUS_VERSION]
    assert f"{kind}:{text}" in selection.notices[0].text


class TestEqualVersions:
    """The tags v1.2.0 and 1.2.0 are one version."""

    @pytest.mark.parametrize("names", [("v1.2.0", "1.2.0"), ("1.2.0", "v1.2.0")])
    def test_a_range_takes_the_one_with_v_whatever_their_order_and_says_so(self, names: tuple[str, str]) -> None:
        selection = select_text("^1", refs_of(tags=dict.fromkeys(names, 1) | {"1.2.0": 2}))

        assert selection.revision.ref == "refs/tags/v1.2.0"
        assert [notice.reason for notice in selection.notices] == [Reason.AMBIGUOUS_VERSION]

    def test_there_is_no_notice_when_they_are_one_commit(self) -> None:
        assert select_text("^1", refs_of(tags={"v1.2.0": 1, "1.2.0": 1})).notices == ()

    @pytest.mark.parametrize("text", ["v1.2.0", "1.2.0"])
    def test_the_one_that_was_written_is_taken(self, text: str) -> None:
        selection = select_text(text, refs_of(tags={"v1.2.0": 1, "1.2.0": 2}))

        assert f"refs/tags/{text}" == selection.revision.ref
        assert selection.notices == ()


@pytest.mark.parametrize("tags", [("v1.0.0+9", "v1.0.0+10", "v1.0.0"), ("v1.0.0", "v1.0.0+10", "v1.0.0+9")])
def test_of_builds_of_one_version_a_range_takes_the_last_by_number(tags: tuple[str, ...]) -> None:
    assert select_text("^1", refs_of(tags=dict.fromkeys(tags, 1))).revision.name == "v1.0.0+10"


class TestMonorepo:
    """Each template has its own tags."""

    REFS = refs_of(
        tags={
            "greet/v1.0.0": 1,
            "greet/v1.2.0": 2,
            "greet-all/v1.9.0": 3,
            "build/v2.0.0": 4,
            "v1.0.0": 5,
            "v8.0.0": 6,
            "greet/v3.0.0-rc.1": 7,
        },
        branches={"main": 8},
    )

    @pytest.mark.parametrize(
        ("text", "tag"),
        [
            ("v1.0.0", "greet/v1.0.0"),
            ("1.0.0", "greet/v1.0.0"),
            ("^1", "greet/v1.2.0"),
            ("v1", "greet/v1.2.0"),
            ("latest", "greet/v1.2.0"),
            ("greet/v1.0.0", "greet/v1.0.0"),
            ("build/v2.0.0", "build/v2.0.0"),
            ("tag:v1.0.0", "v1.0.0"),
            ("v8.0.0", "v8.0.0"),
        ],
    )
    def test_versions_are_those_of_the_template(self, text: str, tag: str) -> None:
        selection = select_text(text, self.REFS, tag_format="{template}/v{version}")

        assert f"refs/tags/{tag}" == selection.revision.ref

    def test_versions_of_other_templates_are_not_found(self) -> None:
        with pytest.raises(Denied, match=r"the highest versions: greet/v3\.0\.0-rc\.1, greet/v1\.2\.0, greet/v1\.0\.0"):
            select_text("^2", self.REFS, tag_format="{template}/v{version}")

    def test_a_template_without_tags_has_no_latest(self) -> None:
        with pytest.raises(Denied, match=r"tag a release, as other/v1\.0\.0"):
            select_text("latest", self.REFS, tag_format="{template}/v{version}", resource="other")


_tags = st.from_regex(r"v?[0-3]\.[0-3]\.[0-3](-(a|rc\.[12]))?", fullmatch=True)


@settings(max_examples=100, deadline=None)
@given(
    st.sets(_tags, max_size=12),
    st.sampled_from(["^1", "~1.2", ">=1.1 <3", "1 - 2.1", "0.x || 3", ">=2.0.0-a", "latest"]),
)
def test_a_range_chooses_the_highest_admitted_tag_whatever_their_order(tags: set[str], text: str) -> None:
    numbered = {tag: number for number, tag in enumerate(sorted(tags))}
    chosen: set[str] = set()
    for order in (sorted(tags), sorted(tags, reverse=True)):
        try:
            chosen.add(select_text(text, refs_of(tags={tag: numbered[tag] for tag in order})).revision.name)
        except Denied as error:
            chosen.add(error.reason)

    (only,) = chosen
    versions = parse_version(text).range
    admitted = [
        tag for tag in tags if (one := parse_semver(tag)) and (versions.admits(one) if versions else one.stable)
    ]
    expected = max((parse_semver(tag).precedence for tag in admitted), default=None)  # type: ignore[union-attr]  # tags
    assert expected == (None if only == Reason.VERSION_NOT_FOUND else parse_semver(only).precedence)  # type: ignore[union-attr]  # a tag
