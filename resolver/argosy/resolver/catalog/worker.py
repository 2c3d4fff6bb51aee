"""The reading process: walks trees, reads blobs, parses and writes the cache, so that the webhook never waits for it.

It is started by `child.py` as a program of its own: a fork would copy the threads and the event loop of the agent, and
multiprocessing would run the agent's main module again. It ends when the agent does, because its connection is then
closed; a request that takes too long ends it by an alarm, also when the agent is gone and a call into C hangs.
"""

from __future__ import annotations

import contextlib
import gc
import logging
import os
import resource
import select
import signal
import socket
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pygit2
from pygit2.enums import Option

from argosy.resolver.catalog.cache import Cache
from argosy.resolver.catalog.deaths import Mark
from argosy.resolver.catalog.failures import Failure
from argosy.resolver.catalog.frames import Closed, Message, receive, send
from argosy.resolver.catalog.indexing import Indexer
from argosy.resolver.catalog.requests import answer
from argosy.resolver.errors import ArgosyError
from argosy.resolver.mirror.objects import Objects

if TYPE_CHECKING:
    from argosy.resolver.manifests import JsonObject

__all__ = ["main"]

_LOGGER: Final = logging.getLogger(__name__)
# After the agent has given up on a request, and before it would have ended this process itself.
_GRACE_SECONDS: Final = 5


def main() -> None:
    """Serve the connection that is the first argument and put the mark that is the second; both are file descriptors.

    The first message is the settings.
    """
    connection, mark = socket.socket(fileno=int(sys.argv[1])), Mark(int(sys.argv[2]))
    settings = receive(connection).head
    _be_considerate(settings)
    threading.Thread(target=_end_with, args=(connection,), daemon=True).start()
    cache = Cache(Path(settings["cache_folder"]), budget_bytes=settings["budget_bytes"])
    # Git checks the hash of an object when it is fetched, and not again when it is read; libgit2 would, which takes
    # longer than the reading. What a disk gets wrong is still found by zlib's checksum.
    pygit2.option(Option.ENABLE_STRICT_HASH_VERIFICATION, 0)
    indexer = Indexer(cache, Objects, reads=mark.put, deadly=settings["deadly"])
    # What was imported lives as long as the process: no collection needs to look at it.
    gc.freeze()
    with contextlib.suppress(Closed):
        while True:
            _serve_one(connection, indexer, settings["deadline_seconds"])


def _serve_one(connection: socket.socket, indexer: Indexer, deadline_seconds: float) -> None:
    request = receive(connection).head
    signal.alarm(int(deadline_seconds) + _GRACE_SECONDS)
    gc.disable()
    send(connection, _answered(indexer, request))
    indexer.write()
    gc.enable()
    signal.alarm(0)


def _answered(indexer: Indexer, request: JsonObject) -> Message:
    try:
        return answer(indexer, request)
    except ArgosyError as error:
        return Message({"failure": Failure.of(error).as_json()})
    except Exception as error:
        _LOGGER.exception("templates could not be read")
        return Message({"failure": Failure.of(error).as_json()})


def _be_considerate(settings: JsonObject) -> None:
    """Leave the processor to the webhook, and be the first to go when memory runs out."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.nice(settings["niceness"])
    limit = settings["memory_bytes"]
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    if hard == resource.RLIM_INFINITY or limit < hard:
        resource.setrlimit(resource.RLIMIT_DATA, (limit, hard))
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("500", "ascii")


def _end_with(connection: socket.socket) -> None:
    """End the process as soon as nobody is left to answer, whatever it is doing."""
    poll = select.poll()
    poll.register(connection, select.POLLHUP | select.POLLRDHUP)
    poll.poll()
    os._exit(0)


if __name__ == "__main__":
    main()
