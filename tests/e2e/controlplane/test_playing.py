"""`make controlplane` leaves one running for a person, with all that is needed to use it, and takes all of it away."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.controlplane.kubeconfigs import USERS
from tests.controlplane.programs import program

if TYPE_CHECKING:
    from collections.abc import Generator


ROOT = Path(__file__).parents[3]
SECONDS = 120.0


@pytest.fixture
def played() -> Generator[subprocess.Popen[str]]:
    environment = {name: value for name, value in os.environ.items() if name != "ARGOSY_TEST_KUBECONFIG"}
    command = [sys.executable, "-m", "tests.controlplane"]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as process:
        watchdog = threading.Timer(SECONDS, process.terminate)
        watchdog.start()
        yield process
        watchdog.cancel()
        if process.poll() is None:
            process.terminate()


def _told(process: subprocess.Popen[str]) -> str:
    """What is printed, up to the line that says how it ends."""
    assert process.stdout is not None
    lines: list[str] = []
    while not lines or not lines[-1].startswith("Ctrl-C"):
        line = process.stdout.readline()
        assert line, "it has ended"
        lines.append(line)
    return "".join(lines)


# The programs that this needs are built for it by the other fixture.
@pytest.mark.usefixtures("control_plane")
@pytest.mark.timeout(300)
def test_what_is_printed_leads_to_the_cluster_until_it_is_interrupted(played: subprocess.Popen[str]) -> None:
    told = _told(played)
    kubeconfigs = {user: re.findall(rf"^  {user} +(\S+)$", told, re.MULTILINE) for user in USERS}
    example = told.split("Try:\n\n")[1].split("\n\nCtrl-C")[0].replace(" --watch", " --output=name")

    done = subprocess.run(["bash", "-c", example], capture_output=True, text=True, check=False, timeout=60)
    (developer,) = kubeconfigs["developer"]
    played.send_signal(signal.SIGINT)
    status = played.wait(60)
    again = subprocess.run(
        [program("kubectl"), f"--kubeconfig={developer}", "version"], capture_output=True, check=False, timeout=60
    )

    assert {user: len(paths) for user, paths in kubeconfigs.items()} == dict.fromkeys(USERS, 1)
    assert done.returncode == 0, done.stderr
    assert re.search(r"^workflow.argoproj.io/waits-\w+$", done.stdout, re.MULTILINE)
    assert (status, Path(developer).exists(), again.returncode) == (0, False, 1)
