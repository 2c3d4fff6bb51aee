"""What is started for tests ends with them, and says why where it does not start."""

from __future__ import annotations

import os
import signal
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.controlplane.processes import StartError, restarting, running

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Generator
    from contextlib import AbstractContextManager

# It starts a child, as servers do, says so and waits.
PARENT = """
import subprocess, sys
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
print(child.pid, flush=True)
child.wait()
"""

ENDING = [sys.executable, "-c", "print('the port is taken'); raise SystemExit(3)"]


def _is_alive(process: int) -> bool:
    """Whether a process runs; one that only waits to be counted by its parent does not."""
    try:
        return Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def _wait_until(holds: Callable[[], bool]) -> None:
    until = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < until
        time.sleep(0.01)


def test_a_process_and_its_children_end_with_the_block_even_when_it_raises(tmp_path: Path) -> None:
    log = tmp_path / "parent.log"
    command = [sys.executable, "-c", PARENT]
    started: list[int] = []

    def block() -> None:
        with running(command, log, lambda: log.read_bytes().endswith(b"\n"), environment=os.environ) as parent:
            started.extend((parent.pid, int(log.read_text(encoding="utf-8"))))
            assert [_is_alive(one) for one in started] == [True, True]
            raise LookupError

    with pytest.raises(LookupError):
        block()
    # A signal is on its way when it has been sent: the child is nobody's that could be waited for here.
    _wait_until(lambda: not any(_is_alive(one) for one in started))


def test_a_process_that_ends_instead_of_starting_shows_its_log(tmp_path: Path) -> None:
    with (
        pytest.raises(StartError, match=r"server ended with status 3; the end of .*\nthe port is taken\n"),
        running(ENDING, tmp_path / "server.log", lambda: False, environment=os.environ),
    ):
        pytest.fail("it is not running")


def test_a_process_that_ends_by_itself_is_started_again_and_its_status_is_told(tmp_path: Path) -> None:
    log = tmp_path / "server.log"
    command = [sys.executable, "-c", "import time; print(flush=True); time.sleep(60)"]
    started: list[subprocess.Popen[bytes]] = []
    statuses: list[int] = []

    @contextmanager
    def start() -> Generator[subprocess.Popen[bytes]]:
        said = b"\n" * (len(started) + 1)
        with running(command, log, lambda: log.read_bytes() == said, environment=os.environ) as process:
            started.append(process)
            yield process

    with restarting(start, statuses.append):
        started[0].kill()
        _wait_until(lambda: len(started) == 2)
        assert _is_alive(started[1].pid)

    assert statuses == [-signal.SIGKILL]
    assert [_is_alive(one.pid) for one in started] == [False, False]


def test_a_process_that_cannot_be_started_again_says_so_when_the_block_ends(tmp_path: Path) -> None:
    log = tmp_path / "server.log"
    statuses: list[int] = []

    def start() -> AbstractContextManager[subprocess.Popen[bytes]]:
        is_first = not statuses
        return running(ENDING, log, lambda: is_first, environment=os.environ)

    with pytest.raises(StartError, match="server ended with status 3"), restarting(start, statuses.append):
        _wait_until(lambda: bool(statuses))

    assert statuses == [3]
