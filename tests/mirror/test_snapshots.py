"""What a clone remembers of its refs, and of its tags' past."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from argosy.resolver.errors import Reason, RetryLater
from argosy.resolver.mirror.listing import parse_refs
from argosy.resolver.mirror.snapshots import Snapshot, advanced, read_snapshot, signature, write_snapshot
from argosy.resolver.refs import Refs
from argosy.resolver.sources import CommitId

if TYPE_CHECKING:
    from pathlib import Path

A, B, C = (CommitId(letter * 40) for letter in "abc")


@pytest.mark.parametrize(
    ("steps", "moved"),
    [
        ([{"v1": A}, {"v1": A}], {}),
        ([{"v1": A}, {"v1": B}], {"v1": A}),
        ([{"v1": A}, {"v1": B}, {"v1": C}], {"v1": A}),
        ([{"v1": A}, {"v1": B}, {"v1": A}], {}),
        ([{"v1": A}, {}], {}),
        ([{"v1": A}, {}, {"v1": A}], {}),
        ([{"v1": A}, {}, {"v1": B}], {"v1": A}),
        ([{}, {"v1": A}], {}),
    ],
)
def test_a_tag_has_moved_when_it_is_not_where_it_was_first(
    steps: list[dict[str, CommitId]], moved: dict[str, CommitId]
) -> None:
    snapshot = Snapshot()
    for tags in steps:
        snapshot = advanced(snapshot, Refs(tags=tags))

    assert snapshot.refs.moved_tags == moved


def test_a_snapshot_is_read_as_it_was_written(tmp_path: Path) -> None:
    refs = Refs({"v1": A}, {"main": B}, {"refs/pull/7/head": C}, "main", 12.5, {"v1": B})
    snapshot = Snapshot(refs, {"v0": A}, 3.0, "blob:none", 4.0)
    assert signature(tmp_path) is None

    write_snapshot(tmp_path, snapshot)
    before = signature(tmp_path)

    assert read_snapshot(tmp_path) == snapshot
    write_snapshot(tmp_path, snapshot)
    assert signature(tmp_path) != before


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"{}", b'{"layout": 2}', b'{"layout": 1, "tags": []}', b"\xff"])
def test_a_spoilt_snapshot_is_damage(data: bytes, tmp_path: Path) -> None:
    (tmp_path / "argosy.json").write_bytes(data)

    with pytest.raises(RetryLater) as caught:
        read_snapshot(tmp_path)

    assert caught.value.reason is Reason.CLONE_DAMAGED


def test_refs_are_followed_to_their_commits_and_others_left_out() -> None:
    listing = (
        f"commit {A}   refs/heads/main\n"
        f"commit {B}   refs/heads/a\u2028b\n"
        f"tag {C} commit {A} refs/tags/v1\n"
        f"tag {C} tag {B} refs/tags/of-a-tag\n"
        f"blob {C}   refs/tags/key\n"
        f"tag {C} tree {B} refs/tags/tree\n"
        f"commit {C}   refs/argosy/others/pull/7/head\n"
        f"commit {C}   refs/argosy/seen/tags/v1\n"
    ).encode() + b"commit %s   refs/heads/\xff\n" % A.encode()

    refs = parse_refs(listing, lambda identity: A if identity == B else None)

    assert refs == Refs(
        tags={"v1": A, "of-a-tag": A}, branches={"main": A, "a\u2028b": B}, others={"refs/pull/7/head": C}
    )
