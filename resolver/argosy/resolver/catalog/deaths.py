"""Files whose reading ends the reading process: noticed by a mark that outlives it, and not read a third time.

The process writes into memory that it shares with the agent which file it is at; the agent looks there when it died.
"""

from __future__ import annotations

import mmap
import os
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from argosy.resolver.sources import BlobId

__all__ = ["DEADLY", "Deaths", "Mark"]

if TYPE_CHECKING:
    from collections.abc import Iterator

DEADLY: Final = "reading it has ended the process that reads files twice"
_DEATHS: Final = 2
# The id of a blob in hexadecimal digits, for SHA-256 as well.
_SIZE: Final = 64


class Mark:
    """The file that is being read, in memory that two processes share."""

    def __init__(self, descriptor: int) -> None:
        """Of memory made by `shared`; the descriptor may be closed afterwards."""
        self._memory = mmap.mmap(descriptor, _SIZE)

    @staticmethod
    def shared() -> int:
        """The descriptor of new memory, to make a mark of it here and there."""
        descriptor = os.memfd_create("argosy-mark")
        os.truncate(descriptor, _SIZE)
        return descriptor

    def put(self, blob: BlobId | None) -> None:
        """Say which file is being read from now on, or that none is."""
        # Twice for each of ten thousand files: the first digit alone says whether there is one.
        if blob is None:
            self._memory[0] = 0
        else:
            self._memory[:] = blob.encode("ascii").ljust(_SIZE, b"\0")

    @property
    def blob(self) -> BlobId | None:
        """The file that is being read, or was at the end."""
        return BlobId(self._memory[:].rstrip(b"\0").decode("ascii")) if self._memory[0] else None


@dataclass(slots=True)
class Deaths:
    """How often which file ended the process. Once may be chance: the machine may have been short of memory."""

    _counts: Counter[BlobId] = field(default_factory=Counter[BlobId])

    def count(self, blob: BlobId | None) -> None:
        """The process died while it read this file, or none."""
        if blob:
            self._counts[blob] += 1

    def deadly(self) -> Iterator[BlobId]:
        """The files that must not be read again."""
        return (blob for blob, count in self._counts.items() if count >= _DEATHS)
