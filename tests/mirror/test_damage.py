"""Disks that are full and clones that are spoilt: told as such, and made again."""

from __future__ import annotations

import random
import shutil
from typing import TYPE_CHECKING

import pytest

from argosy.resolver.errors import ArgosyError, Reason, RetryLater
from argosy.resolver.mirror import Mirror, Objects
from argosy.resolver.sources import BlobId, CommitId

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.gitservers.http_server import GitHttpServer
    from tests.gitservers.upstream import Upstream
    from tests.mirror.benches import Bench


class TestFullDisk:
    def test_it_is_told_as_such_and_the_clone_stays_as_it_was(
        self, bench: Bench, upstream: Upstream, server: GitHttpServer, tmp_path: Path
    ) -> None:
        mirror = bench.mirror(f"{server.url}/one.git")
        refs = mirror.refresh(not_before=bench.clock())
        files = sorted(bench.cache.rglob("*"))
        upstream.commit({"large.bin": random.Random(1).randbytes(300_000)}, tag="v2")  # noqa: S311 - incompressible
        bench.path = _path_with_small_files(tmp_path / "bin")

        with pytest.raises(RetryLater) as caught:
            bench.mirror(f"{server.url}/one.git").refresh(not_before=bench.later())

        assert caught.value.reason is Reason.DISK_FULL
        assert sorted(bench.cache.rglob("*")) == files
        assert mirror.refs() == refs

    def test_a_clone_that_does_not_fit_leaves_nothing(
        self, bench: Bench, upstream: Upstream, server: GitHttpServer, tmp_path: Path
    ) -> None:
        upstream.commit({"large.bin": random.Random(1).randbytes(300_000)})  # noqa: S311 - incompressible
        bench.path = _path_with_small_files(tmp_path / "bin")
        mirror = bench.mirror(f"{server.url}/one.git")

        with pytest.raises(RetryLater) as caught:
            mirror.refresh(not_before=bench.clock())

        assert caught.value.reason is Reason.DISK_FULL
        assert [path.name for path in bench.cache.iterdir()] == [f"{mirror.path.stem}.lock"]


class TestUnwritableFolder:
    def test_a_cache_that_cannot_be_made_is_told_as_such(self, bench: Bench, upstream: Upstream) -> None:
        bench.cache.write_text("a file stands here", "ascii")

        with pytest.raises(RetryLater) as caught:
            bench.mirror(str(upstream.path)).refresh(not_before=bench.clock())

        assert caught.value.reason is Reason.CACHE_NOT_WRITABLE
        assert str(bench.cache) in caught.value.problem

    def test_what_was_fetched_is_still_read(self, bench: Bench, upstream: Upstream) -> None:
        mirror = bench.mirror(str(upstream.path))
        refs = mirror.refresh(not_before=bench.clock())
        # Root writes where nobody else may; but no file where there is a folder.
        mirror.path.with_suffix(".lock").unlink()
        mirror.path.with_suffix(".lock").mkdir()

        with pytest.raises(RetryLater) as caught:
            mirror.refresh(not_before=bench.later())

        assert caught.value.reason is Reason.CACHE_NOT_WRITABLE
        assert mirror.refs() == refs
        assert mirror.files(refs.branches["main"])


def _path_with_small_files(folder: Path) -> str:
    """A PATH on which git cannot write files of more than 50 KiB, as when the disk is full."""
    folder.mkdir()
    script = folder / "git"
    # An ignored signal makes the write fail instead of ending git, as a full disk does.
    script.write_text(f"#!/bin/sh\ntrap '' XFSZ\nulimit -f 100\nexec {shutil.which('git')} \"$@\"\n", "ascii")
    script.chmod(0o755)
    return f"{folder}:/usr/bin:/bin"


def _remove_packs(clone: Path) -> None:
    for file in (clone / "objects" / "pack").iterdir():
        file.unlink()


def _spoil_packs(clone: Path) -> None:
    for file in (clone / "objects" / "pack").glob("*.pack"):
        file.chmod(0o600)
        data = bytearray(file.read_bytes())
        data[12:-20] = bytes(byte ^ 0xFF for byte in data[12:-20])
        file.write_bytes(data)


def _truncate_packs(clone: Path) -> None:
    for file in (clone / "objects" / "pack").glob("*.pack"):
        file.chmod(0o600)
        file.write_bytes(file.read_bytes()[:20])


def _empty_indexes(clone: Path) -> None:
    for file in (clone / "objects" / "pack").glob("*.idx"):
        file.chmod(0o600)
        file.write_bytes(b"")


def _remove_objects(clone: Path) -> None:
    shutil.rmtree(clone / "objects")


def _truncate_refs(clone: Path) -> None:
    (clone / "packed-refs").write_text("# pack-refs with: peeled fully-peeled sorted\n0123", "ascii")


