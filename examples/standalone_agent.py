"""Starts an agent that stands alone, and asks it as an API server would: AdmissionReviews over TLS."""

from __future__ import annotations

import base64
import json
import os
import ssl
import subprocess
import sys
import time
import urllib.error
import urllib.request
import uuid
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

START_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class StandaloneAgent:
    """A running agent: where it listens, and whom to trust."""

    webhook: int
    http: int
    authority: Path

    def review(self, manifest: Any) -> dict[str, Any]:
        """The response to an AdmissionReview about a new object."""
        request = {"uid": str(uuid.uuid4()), "kind": {"kind": manifest["kind"]}, "operation": "CREATE"}
        request |= {"namespace": "default", "object": manifest}
        review = {"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": request}
        context = ssl.create_default_context(cafile=str(self.authority))
        url = f"https://localhost:{self.webhook}/admit"
        with urllib.request.urlopen(url, json.dumps(review).encode(), context=context, timeout=30) as answer:
            return dict(json.loads(answer.read())["response"])

    def metrics(self, *names: str) -> list[str]:
        """The lines of these metrics."""
        with urllib.request.urlopen(f"http://localhost:{self.http}/metrics", timeout=10) as answer:
            lines = answer.read().decode().splitlines()
        return [line for line in lines if line.startswith(names)]

    def is_ready(self) -> bool:
        try:
            urllib.request.urlopen(f"http://localhost:{self.http}/readyz", timeout=10).close()
        except urllib.error.URLError:
            return False
        return True


def operations(response: dict[str, Any]) -> list[dict[str, Any]]:
    """The JSON patch of a response."""
    return list(json.loads(base64.b64decode(response["patch"])))


@contextmanager
def standalone_agent(repository: Path, folder: Path) -> Generator[StandaloneAgent]:
    """An agent over a repository of this machine, on free ports of loopback; it ends with the block."""
    variables = {"ARGOSY_CACHE": str(folder), "ARGOSY_LOG_FORMAT": "json"}
    for server in ("WEBHOOK", "HTTP"):
        variables |= {f"ARGOSY_{server}_HOST": "127.0.0.1", f"ARGOSY_{server}_PORT": "0"}
    command = [sys.executable, "-m", "argosy.agent.cli", "agent", "--standalone", "--repo", str(repository)]
    log = folder.with_suffix(".log")
    with log.open("wb") as output:
        process = subprocess.Popen(command, env={**os.environ, **variables}, stderr=output)
        try:
            yield _ready(process, log, folder / "certificates" / "ca.crt")
        finally:
            process.terminate()
            process.wait(30)


def _ready(process: subprocess.Popen[bytes], log: Path, authority: Path) -> StandaloneAgent:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and process.poll() is None:
        for line in log.read_bytes().splitlines():
            if b'"serving"' in line and line.endswith(b"}"):
                fields = json.loads(line)
                agent = StandaloneAgent(fields["webhook"], fields["http"], authority)
                if agent.is_ready():
                    return agent
        time.sleep(0.05)
    raise SystemExit(f"the agent did not start:\n{log.read_text()}")
