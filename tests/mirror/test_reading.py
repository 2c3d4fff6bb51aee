"""Reading by id: what a commit holds, what changed, who came before whom; from threads and from processes."""

from __future__ import annotations

import hashlib
import itertools
import multiprocessing
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from argosy.resolver.errors import Denied, Reason, RetryLater
from argosy.resolver.mirror import FileMode, Mirror, Objects
from argosy.resolver.sources import BlobId, CommitId, RepositoryPath

if TYPE_CHECKING:
    from pathlib import Path

    from tests.gitservers.upstream import Upstream
    from tests.mirror.benches import Bench

HELLO = RepositoryPath("flows/hello.yaml")


@pytest.fixture
def mirror(bench: Bench, upstream: Upstream) -> Mirror:
    """v1 and v2 differ in hello.yaml, a symbolic link and a new file."""
    upstream.commit(
        {"flows/hello.yaml": "hello: 2\n", "flows/new.yaml": "new: 1\n"},
        tag="v2",
        links={"flows/link.yaml": "../../../etc/passwd"},
    )
    upstream.commit(tag="v3")
    one = bench.mirror(str(upstream.path))
    one.refresh(not_before=bench.clock())
    return one


def _tag(mirror: Mirror, tag: str) -> CommitId:
    return mirror.refs().tags[tag]


def test_a_link_is_told_and_holds_only_its_own_text(mirror: Mirror) -> None:
    files = {file.path: file for file in mirror.files(_tag(mirror, "v2"))}

    link = files[RepositoryPath("flows/link.yaml")]

    assert (link.mode, link.is_regular) == (FileMode.SYMLINK, False)
    assert mirror.read(link.blob) == b"../../../etc/passwd"


def test_changes_between_two_commits_are_told_in_the_order_of_paths(mirror: Mirror) -> None:
    changes = mirror.changed_files(_tag(mirror, "v1"), _tag(mirror, "v2"))

    assert [(change.path, change.before is None) for change in changes] == [
        (HELLO, False),
        ("flows/link.yaml", True),
        ("flows/new.yaml", True),
    ]


def test_history_names_the_commits_that_changed_a_path_newest_first(mirror: Mirror) -> None:
    history = mirror.history(HELLO, _tag(mirror, "v3"))

    assert [change.commit for change in history] == [_tag(mirror, "v2"), _tag(mirror, "v1")]
    assert [change.committed_at for change in history] == [mirror.committed_at(one.commit) for one in history]
    assert mirror.history(HELLO, _tag(mirror, "v3"), limit=1) == history[:1]
    assert mirror.history(RepositoryPath("nowhere.yaml"), _tag(mirror, "v3")) == ()


@pytest.mark.parametrize(
    ("commit", "tip", "reachable"),
    [("v1", "v1", True), ("v1", "v3", True), ("v3", "v1", False)],
)
def test_ancestors_are_reachable(commit: str, tip: str, reachable: bool, mirror: Mirror) -> None:  # noqa: FBT001 - a column
    assert mirror.is_reachable(_tag(mirror, commit), _tag(mirror, tip)) is reachable


def test_an_abbreviation_means_the_commits_that_begin_like_it(mirror: Mirror, upstream: Upstream, bench: Bench) -> None:
    commit = _tag(mirror, "v1")
    upstream.commit({"same.txt": _blob_beginning_like(commit[:4])})
    mirror.refresh(not_before=bench.later())

    assert Objects(mirror.path).expand(commit[:4]) is None
    assert mirror.expand(commit[:4]) == (commit,)
    assert mirror.expand(commit) == (commit,)
    assert mirror.expand("0" * 39) == ()


def _blob_beginning_like(prefix: str) -> bytes:
    for number in itertools.count():
        content = b"%d" % number
        if hashlib.sha1(b"blob %d\0%s" % (len(content), content), usedforsecurity=False).hexdigest().startswith(prefix):
            return content
    raise AssertionError


@pytest.mark.parametrize(
    "abbreviation", ["", "abc", "HEAD", "v1", "-abcd", "abcd^{tree}", "ABCDEF", "a" * 41, "abcd\n"]
)
def test_what_is_no_abbreviation_means_nothing(abbreviation: str, mirror: Mirror) -> None:
    assert mirror.expand(abbreviation) == ()


def test_a_file_over_the_limit_is_not_read(mirror: Mirror) -> None:
    blob = mirror.files(_tag(mirror, "v1"))[0].blob

    with pytest.raises(Denied) as caught:
        Objects(mirror.path).read(blob, max_bytes=8)

    assert caught.value.reason is Reason.LIMIT_EXCEEDED
    assert Objects(mirror.path).read(blob, max_bytes=9) == b"hello: 1\n"


def test_many_files_are_read_in_turn_and_what_is_no_plain_file_is_passed_over(mirror: Mirror) -> None:
    commit = _tag(mirror, "v1")
    blob = mirror.files(commit)[0].blob
    objects = Objects(mirror.path)

    asked = [blob, BlobId("12" * 20), BlobId(commit), blob]

    assert list(objects.read_plain(asked, max_bytes=9)) == [b"hello: 1\n", None, None, b"hello: 1\n"]
    assert list(objects.read_plain([blob], max_bytes=8)) == [None]


def test_a_commit_is_not_read_as_a_file(mirror: Mirror) -> None:
    with pytest.raises(Denied) as caught:
        mirror.read(BlobId(_tag(mirror, "v1")))

    assert caught.value.reason is Reason.FORBIDDEN_PATH


def test_what_was_never_fetched_is_for_later(mirror: Mirror) -> None:
    with pytest.raises(RetryLater) as caught:
        mirror.files(CommitId("12" * 20))

    assert caught.value.reason is Reason.NOT_FETCHED


def test_threads_read_at_once(mirror: Mirror) -> None:
    commit = _tag(mirror, "v2")
    with ThreadPoolExecutor(8) as pool:
        listings = list(pool.map(lambda _: mirror.files(commit), range(40)))

    assert listings == [mirror.files(commit)] * 40


def _count_files(path: Path, commit: CommitId) -> int:
    return len(Objects(path).files(commit))


def test_another_process_reads_given_the_path(mirror: Mirror) -> None:
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        count = pool.submit(_count_files, mirror.path, _tag(mirror, "v2")).result()

    assert count == 3