def _empty_snapshot(clone: Path) -> None:
    (clone / "argosy.json").write_bytes(b"")


def _spoil_configuration(clone: Path) -> None:
    (clone / "config").write_bytes(b"\0[[[")


ON_READING = [_remove_packs, _spoil_packs, _truncate_packs, _empty_indexes, _remove_objects]
ON_FETCHING = [*ON_READING, _truncate_refs, _empty_snapshot, _spoil_configuration]


@pytest.fixture
def mirror(bench: Bench, upstream: Upstream, server: GitHttpServer) -> Mirror:
    """A mirror that knows of a moved tag."""
    one = bench.mirror(f"{server.url}/{upstream.path.name}")
    one.refresh(not_before=bench.clock())
    upstream.commit(tag="v1")
    one.refresh(not_before=bench.later())
    bench.later(1000)
    return one


@pytest.mark.parametrize("spoil", ON_READING)
def test_damage_is_noticed_on_reading_and_the_clone_made_again(
    spoil: Callable[[Path], None], mirror: Mirror, bench: Bench
) -> None:
    refs = mirror.refs()
    spoil(mirror.path)
    again = bench.mirror(mirror.repository.url)

    files = again.files(refs.tags["v1"])

    assert again.read(files[1].blob) == b"hello: 1\n"
    assert again.refs().moved_tags == refs.moved_tags
    assert len(list(bench.cache.iterdir())) == 2


@pytest.mark.parametrize("spoil", ON_FETCHING)
def test_damage_is_noticed_on_fetching_and_the_clone_made_again(
    spoil: Callable[[Path], None], mirror: Mirror, bench: Bench, upstream: Upstream
) -> None:
    spoil(mirror.path)
    commit = upstream.commit(tag="v2")
    again = bench.mirror(mirror.repository.url)

    refs = again.refresh(not_before=bench.clock())

    assert refs.tags["v2"] == commit
    assert [file.path for file in again.files(commit)][1:] == ["file-3.txt", "flows/hello.yaml"]


def test_a_clone_that_cannot_be_made_again_is_for_later(mirror: Mirror, bench: Bench, upstream: Upstream) -> None:
    commit = mirror.refs().tags["v1"]
    _remove_packs(mirror.path)
    upstream.path.rename(upstream.path.with_suffix(".gone"))

    with pytest.raises(RetryLater) as caught:
        bench.mirror(mirror.repository.url).files(commit)

    assert caught.value.reason is Reason.GIT_UNREACHABLE


def test_a_clone_is_not_made_again_and_again(mirror: Mirror, bench: Bench, server: GitHttpServer) -> None:
    commit = mirror.refs().tags["v1"]
    _remove_packs(mirror.path)
    assert bench.mirror(mirror.repository.url).contains(commit)
    requests = len(server.requests)
    _remove_packs(mirror.path)

    with pytest.raises(RetryLater) as caught:
        bench.mirror(mirror.repository.url).contains(commit)

    assert caught.value.reason is Reason.CLONE_DAMAGED
    assert len(server.requests) == requests


def test_a_reader_of_objects_sees_the_new_clone(mirror: Mirror) -> None:
    commit = mirror.refs().tags["v1"]
    reader = Objects(mirror.path)
    _remove_packs(mirror.path)
    with pytest.raises(RetryLater):
        reader.files(commit)

    assert mirror.remake()

    assert reader.files(commit)


def test_many_packs_become_one_and_nothing_is_lost(
    mirror: Mirror, bench: Bench, upstream: Upstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("argosy.resolver.mirror.maintenance.MAX_PACKS", 3)
    first = mirror.refs().moved_tags["v1"]
    thrown_away = upstream.commit(branch="passing")
    mirror.refresh(not_before=bench.clock())
    upstream.delete("refs/heads/passing")
    for _ in range(4):
        upstream.commit()
        mirror.refresh(not_before=bench.later())

    mirror.maintain()

    packs = list((mirror.path / "objects" / "pack").glob("*.pack"))
    assert len(packs) <= 3
    assert mirror.contains(first)
    assert mirror.contains(thrown_away)


def test_what_is_not_a_commit_is_not_contained(mirror: Mirror) -> None:
    blob = mirror.files(mirror.refs().tags["v1"])[0].blob

    assert not mirror.contains(CommitId(blob))
    assert not mirror.contains(CommitId("HEAD"))
    assert mirror.expand(blob[:10]) == ()
    assert mirror.expand("HEAD") == ()


def test_a_blob_that_nobody_has_is_not_fetched_for_ever(mirror: Mirror) -> None:
    with pytest.raises(ArgosyError):
        mirror.read(BlobId("12" * 20))
