"""Agents beside a real API server: the chart's webhook and roles, a process for each, as its pods would run them."""

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
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from tests.controlplane.processes import free_ports

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping

    from tests.controlplane.cluster import ControlPlane

CHART = Path(__file__).parents[3] / "helm" / "argosy"
NAMESPACE = "argosy-system"
START_SECONDS = 30.0


def wait_until(holds: Callable[[], bool], told: Callable[[], object]) -> None:
    """Wait until something holds; what is told then is why it does not."""
    until = time.monotonic() + START_SECONDS
    while not holds():
        assert time.monotonic() < until, told()
        time.sleep(0.05)


@dataclass(slots=True)
class InstalledAgent:
    """An agent that the API server asks; its settings are a file that other replicas may read too."""

    folder: Path
    settings: Path
    environment: Mapping[str, str]
    command: list[str]
    ports: dict[str, int]
    process: subprocess.Popen[bytes] = field(init=False)

    def launch(self) -> None:
        with (self.folder / "agent.log").open("ab") as log:
            self.process = subprocess.Popen(self.command, stdout=log, stderr=log, env=self.environment)

    def start(self) -> None:
        """Start it, again after `stop`; it is ready on return."""
        self.launch()
        self.wait_ready()

    def wait_ready(self) -> None:
        def is_ready() -> bool:
            assert self.process.poll() is None, self.log()
            return self.is_ready()

        wait_until(is_ready, self.log)

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

    def told(self, message: str) -> list[dict[str, Any]]:
        """Its lines of that message."""
        lines = (orjson.loads(line) for line in self.log().splitlines() if line.startswith("{"))
        return [line for line in lines if line["message"] == message]

    def certificate(self) -> str:
        """What a new connection is shown, as PEM."""
        return ssl.get_server_certificate(("127.0.0.1", self.ports["webhook"]))

    def configure(self, settings: Mapping[str, Any] | bytes) -> None:
        """Write the settings file as a whole, or what a person took for one."""
        partial = self.settings.with_suffix(".partial")
        partial.write_bytes(settings if isinstance(settings, bytes) else orjson.dumps(settings))
        partial.replace(self.settings)


@contextmanager
def installed_chart(plane: ControlPlane, url: str) -> Generator[None]:
    """Install the chart for agents outside of the cluster."""
    for name in (NAMESPACE, "argo"):
        plane.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}})
    done = plane.run(
        "helm", "upgrade", "--install", "argosy", str(CHART), f"--namespace={NAMESPACE}", f"--set=webhook.url={url}"
    )
    assert done.returncode == 0, done.stderr
    try:
        yield
    finally:
        plane.run("helm", "uninstall", "argosy", f"--namespace={NAMESPACE}")


@contextmanager
def replica(plane: ControlPlane, folder: Path, settings: Path, *, port: int = 0) -> Generator[InstalledAgent]:
    """An agent under the chart's service account, with a cache of its own; it is launched, and ended with the block."""
    webhook, http = (port, *free_ports(1)) if port else free_ports(2)
    folder.mkdir(exist_ok=True)
    kubeconfig = plane.token_kubeconfig(NAMESPACE, "argosy")
    command = [sys.executable, "-m", "argosy.agent.cli", "agent", f"--config={settings}", f"--kubeconfig={kubeconfig}"]
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "POD_NAMESPACE": NAMESPACE}
    environment |= {"ARGOSY_CACHE": str(folder / "cache"), "ARGOSY_CERTIFICATE_NAMES": "127.0.0.1"}
    for name, number in (("WEBHOOK", webhook), ("HTTP", http)):
        environment |= {f"ARGOSY_{name}_HOST": "127.0.0.1", f"ARGOSY_{name}_PORT": str(number)}
    environment |= {key: os.environ[key] for key in ("PYTHONPATH",) if key in os.environ}
    agent = InstalledAgent(folder, settings, environment, command, {"webhook": webhook, "http": http})
    agent.launch()
    try:
        yield agent
    finally:
        if agent.process.poll() is None:
            agent.process.kill()
        agent.process.wait()


@contextmanager
def installed_agent(plane: ControlPlane, folder: Path, settings: Mapping[str, Any]) -> Generator[InstalledAgent]:
    """Install the chart, and start one agent; it is ready on entry."""
    (port,) = free_ports(1)
    file = folder / "settings.yaml"
    file.write_bytes(orjson.dumps(settings))
    with (
        installed_chart(plane, f"https://127.0.0.1:{port}/admit"),
        replica(plane, folder, file, port=port) as agent,
    ):
        agent.wait_ready()
        yield agent
