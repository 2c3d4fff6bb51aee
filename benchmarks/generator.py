"""The asking process, and where it and the servers run: each on a core of its own, where there are two."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from benchmarks.load import Measured

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from benchmarks.load import Job

SERVER_CORE = 0
GENERATOR_CORE = 1
_PINNED = "import os, sys; os.sched_setaffinity(0, {int(sys.argv[1])}); os.execvp(sys.argv[2], sys.argv[2:])"


@dataclass(frozen=True, slots=True)
class LoadGenerator:
    """The process that jobs are given to, one after the other."""

    process: subprocess.Popen[str]

    def measure(self, job: Job) -> Measured:
        """Do the job, and wait for it."""
        self.begin(job)
        return self.result()

    def begin(self, job: Job) -> None:
        """Start on the job; `result` waits for it."""
        assert self.process.stdin is not None
        self.process.stdin.write(f"{json.dumps(asdict(job))}\n")
        self.process.stdin.flush()

    def result(self) -> Measured:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, "the load generator ended: an answer was not what it has to be, see above"
        return Measured(**json.loads(line))


@contextmanager
def load_generator(core: int | None = GENERATOR_CORE) -> Generator[LoadGenerator]:
    """A generator that ends with the block."""
    command = pinned([sys.executable, "-m", "benchmarks.load"], core)
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield LoadGenerator(process)
        finally:
            process.kill()


def pinned(command: Sequence[str], core: int | None) -> list[str]:
    """The command held to a core; as it is for None, where there are not two, or where they cannot be chosen."""
    if core is None or cores() <= max(SERVER_CORE, GENERATOR_CORE):
        return list(command)
    return [sys.executable, "-c", _PINNED, str(core), *command]


def cores() -> int:
    """How many there are to choose from."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1
