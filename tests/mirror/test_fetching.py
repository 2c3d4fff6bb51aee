"""What a mirror knows after fetching: tags, branches, other refs, commits, and what it leaves behind."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pygit2
import pytest

from argosy.resolver.errors import Denied, Reason, RetryLater
from argosy.resolver.sources import CommitId, RepositoryPath
from tests.gitservers.git_daemon import serve_git
from tests.gitservers.http_server import GitHttpServer, Step
from tests.gitservers.upstream import Upstream

if TYPE_CHECKING:
    from pathlib import Path

    from tests.mirror.benches import Bench


def test_a_mirror_that_never_fetched_says_so(bench: Bench, upstream: Upstream) -> None:
    mirror = bench.mirror(str(upstream.path))

    with pytest.raises(RetryLater) as caught:
        mirror.refs()

    assert caught.value.reason is Reason.NOT_FETCHED
    assert not mirror.contains(CommitId("0" * 40))
    assert mirror.expand("0000000") == ()


def test_refs_are_tags_and_branches_with_the_commits_they_lead_to(bench: Bench, upstream: Upstream) -> None:
    first = upstream.repository.references["refs/tags/v1"].target
    once = upstream.annotate("annotated", str(first))
    upstream.annotate("of-a-tag", once)
    upstream.annotate("of-a-tree", str(upstream.repository[first].peel(pygit2.Tree).id))
    second = upstream.commit(branch="feature/x", onto=CommitId(str(first)))

    refs = bench.mirror(str(upstream.path)).refresh(not_before=bench.clock())

    assert dict.fromkeys(("annotated", "of-a-tag", "v1"), str(first)) == refs.tags
    assert {"main": str(first), "feature/x": second} == refs.branches
    assert (refs.default_branch, refs.fetched_at) == ("main", bench.clock())


def test_what_was_pushed_and_deleted_since_is_seen_by_the_next_fetch(bench: Bench, upstream: Upstream) -> None:
    mirror = bench.mirror(str(upstream.path))
    mirror.refresh(not_before=bench.clock())
    second = upstream.commit(tag="v2")
    upstream.ref("refs/heads/v", second)
    upstream.delete("refs/tags/v1")

    refs = mirror.refresh(not_before=bench.later())

    assert refs.tags == {"v2": second}
    assert refs.branches == {"main": second, "v": second}


def test_a_branch_may_become_a_folder_of_branches(bench: Bench, upstream: Upstream) -> None:
    mirror = bench.mirror(str(upstream.path))
    commit = upstream.commit(branch="a")
    mirror.refresh(not_before=bench.clock())
    upstream.delete("refs/heads/a")
    upstream.ref("refs/heads/a/b", commit)

    assert set(mirror.refresh(not_before=bench.later()).branches) == {"main", "a/b"}


def test_an_empty_repository_is_for_later(bench: Bench, tmp_path: Path) -> None:
    upstream = Upstream.create(tmp_path / "empty.git")
    mirror = bench.mirror(str(upstream.path))
    with pytest.raises(RetryLater) as caught:
        mirror.refresh(not_before=bench.clock())
    assert "neither branches nor tags" in caught.value.problem
    commit = upstream.commit()

    assert mirror.refresh(not_before=bench.later()).branches == {"main": commit}


def test_another_default_branch_is_noticed_within_the_hour(bench: Bench, upstream: Upstream) -> None:
    mirror = bench.mirror(str(upstream.path))
    mirror.refresh(not_before=bench.clock())
    upstream.commit(branch="trunk")
    upstream.repository.set_head("refs/heads/trunk")

    assert mirror.refresh(not_before=bench.later(60)).default_branch == "main"
    assert mirror.refresh(not_before=bench.later(3600)).default_branch == "trunk"


def test_a_default_branch_that_no_version_can_name_hides_no_other_version(bench: Bench, upstream: Upstream) -> None:
    refs = upstream.path / "refs" / "heads"
    (refs / "main").rename(refs / os.fsdecode(b"caf\xe9"))
    (upstream.path / "HEAD").write_bytes(b"ref: refs/heads/caf\xe9\n")
    mirror = bench.mirror(str(upstream.path))

    refs_at_first = mirror.refresh(not_before=bench.clock())
    refs_later = mirror.refresh(not_before=bench.later(4000))

    assert [set(one.tags) for one in (refs_at_first, refs_later)] == [{"v1"}, {"v1"}]
    assert [one.default_branch for one in (refs_at_first, refs_later)] == ["caf\\xe9", "caf\\xe9"]


def test_a_recent_fetch_is_not_repeated(bench: Bench, upstream: Upstream, server: GitHttpServer) -> None:
    mirror = bench.mirror(f"{server.url}/one.git")
    mirror.refresh(not_before=bench.clock())
    requests = len(server.requests)

    mirror.refresh(not_before=bench.later(30) - 30)

    assert len(server.requests) == requests


def test_a_fetch_from_the_future_is_not_believed(bench: Bench, upstream: Upstream) -> None:
    mirror = bench.mirror(str(upstream.path))
    mirror.refresh(not_before=bench.clock())

    assert mirror.refresh(not_before=bench.later(-3600)).fetched_at == bench.clock()


def test_a_mirror_made_later_knows_what_another_fetched(bench: Bench, upstream: Upstream) -> None:
    refs = bench.mirror(str(upstream.path)).refresh(not_before=bench.clock())

    assert bench.mirror(str(upstream.path)).refs() == refs


def test_a_mirror_sees_what_another_fetched_meanwhile(bench: Bench, upstream: Upstream) -> None:
    one, other = bench.mirror(str(upstream.path)), bench.mirror(str(upstream.path))
    one.refresh(not_before=bench.clock())
    one.refs()
    commit = upstream.commit(tag="v2")

    other.refresh(not_before=bench.later())

    assert one.refs().tags["v2"] == commit


def test_aliases_do_not_share_a_clone(bench: Bench, upstream: Upstream) -> None:
    paths = {
        bench.mirror(url, alias).path
        for url in (str(upstream.path), str(upstream.path).upper())
        for alias in ("a/b", "a_b", "A_b")
    }

    assert len(paths) == 6


class TestMovedTags:
    def test_a_tag_that_moved_is_told_with_its_first_commit(self, bench: Bench, upstream: Upstream) -> None:
        mirror = bench.mirror(str(upstream.path))
        first = mirror.refresh(not_before=bench.clock()).tags["v1"]
        for _ in range(2):
            upstream.commit(tag="v1")
            mirror.refresh(not_before=bench.later())

        refs = bench.mirror(str(upstream.path)).refs()

        assert refs.moved_tags == {"v1": first}
        assert refs.tags["v1"] != first
        assert mirror.files(first)

    def test_a_tag_that_was_deleted_and_made_elsewhere_has_moved(self, bench: Bench, upstream: Upstream) -> None:
        mirror = bench.mirror(str(upstream.path))
        first = mirror.refresh(not_before=bench.clock()).tags["v1"]
        upstream.delete("refs/tags/v1")
        assert mirror.refresh(not_before=bench.later()).moved_tags == {}
        upstream.commit(tag="v1")

        assert mirror.refresh(not_before=bench.later()).moved_tags == {"v1": first}

    def test_a_tag_that_came_back_has_not_moved(self, bench: Bench, upstream: Upstream) -> None:
        mirror = bench.mirror(str(upstream.path))
        first = mirror.refresh(not_before=bench.clock()).tags["v1"]
        upstream.commit(tag="v1")
        mirror.refresh(not_before=bench.later())
        upstream.tag("v1", first)

        assert mirror.refresh(not_before=bench.later()).moved_tags == {}

    def test_a_tag_that_became_a_folder_stops_nothing(self, bench: Bench, upstream: Upstream) -> None:
        mirror = bench.mirror(str(upstream.path))
        first = mirror.refresh(not_before=bench.clock()).tags["v1"]
        upstream.delete("refs/tags/v1")
        upstream.tag("v1/a", first)
        mirror.refresh(not_before=bench.later())
        upstream.commit(tag="v1/a")

        assert mirror.refresh(not_before=bench.later()).moved_tags == {"v1/a": first}


class TestCommitsAndRefsByName:
    def test_a_commit_that_nothing_reaches_is_fetched_by_its_id(
        self, bench: Bench, upstream: Upstream, server: GitHttpServer
    ) -> None:
        mirror = bench.mirror(f"{server.url}/one.git")
        first = mirror.refresh(not_before=bench.clock()).tags["v1"]
        commit = upstream.commit({"gone.yaml": "1"})
        upstream.ref("refs/heads/main", first)

        mirror.fetch_commit(commit)

        assert [file.path for file in mirror.files(commit)] == ["flows/hello.yaml", "gone.yaml"]
        assert mirror.is_reachable(first, commit)
        assert not mirror.is_reachable(commit, first)

    @pytest.mark.usefixtures("upstream")
    def test_a_commit_that_nobody_has_is_denied(self, bench: Bench, server: GitHttpServer) -> None:
        mirror = bench.mirror(f"{server.url}/one.git")

        with pytest.raises(Denied) as caught:
            mirror.fetch_commit(CommitId("12" * 20))

        assert caught.value.reason is Reason.VERSION_NOT_FOUND

    def test_a_ref_beside_tags_and_branches_is_fetched_by_its_name(self, bench: Bench, upstream: Upstream) -> None:
        mirror = bench.mirror(str(upstream.path))
        first = mirror.refresh(not_before=bench.clock()).tags["v1"]
        commit = upstream.commit()
        upstream.ref("refs/pull/7/head", commit)
        upstream.ref("refs/heads/main", first)

        mirror.fetch_ref("refs/pull/7/head")

        assert mirror.refs().others == {"refs/pull/7/head": commit}
        assert mirror.refresh(not_before=bench.later()).others == {"refs/pull/7/head": commit}

    @pytest.mark.parametrize(("before", "after"), [("refs/a/b", "refs/a/b/c"), ("refs/a/b/c", "refs/a/b")])
    def test_a_ref_that_upstream_made_a_folder_of_refs_is_forgotten(
        self, before: str, after: str, bench: Bench, upstream: Upstream
    ) -> None:
        mirror = bench.mirror(str(upstream.path))
        commit = mirror.refresh(not_before=bench.clock()).tags["v1"]
        upstream.ref(before, commit)
        mirror.fetch_ref(before)
        upstream.delete(before)
        upstream.ref(after, commit)

        mirror.fetch_ref(after)

        assert mirror.refs().others == {after: commit}
        assert mirror.refresh(not_before=bench.later()).others == {after: commit}

    def test_a_ref_that_is_not_there_is_denied(self, bench: Bench, upstream: Upstream) -> None:
        with pytest.raises(Denied) as caught:
            bench.mirror(str(upstream.path)).fetch_ref("refs/pull/8/head")

        assert caught.value.reason is Reason.VERSION_NOT_FOUND

    @pytest.mark.parametrize(
        "name",
        [
            "",
            "HEAD",
            "--upload-pack=/bin/sh",
            "+refs/heads/main",
            "refs/heads/*",
            "refs/heads/a:refs/heads/b",
            "refs/../config",
            "refs/heads/a..b",
            "refs/heads//a",
            "refs/heads/.a",
            "refs/heads/a.lock",
            "refs/heads/a/",
            "refs/heads/a\nb",
            "refs/heads/a b",
            "refs/heads/a^{commit}",
            "refs/heads/a@{1}",
            "refs/argosy/seen/tags/v1",
            f"refs/{'a' * 300}",
        ],
    )
    def test_what_is_no_name_of_a_ref_never_reaches_git(self, name: str, bench: Bench, upstream: Upstream) -> None:
        with pytest.raises(Denied) as caught:
            bench.mirror(str(upstream.path)).fetch_ref(name)

        assert caught.value.reason is Reason.INVALID_VERSION

    @pytest.mark.parametrize("commit", ["", "main", "-x", "abcdef", "0" * 41, "G" * 40, "A" * 40, "0" * 39 + "\n"])
    def test_what_is_no_full_commit_never_reaches_git(self, commit: str, bench: Bench, upstream: Upstream) -> None:
        with pytest.raises(Denied) as caught:
            bench.mirror(str(upstream.path)).fetch_commit(CommitId(commit))

        assert caught.value.reason is Reason.INVALID_VERSION


class TestLeftOutBlobs:
    @pytest.mark.usefixtures("upstream")
    def test_a_small_repository_needs_no_second_request(self, bench: Bench, server: GitHttpServer) -> None:
        mirror = bench.mirror(f"{server.url}/one.git")
        commit = mirror.refresh(not_before=bench.clock()).tags["v1"]

        mirror.prefetch(commit, lambda _: True)

        assert mirror.read(mirror.files(commit)[0].blob) == b"hello: 1\n"
        assert server.count(Step.FETCH) == 1

    def test_files_that_may_not_be_read_are_not_fetched(
        self, bench: Bench, upstream: Upstream, server: GitHttpServer
    ) -> None:
        commit = upstream.commit({"large.bin": b"x" * 1001, "small.yaml": b"x" * 1000})
        mirror = bench.mirror(f"{server.url}/one.git", max_blob_bytes=1000)
        mirror.refresh(not_before=bench.clock())
        blobs = {file.path: file.blob for file in mirror.files(commit)}

        mirror.prefetch(commit, lambda _: True)

        assert len(mirror.read(blobs[_path("small.yaml")])) == 1000
        with pytest.raises(Denied) as caught:
            mirror.read(blobs[_path("large.bin")])
        assert caught.value.reason is Reason.LIMIT_EXCEEDED
        assert server.count(Step.FETCH) == 1

    def test_a_large_repository_is_cloned_without_blobs_and_given_the_wanted_ones_in_one_request(
        self, bench: Bench, upstream: Upstream, server: GitHttpServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("argosy.resolver.mirror.clones.SMALL_CLONE_BYTES", 100)
        commit = upstream.commit({f"flows/{number}.yaml": f"{number}" for number in range(50)})
        mirror = bench.mirror(f"{server.url}/one.git")
        mirror.refresh(not_before=bench.clock())
        blobs = {file.path: file.blob for file in mirror.files(commit)}
        with pytest.raises(RetryLater) as caught:
            mirror.read(blobs[_path("flows/7.yaml")])
        assert caught.value.reason is Reason.NOT_FETCHED
        before = server.count(Step.FETCH)

        for _ in range(2):
            mirror.prefetch(commit, lambda path: path.startswith("flows/"))

        assert mirror.read(blobs[_path("flows/7.yaml")]) == b"7"
        assert server.count(Step.FETCH) == before + 1

    @pytest.mark.usefixtures("upstream")
    def test_a_server_that_refuses_to_leave_blobs_out_gives_all(
        self, bench: Bench, tmp_path: Path, server: GitHttpServer
    ) -> None:
        plain = Upstream.create(tmp_path / "served" / "plain.git", filters=False)
        commit = plain.commit({"large.bin": b"x" * 2000}, tag="v1")
        whole = bench.mirror(f"{server.url}/plain.git", max_blob_bytes=1000)
        partial = bench.mirror(f"{server.url}/one.git", "partial")
        whole.refresh(not_before=bench.clock())
        partial.refresh(not_before=bench.clock())

        whole.prefetch(commit, lambda _: True)

        assert (whole.is_whole, partial.is_whole) == (True, False)
        with pytest.raises(Denied):
            whole.read(whole.files(commit)[0].blob)


def test_submodules_and_their_settings_are_not_followed(
    bench: Bench, upstream: Upstream, server: GitHttpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("argosy.resolver.mirror.clones.SMALL_CLONE_BYTES", 1)
    commit = upstream.commit({".gitmodules": '[submodule "a"]\n\tpath = a\n\turl = http://127.0.0.1:1/\n'})
    mirror = bench.mirror(f"{server.url}/one.git")

    mirror.refresh(not_before=bench.clock())

    assert mirror.contains(commit)


def test_git_daemon_is_read_where_the_caller_allows_it(bench: Bench, upstream: Upstream) -> None:
    with serve_git(upstream.path.parent) as url:
        refs = bench.mirror(f"{url}/one.git").refresh(not_before=bench.clock())

    assert set(refs.tags) == {"v1"}


def test_all_that_was_fetched_keeps_resolving_without_the_server(
    bench: Bench, upstream: Upstream, server: GitHttpServer
) -> None:
    mirror = bench.mirror(f"{server.url}/one.git")
    commit = mirror.refresh(not_before=bench.clock()).tags["v1"]
    upstream.path.rename(upstream.path.with_suffix(".gone"))
    with pytest.raises(RetryLater):
        mirror.refresh(not_before=bench.later())

    again = bench.mirror(f"{server.url}/one.git")

    assert again.refs().tags == {"v1": commit}
    assert again.read(again.files(commit)[0].blob) == b"hello: 1\n"


def _path(text: str) -> RepositoryPath:
    return RepositoryPath(text)
