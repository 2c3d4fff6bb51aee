"""A real API server with Argo's objects, and the chart installed in it by the real helm."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
import trustme
import urllib3

from tests.e2e.chart.counting import Counting, counting
from tests.e2e.chart.rendering import CHART

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

    from tests.controlplane.cluster import ControlPlane

NAMESPACE = "argosy-system"
JSON = "application/json"


@dataclass(slots=True)
class Cluster:
    """An API server, asked as its administrator."""

    plane: ControlPlane
    folder: Path
    authority: trustme.CA
    """That of the webhook in place of the agent."""
    http: urllib3.PoolManager = field(init=False)

    def __post_init__(self) -> None:
        config = json.loads(self.plane.kubeconfig().read_text(encoding="utf-8"))
        headers = {"Authorization": f"Bearer {config['users'][0]['user']['token']}"}
        self.http = urllib3.PoolManager(ca_certs=str(self.plane.authority), headers=headers)

    def ask(self, method: str, path: str, body: object = None, content_type: str = JSON) -> tuple[int, Any]:
        """The status and the body of one request."""
        content = None if body is None else json.dumps(body)
        headers = {**self.http.headers, "Content-Type": content_type}
        answer = self.http.request(method, self.plane.url + path, body=content, headers=headers, timeout=15.0)
        return answer.status, json.loads(answer.data) if answer.data.startswith(b"{") else answer.data

    def helm(self, *arguments: str) -> str:
        """What helm says; fails the test where it fails."""
        done = self.plane.run("helm", *arguments)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def install(self, *arguments: str) -> None:
        """Install or upgrade the chart, with these values."""
        values = [part for argument in arguments for part in ("--set", argument)]
        self.helm("upgrade", "--install", "argosy", str(CHART), "-n", NAMESPACE, "--create-namespace", *values)

    def trust_webhook(self) -> None:
        """Write the authority into the webhook configuration, as the agent does."""
        bundle = base64.b64encode(self.authority.cert_pem.bytes()).decode()
        patch = [
            {"op": "add", "path": f"/webhooks/{number}/clientConfig/caBundle", "value": bundle} for number in range(2)
        ]
        status, answer = self.ask("PATCH", f"{WEBHOOK}?fieldManager=argosy-agent", patch, "application/json-patch+json")
        assert status == 200, answer


WEBHOOK = "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations/argosy"


@pytest.fixture(scope="package")
def cluster(own_control_plane: ControlPlane, tmp_path_factory: pytest.TempPathFactory) -> Generator[Cluster]:
    running = Cluster(own_control_plane, tmp_path_factory.mktemp("chart"), trustme.CA())
    for name in ("argo", "argosy-system", "team"):
        running.ask("POST", "/api/v1/namespaces", {"metadata": {"name": name}})
    yield running
    own_control_plane.run("helm", "uninstall", "argosy", "--namespace=argosy-system")


@pytest.fixture(scope="package")
def webhook(cluster: Cluster) -> Generator[Counting]:
    with counting(cluster.authority) as server:
        yield server
