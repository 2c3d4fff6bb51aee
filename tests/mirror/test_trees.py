"""Trees as plain data: what they hold, what differs, and trees made to hurt."""

from __future__ import annotations

import hashlib

import pytest

from argosy.resolver.errors import Denied, Reason
from argosy.resolver.mirror.trees import FileMode, list_changes, list_files, parse_tree

BLOB = "ab" * 20


class Store(dict[str, bytes]):
    """Trees by id."""

    def tree(self, *entries: tuple[int, bytes, str]) -> str:
        data = b"".join(b"%o %s\0%s" % (mode, name, bytes.fromhex(identity)) for mode, name, identity in entries)
        identity = hashlib.sha1(data, usedforsecurity=False).hexdigest()
        self[identity] = data
        return identity


def test_files_come_in_gits_order_with_their_modes() -> None:
    store = Store()
    inner = store.tree((0o100755, b"run", BLOB), (0o160000, b"sub", BLOB))
    root = store.tree(
        (0o100644, b"a.yaml", BLOB), (0o40000, b"b", inner), (0o120000, b"link", BLOB), (0o100664, b"old", BLOB)
    )

    files = list(list_files(root, store.__getitem__))

    assert [(file.path, file.mode, file.is_regular) for file in files] == [
        ("a.yaml", FileMode.FILE, True),
        ("b/run", FileMode.EXECUTABLE, True),
        ("b/sub", FileMode.SUBMODULE, False),
        ("link", FileMode.SYMLINK, False),
        ("old", FileMode.FILE, True),
    ]


def test_a_name_that_is_not_utf8_is_still_text() -> None:
    store = Store()
    root = store.tree((0o100644, b"\xff.yaml", BLOB))

    assert [file.path for file in list_files(root, store.__getitem__)] == ["\\xff.yaml"]


def test_changes_are_told_for_files_that_came_went_and_differ() -> None:
    store, other = Store(), "cd" * 20
    same = store.tree((0o100644, b"same", BLOB))
    old = store.tree((0o100644, b"file", BLOB), (0o40000, b"kept", same), (0o40000, b"swapped", same))
    new = store.tree((0o100644, b"file", other), (0o40000, b"kept", same), (0o100644, b"swapped", BLOB))

    changes = sorted(list_changes(old, new, store.__getitem__))

    assert [(one.path, one.before and one.before.blob, one.after and one.after.blob) for one in changes] == [
        ("file", BLOB, other),
        ("swapped", None, BLOB),
        ("swapped/same", BLOB, None),
    ]


def test_a_tree_that_stands_for_billions_of_files_is_cut_off() -> None:
    store = Store()
    tree = store.tree((0o100644, b"leaf", BLOB))
    for _ in range(10):
        tree = store.tree(*((0o40000, b"%d" % number, tree) for number in range(10)))
    empty = store.tree()

    for listing in (
        list_files(tree, store.__getitem__, 1000),
        list_changes(empty, tree, store.__getitem__, 1000),
    ):
        with pytest.raises(Denied) as caught:
            list(listing)
        assert caught.value.reason is Reason.LIMIT_EXCEEDED


def test_a_tree_of_endless_depth_is_cut_off() -> None:
    store = Store()
    tree = store.tree((0o100644, b"leaf", BLOB))
    for _ in range(5000):
        tree = store.tree((0o40000, b"d", tree))

    with pytest.raises(Denied) as caught:
        list(list_files(tree, store.__getitem__))
    assert caught.value.reason is Reason.LIMIT_EXCEEDED


@pytest.mark.parametrize("data", [b"100644 a", b"100644 a\0abc", b"x a\0" + b"0" * 20, b"junk"])
def test_a_tree_that_is_cut_off_is_an_error_of_its_own(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        list(parse_tree(data))
