"""What the exit status says, the same for every command.

======  ====================================================================================
status  meaning
======  ====================================================================================
0       done
1       denied: the author of a manifest must change something; lint found errors
2       usage: the command line, a file that cannot be read, or the settings are wrong
70      a fault of Argosy itself (EX_SOFTWARE of sysexits.h)
75      git or the network is at fault; the same command may succeed later (EX_TEMPFAIL)
130     interrupted from the keyboard (128 + SIGINT)
141     whoever read the output went away (128 + SIGPIPE)
======  ====================================================================================
"""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

from argosy.resolver.errors import Denied, Misconfigured, RetryLater

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["ExitStatus", "gravest", "status_of"]


class ExitStatus(IntEnum):
    """The exit status of a command."""

    DONE = 0
    DENIED = 1
    USAGE = 2
    INTERNAL = 70
    TRY_AGAIN = 75
    INTERRUPTED = 130
    BROKEN_PIPE = 141


# What trying again cannot mend goes before what it can.
_BY_GRAVITY = (ExitStatus.DONE, ExitStatus.TRY_AGAIN, ExitStatus.DENIED, ExitStatus.USAGE, ExitStatus.INTERNAL)


def status_of(error: Exception) -> ExitStatus:
    """The status that one error ends a command with."""
    if isinstance(error, Denied):
        return ExitStatus.DENIED
    if isinstance(error, Misconfigured):
        return ExitStatus.USAGE
    if isinstance(error, RetryLater):
        return ExitStatus.TRY_AGAIN
    return ExitStatus.INTERNAL


def gravest(statuses: Iterable[ExitStatus]) -> ExitStatus:
    """The status of a command that met several problems."""
    return max(statuses, key=_BY_GRAVITY.index, default=ExitStatus.DONE)
