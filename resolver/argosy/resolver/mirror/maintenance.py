"""Keeping a clone quick to read: many packs become one, whose objects are stored whole or one step from whole.

Nothing is thrown away: a commit that was fetched once keeps resolving, whatever the server does to its branches.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from argosy.resolver.mirror.sweeping import pack_bytes

if TYPE_CHECKING:
    from pathlib import Path

    from argosy.resolver.mirror.transport import Transport, Work

MAX_PACKS: Final = 24
_MAX_BYTES: Final = 512 * 1024 * 1024
"""A larger clone is left as it is: repacking would take the machine for minutes."""


def needs_repacking(clone: Path) -> bool:
    """Whether there are more packs than a reader should look through."""
    packs = sum(1 for _ in (clone / "objects" / "pack").glob("pack-*.idx"))
    return packs > MAX_PACKS and pack_bytes(clone) < _MAX_BYTES


def repack(clone: Path, transport: Transport, work: Work) -> None:
    """Put all packs into one. Reading goes on meanwhile; fetching waits."""
    transport.ask(
        [f"--git-dir={clone}", "repack", "--quiet", "-a", "-d", "-k", "--depth=1", "--window=10"],
        seconds=work.seconds_left,
        lock=work.lock,
    )
    transport.ask([f"--git-dir={clone}", "pack-refs", "--all"], seconds=work.seconds_left, lock=work.lock)
