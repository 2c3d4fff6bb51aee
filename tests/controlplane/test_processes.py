"""What is started for tests ends with them, and says why where it does not start."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pytest

from tests.controlplane.processes import StartError, running

# It starts a child, as servers do, says so and waits.
PARENT = """
import subprocess, sys
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
print(child.pid, flush=True)
child.wait()
"""


def _is_alive(process: int) -> bool:
    """Whether a process runs; one that only waits to be counted by its parent does not."""
    try:
        return Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_a_process_and_its_children_end_with_the_block_even_when_it_raises(tmp_path: Path) -> None:
    log = tmp_path / "parent.log"
    command = [sys.executable, "-c", PARENT]
    started: list[int] = []

    def block() -> None:
        with running(command, log, lambda: log.read_bytes().endswith(b"\n"), environment=os.environ) as parent:
            started.extend((parent, int(log.read_text(encoding="utf-8"))))
            assert [_is_alive(one) for one in started] == [True, True]
            raise LookupError

    with pytest.raises(LookupError):
        block()
    # A signal is on its way when it has been sent: the child is nobody's that could be waited for here.
    until = time.monotonic() + 10
    while any(_is_alive(one) for one in started):
        assert time.monotonic() < until, started
        time.sleep(0.01)


def test_a_process_that_ends_instead_of_starting_shows_its_log(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "print('the port is taken'); raise SystemExit(3)"]

    with (
        pytest.raises(StartError, match=r"server ended with status 3; the end of .*\nthe port is taken\n"),
        running(command, tmp_path / "server.log", lambda: False, environment=os.environ),
    ):
        pytest.fail("it is not running")
