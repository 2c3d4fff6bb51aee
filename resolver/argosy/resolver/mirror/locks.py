"""A lock between processes that share a cache folder: `flock` on a file that is never deleted."""

from __future__ import annotations

import fcntl
import os
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from argosy.resolver.errors import Reason, RetryLater

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

_POLL_SECONDS = 0.02


@contextmanager
def locked(path: Path, *, deadline_seconds: float) -> Generator[int]:
    """Hold the lock; raises RetryLater(GIT_TIMEOUT) when another process keeps it past the deadline.

    A child that inherits the descriptor keeps the lock until it ends as well: a lock that can be had means that no
    git of a killed process is at work in the folder any more.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        _acquire(descriptor, deadline_seconds)
        yield descriptor
    finally:
        # Closed and not unlocked: unlocking would take the lock from such a child too.
        os.close(descriptor)


def _acquire(descriptor: int, deadline_seconds: float) -> None:
    until = time.monotonic() + deadline_seconds
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= until:
                raise RetryLater(Reason.GIT_TIMEOUT, "another process has been fetching for too long") from None
            time.sleep(_POLL_SECONDS)
        else:
            return
