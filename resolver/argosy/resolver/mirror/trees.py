"""Git trees as plain data: which files a tree holds, and which files two trees do not share.

Trees are parsed here and not by a walk of libgit2, so that a tree that names itself over and over (a few hundred
bytes that stand for billions of files) is cut off by a count.
"""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, NamedTuple

from argosy.resolver.errors import Denied, Reason
from argosy.resolver.sources import BlobId, RepositoryPath

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

TREE_MODE = 0o040000
MAX_ENTRIES = 200_000
"""Files and folders looked at in one listing."""
MAX_PATH_BYTES = 4096
_ID_BYTES = 20

Entry = tuple[int, bytes, str]
"""Mode, name and object id of one entry of a tree."""


class FileMode(IntEnum):
    """The modes git gives to what is not a folder; only the first two are files with content of their own."""

    FILE = 0o100644
    EXECUTABLE = 0o100755
    SYMLINK = 0o120000
    SUBMODULE = 0o160000


_MODES = {int(mode): mode for mode in FileMode}


class File(NamedTuple):
    """One entry of a commit that is not a folder. Symbolic links and submodules are told, never followed."""

    path: RepositoryPath
    blob: BlobId
    mode: FileMode

    @property
    def is_regular(self) -> bool:
        """Whether the blob is the content of a file."""
        return self.mode in (FileMode.FILE, FileMode.EXECUTABLE)


class Change(NamedTuple):
    """One path whose entry differs between two commits; None where the path does not exist."""

    path: RepositoryPath
    before: File | None
    after: File | None


def parse_tree(data: bytes) -> Iterator[Entry]:
    """The entries of a tree object, in git's order; raises ValueError when it is cut off."""
    position = 0
    while position < len(data):
        space = data.index(b" ", position)
        end = data.index(b"\0", space)
        identity = data[end + 1 : end + 1 + _ID_BYTES]
        if len(identity) != _ID_BYTES:
            raise ValueError("the tree ends inside an entry")
        yield int(data[position:space], 8), data[space + 1 : end], identity.hex()
        position = end + 1 + _ID_BYTES


def list_files(tree: str, read_tree: Callable[[str], bytes], max_entries: int = MAX_ENTRIES) -> Iterator[File]:
    """Every file below a tree, in git's order; raises Denied(LIMIT_EXCEEDED) when there are too many."""
    count = 0
    stack = [(b"", parse_tree(read_tree(tree)))]
    while stack:
        folder, entries = stack[-1]
        entry = next(entries, None)
        if entry is None:
            stack.pop()
            continue
        count += 1
        mode, name, identity = entry
        path = folder + name
        _check_limits(path, count, max_entries)
        if mode == TREE_MODE:
            stack.append((path + b"/", parse_tree(read_tree(identity))))
        else:
            yield _file(path, mode, identity)


def list_changes(
    old: str, new: str, read_tree: Callable[[str], bytes], max_entries: int = MAX_ENTRIES
) -> Iterator[Change]:
    """Every path whose entry differs, in no order; folders that are equal are not looked into."""
    count = 0
    stack: list[tuple[bytes, str, str]] = [(b"", old, new)]
    while stack:
        folder, left, right = stack.pop()
        before, after = _entries_by_name(left, read_tree), _entries_by_name(right, read_tree)
        for name in {**before, **after}:
            one, other = before.get(name), after.get(name)
            if one == other:
                continue
            count += 1
            path = folder + name
            _check_limits(path, count, max_entries)
            if subtrees := _subtrees(one, other):
                stack.append((path + b"/", *subtrees))
            change = Change(_text(path), _file_of(path, one), _file_of(path, other))
            if change.before or change.after:
                yield change


def _entries_by_name(tree: str, read_tree: Callable[[str], bytes]) -> dict[bytes, tuple[int, str]]:
    if not tree:
        return {}
    return {name: (mode, identity) for mode, name, identity in parse_tree(read_tree(tree))}


def _subtrees(one: tuple[int, str] | None, other: tuple[int, str] | None) -> tuple[str, str] | None:
    pair = tuple(entry[1] if entry and entry[0] == TREE_MODE else "" for entry in (one, other))
    return (pair[0], pair[1]) if any(pair) else None


def _file_of(path: bytes, entry: tuple[int, str] | None) -> File | None:
    return _file(path, *entry) if entry and entry[0] != TREE_MODE else None


def _file(path: bytes, mode: int, identity: str) -> File:
    # Old versions of git wrote group-writable files, which are plain files to git today.
    return File(_text(path), BlobId(identity), _MODES.get(mode, FileMode.FILE))


def _text(path: bytes) -> RepositoryPath:
    # A name that is not UTF-8 can be shown and sent as JSON, and matches no pattern by accident.
    return RepositoryPath(path.decode("utf-8", "backslashreplace"))


def _check_limits(path: bytes, count: int, max_entries: int) -> None:
    if count > max_entries:
        raise Denied(
            Reason.LIMIT_EXCEEDED,
            f"the commit holds more than {max_entries} files and folders",
            remedy="use a repository with fewer files for templates",
        )
    if len(path) > MAX_PATH_BYTES:
        raise Denied(
            Reason.LIMIT_EXCEEDED,
            f"the commit holds a path of more than {MAX_PATH_BYTES} bytes",
            remedy="shorten the path",
        )
