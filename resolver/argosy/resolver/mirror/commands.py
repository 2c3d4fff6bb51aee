"""Running git: an environment built from nothing, a deadline, and nothing left running.

GitPython starts the process and its object model is not used. The process gets a group of its own, so that
git's helpers (`git-remote-https`, `ssh`, `index-pack`) end with it.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import selectors
import shutil
import signal
import tempfile
import time
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from subprocess import Popen, TimeoutExpired
from typing import IO, TYPE_CHECKING, Final

from argosy.resolver.errors import Misconfigured, Reason

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

MAX_OUTPUT_BYTES: Final = 64 * 1024 * 1024
_TICK_SECONDS: Final = 0.05
_READ_BYTES: Final = 64 * 1024
_HELD_PIPE_SECONDS: Final = 0.5
_NOT_STARTED: Final = (126, 127)
"""The status of `env` and `timeout` when there is nothing that they could start (POSIX)."""

# Ended when the interpreter ends, as threads that wait for them may be daemons.
_RUNNING: Final[set[Popen[bytes]]] = set()


class Ending(StrEnum):
    """Why a command is over."""

    EXITED = "exited"
    DEADLINE = "deadline"
    STOPPED = "stopped"
    """`Limits.exceeded` said so."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What bounds one command."""

    deadline_seconds: float
    kill_after_seconds: float = 10.0
    """How long git may take, after SIGTERM, to remove its lock and temporary files, before it is killed."""
    exceeded: Callable[[], bool] = bool
    """Asked many times a second while git runs: True ends it."""


@dataclass(frozen=True, slots=True)
class Completed:
    """What a command left behind."""

    ending: Ending
    status: int
    output: bytes
    messages: str
    """What git wrote to stderr."""
    trace: str = ""
    """What curl was told by the server, where it was asked for: headers without credentials."""

    @property
    def succeeded(self) -> bool:
        """Whether git ran to its end and was content."""
        return self.ending is Ending.EXITED and self.status == 0


@dataclass(frozen=True, slots=True)
class Command:
    """Arguments after `git`, and what the process gets beside them."""

    arguments: Sequence[str]
    environment: Mapping[str, str]
    input: bytes = b""
    inherited_file: int | None = None
    """A descriptor that the process keeps open until it ends, as a lock that outlives its taker must be."""
    traced: bool = False


def run(command: Command, limits: Limits) -> Completed:
    """Run git to its end or to a limit; returns only when no process of the group holds its output any more."""
    with contextlib.ExitStack() as stack:
        stdin = stack.enter_context(_readable(command.input))
        trace: IO[bytes] | None = None
        with contextlib.ExitStack() as until_started:
            writer = None
            if command.traced:
                reader, writer = os.pipe()
                until_started.callback(os.close, writer)
                trace = stack.enter_context(os.fdopen(reader, "rb", 0))
            process = _start(command, limits, stdin, writer)
        _RUNNING.add(process)
        stack.callback(_RUNNING.discard, process)
        completed = _Supervision(process, limits, trace).completed()
    if completed.status in _NOT_STARTED and completed.messages.startswith(("env:", "timeout:")):
        raise _no_git()
    return completed


def _readable(data: bytes) -> IO[bytes]:
    """A file to read from; nothing is written where there is nothing to be read, so that /tmp may be read-only."""
    if not data:
        return Path(os.devnull).open("rb")
    file = tempfile.TemporaryFile()  # noqa: SIM115  # closed by the caller
    file.write(data)
    file.seek(0)
    return file


def _start(command: Command, limits: Limits, stdin: IO[bytes], trace: int | None) -> Popen[bytes]:
    try:
        # Imported here: GitPython looks for git when it is imported, and says so by ImportError.
        from git.cmd import Git  # noqa: PLC0415
        from git.exc import GitCommandNotFound  # noqa: PLC0415
    except ImportError as error:
        raise _no_git() from error
    environment = {**command.environment, **_tracing(trace)}
    kept = tuple(one for one in (command.inherited_file, trace) if one is not None)
    try:
        started = Git(os.sep).execute(
            [*_around_git(environment, limits), "git", *command.arguments],
            istream=stdin,  # type: ignore[call-overload]  # it asks for BinaryIO, any IO[bytes] does
            as_process=True,
            env=environment,
            start_new_session=True,
            pass_fds=kept,
        )
    except GitCommandNotFound as error:
        raise _no_git() from error
    # GitPython's wrapper puts the arguments into its errors and waits without a bound: only the process is wanted.
    process: Popen[bytes] = started.proc
    started.proc = None
    return process


