"""The agent's side of the reading process: starts it when it is needed, and lives through its death."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from argosy.resolver.catalog.deaths import Deaths, Mark
from argosy.resolver.catalog.failures import Failure
from argosy.resolver.catalog.frames import Message, receive, send
from argosy.resolver.errors import Reason, RetryLater

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from argosy.resolver.manifests import JsonObject

__all__ = ["Child", "ChildSettings"]

_MODULE: Final = "argosy.resolver.catalog.worker"


@dataclass(frozen=True, slots=True)
class ChildSettings:
    """How the reading process is run."""

    cache_folder: Path
    budget_bytes: int
    """Of the cache in `cache_folder`."""
    deadline_seconds: float = 60.0
    """For one request, with the wait for those before it."""
    niceness: int = 10
    memory_bytes: int = 1024**3
    """Data that it may allocate; a file that needs more is told as broken."""
    environment: Mapping[str, str] = field(default_factory=dict[str, str])
    """Its whole environment: it needs none, and what parses the files of strangers should know no secrets."""


class Child:
    """One process, started by the first request; requests wait for each other.

    When it dies, or does not answer in time, that request is told so by RetryLater(INTERNAL), and the next request
    starts another. A file that it has died of twice is told as broken from then on.
    """

    def __init__(self, settings: ChildSettings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._connection: socket.socket | None = None
        self._mark: Mark | None = None
        self._deaths = Deaths()

    @property
    def pid(self) -> int | None:
        """The id of the process, while there is one."""
        return self._process.pid if self._process else None

    def ask(self, request: JsonObject) -> Message:
        """The answer to one request."""
        deadline = time.monotonic() + self._settings.deadline_seconds
        if not self._lock.acquire(timeout=self._settings.deadline_seconds):
            raise self._too_late(request)
        try:
            message = self._exchange(request, deadline)
        finally:
            self._lock.release()
        if failure := message.head.get("failure"):
            raise Failure.from_json(failure).error()
        return message

    def close(self) -> None:
        """End the process; a request that is under way is told that it died."""
        process = self._process
        if process is not None:
            process.kill()
        with self._lock:
            self._end()

    def _exchange(self, request: JsonObject, deadline: float) -> Message:
        connection = self._started()
        try:
            connection.settimeout(max(deadline - time.monotonic(), 0.001))
            send(connection, Message(request))
            return receive(connection, deadline=deadline)
        except TimeoutError as error:
            self._end()
            raise self._too_late(request) from error
        except OSError as error:
            status = self._end()
            self._deaths.count(self._mark.blob if self._mark else None)
            raise _died(request, status) from error
        except BaseException:
            # An answer that nobody waited for must not be taken for the answer to the next request.
            self._end()
            raise

    def _started(self) -> socket.socket:
        if self._process is not None and self._process.poll() is not None:
            self._end()
        if self._connection is None:
            ours, theirs = socket.socketpair()
            with theirs:
                self._process = self._start(theirs)
            self._connection = ours
            with contextlib.suppress(OSError):
                send(ours, Message(self._settings_as_json()))
        return self._connection

    def _start(self, connection: socket.socket) -> subprocess.Popen[bytes]:
        mark = Mark.shared()
        try:
            self._mark = Mark(mark)
            # -P: the folder the agent happens to run in is no place to import from.
            return subprocess.Popen(
                [sys.executable, "-P", "-m", _MODULE, str(connection.fileno()), str(mark)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                pass_fds=[connection.fileno(), mark],
                env=dict(self._settings.environment),
            )
        finally:
            os.close(mark)

    def _settings_as_json(self) -> JsonObject:
        return {
            "cache_folder": str(self._settings.cache_folder),
            "budget_bytes": self._settings.budget_bytes,
            "deadline_seconds": self._settings.deadline_seconds,
            "niceness": self._settings.niceness,
            "memory_bytes": self._settings.memory_bytes,
            "deadly": list(self._deaths.deadly()),
        }

    def _end(self) -> int:
        """Make sure that the process is gone; gives its exit status."""
        process, connection = self._process, self._connection
        self._process = self._connection = None
        if connection is not None:
            connection.close()
        if process is None:
            return 0
        process.kill()
        return process.wait()

    def _too_late(self, request: JsonObject) -> RetryLater:
        return RetryLater(
            Reason.INTERNAL,
            f"{_told(request)} took longer than {self._settings.deadline_seconds:g} s",
            remedy="use a repository with fewer files for templates, or narrow its paths",
        )


def _died(request: JsonObject, status: int) -> RetryLater:
    how = f"by signal {signal.Signals(-status).name}" if status < 0 else f"with status {status}"
    return RetryLater(
        Reason.INTERNAL,
        f"the process that reads templates ended {how} while {_told(request)}",
        remedy="the next request starts another; if this repeats, look at its memory",
    )


def _told(request: JsonObject) -> str:
    if "commit" in request:
        return f"indexing commit {request['commit'][:12]}"
    return f"reading the file {request.get('blob', '')[:12]}"
