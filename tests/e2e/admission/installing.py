"""An agent beside a real API server: the chart's webhook and roles, a git server over TLS, a process of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from tests.controlplane.processes import free_ports

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping

    from tests.controlplane.cluster import ControlPlane

CHART = Path(__file__).parents[3] / "helm" / "argosy"
NAMESPACE = "argosy-system"
START_SECONDS = 30.0


@dataclass(slots=True)
class InstalledAgent:
    """A running agent that the API server asks."""

    folder: Path
    environment: Mapping[str, str]
    command: list[str]
    ports: dict[str, int]
    process: subprocess.Popen[bytes]

    def start(self) -> None:
        """Start it, again after `stop`; it is ready on return."""
        with (self.folder / "agent.log").open("ab") as log:
            self.process = subprocess.Popen(self.command, stdout=log, stderr=log, env=self.environment)
        until = time.monotonic() + START_SECONDS
        while not self.is_ready():
            assert self.process.poll() is None, self.log()
            assert time.monotonic() < until, self.log()
            time.sleep(0.05)

    def is_ready(self) -> bool:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{self.ports['http']}/readyz", timeout=2).close()
        except (urllib.error.URLError, OSError):
            return False
        return True

    def stop(self, number: int = signal.SIGTERM) -> int:
        """End it; the status it ended with."""
        self.process.send_signal(number)
        return self.process.wait(20)

    def log(self) -> str:
        return (self.folder / "agent.log").read_text(encoding="utf-8")


@contextmanager
def installed_agent(plane: ControlPlane, folder: Path, settings: Mapping[str, Any]) -> Generator[InstalledAgent]:
    """Install the chart for an agent outside of the cluster, and start that agent under the chart's service account."""
    webhook, http = free_ports(2)
    for name in (NAMESPACE, "argo"):
        plane.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}})
    url = f"https://127.0.0.1:{webhook}/admit"
    done = plane.run(
        "helm", "upgrade", "--install", "argosy", str(CHART), f"--namespace={NAMESPACE}", f"--set=webhook.url={url}"
    )
    assert done.returncode == 0, done.stderr
    file = folder / "settings.yaml"
    own = {"certificate": {"names": ["127.0.0.1"]}, "cache": str(folder / "cache")}
    own |= {"webhook": {"host": "127.0.0.1", "port": webhook}, "http": {"host": "127.0.0.1", "port": http}}
    file.write_bytes(orjson.dumps({**own, **settings}))
    kubeconfig = plane.token_kubeconfig(NAMESPACE, "argosy")
    command = [sys.executable, "-m", "argosy.agent.cli", "agent", f"--config={file}", f"--kubeconfig={kubeconfig}"]
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "POD_NAMESPACE": NAMESPACE}
    environment |= {key: os.environ[key] for key in ("PYTHONPATH",) if key in os.environ}
    agent = InstalledAgent(folder, environment, command, {"webhook": webhook, "http": http}, subprocess.Popen(["true"]))
    agent.process.wait()
    try:
        agent.start()
        yield agent
    finally:
        if agent.process.poll() is None:
            agent.process.kill()
        agent.process.wait()
        plane.run("helm", "uninstall", "argosy", f"--namespace={NAMESPACE}")
