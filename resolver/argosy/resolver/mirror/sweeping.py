"""What a killed git leaves behind, and how large a clone is.

The caller holds the clone's lock, which no git is working under any more: whatever looks like work in progress
is litter.
"""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NEW_SUFFIX = ".new"
OLD_SUFFIX = ".old"


def sweep(clone: Path) -> None:
    """Remove temporary packs and objects, stale lock files, and clones that were never finished or are replaced."""
    for litter in _litter(clone):
        if litter.is_dir() and not litter.is_symlink():
            shutil.rmtree(litter, ignore_errors=True)
        else:
            litter.unlink(missing_ok=True)


def pack_bytes(clone: Path) -> int:
    """The size of all packs, those still arriving among them, in bytes."""
    total = 0
    try:
        with os.scandir(clone / "objects" / "pack") as entries:
            for entry in entries:
                total += _size(entry)
    except FileNotFoundError:
        return total
    return total


class PackSizes:
    """The size of a clone's packs, added up again only when a pack came or went. Threads may share it."""

    def __init__(self, clone: Path) -> None:
        self._clone = clone
        self._known: tuple[object, int] | None = None

    def total(self) -> int:
        """In bytes; 0 where there is no clone."""
        try:
            status = (self._clone / "objects" / "pack").stat()
        except OSError:
            return 0
        now = (status.st_ino, status.st_mtime_ns)
        known = self._known
        if known is None or known[0] != now:
            known = self._known = (now, pack_bytes(self._clone))
        return known[1]


def _litter(clone: Path) -> Iterator[Path]:
    for suffix in (NEW_SUFFIX, OLD_SUFFIX):
        yield from clone.parent.glob(f".{clone.name}.*{suffix}")
    if not clone.is_dir():
        return
    yield from clone.glob("*.lock")
    yield from clone.glob("argosy.json.new")
    yield from clone.glob("refs/**/*.lock")
    yield from clone.glob("objects/**/*.lock")
    for pattern in ("tmp_*", ".tmp-*", "pack/tmp_*", "pack/.tmp-*", "[0-9a-f][0-9a-f]/tmp_*"):
        yield from clone.glob(f"objects/{pattern}")
    yield from _packs_without_index(clone)


def _packs_without_index(clone: Path) -> Iterator[Path]:
    """Packs that were moved in place just before the end came: git never sees them."""
    folder = clone / "objects" / "pack"
    for file in folder.glob("pack-*.*"):
        if file.suffix != ".idx" and not file.with_suffix(".idx").exists():
            yield file


def _size(entry: os.DirEntry[str]) -> int:
    try:
        return entry.stat(follow_symlinks=False).st_size
    except FileNotFoundError:
        return 0