def _tracing(trace: int | None) -> dict[str, str]:
    """Headers come through a pipe, so that they never reach a disk, and without credentials."""
    if trace is None:
        return {}
    return {"GIT_TRACE_CURL": f"/dev/fd/{trace}", "GIT_TRACE_CURL_NO_DATA": "1", "GIT_TRACE_REDACT": "1"}


def _around_git(environment: Mapping[str, str], limits: Limits) -> list[str]:
    """`env -u NAME ... timeout ...`, which become git or start it.

    GitPython adds to the environment of this process, so what git must not see is taken away by name. `timeout`,
    where there is one, ends git in time even when this process was killed.
    """
    names = [name for name in os.environ if name not in environment and "=" not in name]
    clean = ["env", *(part for name in names for part in ("-u", name))]
    if not shutil.which("timeout", path=environment.get("PATH", os.defpath)):
        return clean
    # A little later than this process would do it, so that it is known who ended git.
    return [*clean, "timeout", "-k", f"{limits.kill_after_seconds:.2f}", f"{limits.deadline_seconds + 0.5:.2f}"]


class _Supervision:
    """Reads what one process writes, and ends its group when a limit is reached."""

    def __init__(self, process: Popen[bytes], limits: Limits, trace: IO[bytes] | None) -> None:
        self.process = process
        self.limits = limits
        self.output, self.messages, self.trace = bytearray(), bytearray(), bytearray()
        self.selector = selectors.DefaultSelector()
        for stream, buffer in ((process.stdout, self.output), (process.stderr, self.messages), (trace, self.trace)):
            if stream is not None:
                self.selector.register(stream, selectors.EVENT_READ, buffer)

    def completed(self) -> Completed:
        try:
            ending = self._watch()
        finally:
            self._end_group()
            self._close()
        return Completed(
            ending,
            self.process.returncode,
            bytes(self.output),
            self.messages.decode("utf-8", "replace").strip(),
            self.trace.decode("ascii", "replace"),
        )

    def _watch(self) -> Ending:
        until = time.monotonic() + self.limits.deadline_seconds
        held_until = float("inf")
        while not self._is_over(held_until):
            now = time.monotonic()
            if self.limits.exceeded() or len(self.output) > MAX_OUTPUT_BYTES:
                return Ending.STOPPED
            if now >= until:
                return Ending.DEADLINE
            # A helper that outlives git may hold the pipes open for ever.
            if self.process.poll() is not None:
                held_until = min(held_until, now + _HELD_PIPE_SECONDS)
            self._drain(min(_TICK_SECONDS, until - now))
        return Ending.EXITED

    def _is_over(self, held_until: float = float("inf")) -> bool:
        exited = self.process.poll() is not None
        return exited and (not self.selector.get_map() or time.monotonic() >= held_until)

    def _drain(self, timeout: float) -> None:
        if not self.selector.get_map():
            with contextlib.suppress(TimeoutExpired):
                self.process.wait(timeout)
            return
        for key, _ in self.selector.select(timeout):
            data = os.read(key.fd, _READ_BYTES)
            if not data:
                self.selector.unregister(key.fileobj)
            buffer: bytearray = key.data
            buffer += data
            if buffer is not self.output:
                # What was said last tells most.
                del buffer[:-_READ_BYTES]

    def _end_group(self) -> None:
        if self._is_over():
            return
        # SIGTERM lets git remove its lock and temporary files.
        _signal_group(self.process, signal.SIGTERM)
        until = time.monotonic() + self.limits.kill_after_seconds
        while not self._is_over() and time.monotonic() < until:
            self._drain(_TICK_SECONDS)
        _signal_group(self.process, signal.SIGKILL)
        self.process.wait()

    def _close(self) -> None:
        self.selector.close()
        for stream in (self.process.stdout, self.process.stderr):
            if stream is not None:
                stream.close()


def _signal_group(process: Popen[bytes], number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, number)


def _no_git() -> Misconfigured:
    return Misconfigured(Reason.INVALID_SETTINGS, "git cannot be started", remedy="install git, and put it on PATH")


@atexit.register
def _end_running() -> None:
    for process in tuple(_RUNNING):
        _signal_group(process, signal.SIGTERM)
