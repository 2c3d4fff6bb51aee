"""Real agents to ask: `argosy agent --standalone` in a process of its own, over TLS, with the no-op beside it."""

from __future__ import annotations

import json
import ssl
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPSConnection
from typing import TYPE_CHECKING, Any

from benchmarks.generator import SERVER_CORE, pinned
from benchmarks.load import UID, Job
from benchmarks.noop_agent import PATH as NOOP
from tests.admission import reviewing
from tests.process.running import running_agent

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping
    from pathlib import Path

    from benchmarks.scene import Scene
    from benchmarks.submissions import Submission
    from tests.process.running import Running

ADMIT = "/admit"


@dataclass(frozen=True, slots=True)
class BenchAgent:
    """A running agent that is ready."""

    running: Running

    @property
    def ca_file(self) -> Path:
        return self.running.folder / "cache" / "certificates" / "ca.crt"

    def admission(self, submission: Submission, connections: int, seconds: float) -> Job:
        """A job for the webhook."""
        port = self.running.ports["webhook"]
        return Job(port, ADMIT, submission.body(), str(self.ca_file), connections, seconds)

    def noop(self, submission: Submission, connections: int, seconds: float) -> Job:
        """A job that brings the same body to the no-op."""
        port = self.running.ports["webhook"]
        return Job(port, NOOP, submission.body(), str(self.ca_file), connections, seconds, patched=False)

    def warm(self, submission: Submission, version: str) -> None:
        """Have it resolved once, and look at the whole answer: no template may be called from elsewhere any more."""
        body = submission.body(version).replace(UID, reviewing.UID).encode()
        answer = self.running.admit(body)
        stored = reviewing.applied(json.loads(body)["request"]["object"], answer)
        assert "templateRef" not in json.dumps(stored), answer

    def client(self, ca_file: Path | None = None) -> HTTPSConnection:
        """A connection to the webhook, opened by its first request."""
        context = ssl.create_default_context(cafile=str(ca_file or self.ca_file))
        return HTTPSConnection("localhost", self.running.ports["webhook"], timeout=20, context=context)

    def resident(self) -> int:
        """The memory of the agent and of its reading child, in MB."""
        pid = self.running.process.pid
        children = _proc(pid, f"task/{pid}/children").split()
        return sum(_resident(one) for one in (pid, *map(int, children)))


@contextmanager
def bench_agent(
    scene: Scene, name: str, settings: Mapping[str, Any] | None = None, *, core: int | None = SERVER_CORE
) -> Generator[BenchAgent]:
    """An agent for the scene's repository, with a folder of its own, held to a core unless that is None."""
    folder = scene.folder / name
    folder.mkdir()
    # Nothing is fetched while something else is measured.
    repository = {"alias": "bench", "url": scene.url, "caFile": str(scene.ca_file), "freshness": "1h"}
    file = folder / "settings.yaml"
    file.write_text(json.dumps({"repositories": [repository], **(settings or {})}))
    command = pinned([sys.executable, "-m", "benchmarks.noop_agent"], core)
    with running_agent(folder, f"--config={file}", command=command) as running:
        running.wait_ready()
        yield BenchAgent(running)


def _resident(pid: int) -> int:
    line = next(line for line in _proc(pid, "status").splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) // 1024


def _proc(pid: int, name: str) -> str:
    with open(f"/proc/{pid}/{name}", encoding="utf-8") as file:  # noqa: PTH123  # no path of a user's
        return file.read()
