"""Processes that end with their block, whatever happens in it, and that show their log when they do not start."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping
    from contextlib import AbstractContextManager
    from pathlib import Path

STARTING_SECONDS = 120.0
ENDING_SECONDS = 5.0
AGAIN_SECONDS = 1.0
"""After how long a process is looked at again, which ought to be there."""
SHOWN_BYTES = 4000
"""How much of the end of a log is shown."""


class StartError(Exception):
    """A program ended, or was not ready in time; the text has the end of its log."""


def free_ports(count: int) -> list[int]:
    """Ports of loopback that nobody listened on a moment ago."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


@contextmanager
def running(
    command: list[str],
    log: Path,
    ready: Callable[[], bool],
    *,
    environment: Mapping[str, str],
    ending: signal.Signals = signal.SIGTERM,
) -> Generator[subprocess.Popen[bytes]]:
    """Run a command as a process group of its own, from when it is ready."""
    with log.open("ab") as output:
        process = subprocess.Popen(
            command, stdout=output, stderr=output, stdin=subprocess.DEVNULL, env=environment, start_new_session=True
        )
    try:
        _wait(process, log, ready)
        yield process
    finally:
        _end(process, ending)


@contextmanager
def restarting(
    start: Callable[[], AbstractContextManager[subprocess.Popen[bytes]]], told: Callable[[int], None]
) -> Generator[None]:
    """A process that is started again where it ends by itself, as a Deployment does; its status is told then."""
    over = threading.Event()

    def keep(process: subprocess.Popen[bytes]) -> None:
        while not over.wait(AGAIN_SECONDS):
            if (status := process.poll()) is not None:
                told(status)
                process = stack.enter_context(start())

    with ExitStack() as stack, ThreadPoolExecutor(1) as threads:
        keeping = threads.submit(keep, stack.enter_context(start()))
        try:
            yield
        finally:
            over.set()
            keeping.result()


def _wait(process: subprocess.Popen[bytes], log: Path, ready: Callable[[], bool]) -> None:
    until = time.monotonic() + STARTING_SECONDS
    while not ready():
        if process.poll() is not None:
            raise StartError(f"{log.stem} ended with status {process.returncode}; {_end_of(log)}")
        if time.monotonic() > until:
            raise StartError(f"{log.stem} is not ready after {STARTING_SECONDS:.0f} s; {_end_of(log)}")
        time.sleep(0.05)


def _end(process: subprocess.Popen[bytes], ending: signal.Signals) -> None:
    for number in (ending, signal.SIGKILL):
        with suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        with suppress(subprocess.TimeoutExpired):
            process.wait(ENDING_SECONDS)
            return


def _end_of(log: Path) -> str:
    return f"the end of {log}:\n{log.read_bytes()[-SHOWN_BYTES:].decode(errors='replace')}"
