"""A real agent in a process of its own, standing alone, and a client that trusts it."""

from __future__ import annotations

import os
import signal
import ssl
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson

from tests.admission.reviewing import response

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence
    from pathlib import Path

COMMAND = (sys.executable, "-m", "argosy.agent.cli")
START_SECONDS = 20.0


@dataclass(slots=True)
class Running:
    """What a test may do with the agent."""

    process: subprocess.Popen[bytes]
    folder: Path
    ports: dict[str, int]

    def admit(self, body: bytes) -> dict[str, Any]:
        context = ssl.create_default_context(cafile=str(self.folder / "cache" / "certificates" / "ca.crt"))
        request = urllib.request.Request(f"https://localhost:{self.ports['webhook']}/admit", body)
        with urllib.request.urlopen(request, context=context, timeout=20) as answer:  # noqa: S310  # always https
            return response(answer.read())

    def get(self, path: str) -> tuple[int, str]:
        try:
            with urllib.request.urlopen(f"http://localhost:{self.ports['http']}{path}", timeout=10) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def log(self) -> list[dict[str, Any]]:
        lines = (self.folder / "log").read_bytes().splitlines()
        return [orjson.loads(line) for line in lines if line.startswith(b"{")]

    def wait_ready(self) -> None:
        until = time.monotonic() + START_SECONDS
        while self.get("/readyz")[0] != 200:
            assert time.monotonic() < until, self.get("/readyz?verbose")
            time.sleep(0.05)

    def wait_for(self, message: str) -> None:
        until = time.monotonic() + START_SECONDS
        while message not in [line["message"] for line in self.log()]:
            assert time.monotonic() < until, self.log()
            time.sleep(0.05)

    def terminate(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(20)


@contextmanager
def running_agent(
    folder: Path, *options: str, command: Sequence[str] = COMMAND, **variables: str
) -> Generator[Running]:
    """An agent whose ports are known; it is ended with the block."""
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "ARGOSY_CACHE": str(folder / "cache"),
        "ARGOSY_WEBHOOK_HOST": "127.0.0.1",
        "ARGOSY_WEBHOOK_PORT": "0",
        "ARGOSY_HTTP_HOST": "127.0.0.1",
        "ARGOSY_HTTP_PORT": "0",
        **variables,
    }
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [*command, "agent", "--standalone", *options], stdout=log, stderr=log, env=environment
        )
        try:
            yield Running(process, folder, _ports(process, folder / "log"))
        finally:
            process.kill()
            process.wait()


def _ports(process: subprocess.Popen[bytes], log: Path) -> dict[str, int]:
    until = time.monotonic() + START_SECONDS
    while True:
        for line in log.read_bytes().splitlines():
            if line.startswith(b"{") and (fields := orjson.loads(line))["message"] == "serving":
                return {"webhook": fields["webhook"], "http": fields["http"]}
        assert process.poll() is None, log.read_text()
        assert time.monotonic() < until, log.read_text()
        time.sleep(0.02)
