"""A real API server with Argo's objects, and the chart installed in it by the real helm."""

from __future__ import annotations

import base64
import json
import os
import shutil
import socket
import subprocess
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import trustme
import urllib3
import yaml

from tests.e2e.chart.counting import Counting, counting
from tests.oracle.programs import argo_module

if TYPE_CHECKING:
    from collections.abc import Generator

CHART = Path(__file__).parents[3] / "helm" / "argosy"
CRDS = "manifests/base/crds/minimal"
STARTING_SECONDS = 40.0
JSON = "application/json"


@dataclass(slots=True)
class Cluster:
    """An API server that anybody with the token may do everything with."""

    url: str
    folder: Path
    authority: trustme.CA
    helm_program: str
    http: urllib3.PoolManager = field(init=False)

    def __post_init__(self) -> None:
        self.http = urllib3.PoolManager(ca_certs=str(self.folder / "ca.pem"), headers={"Authorization": "Bearer admin"})

    def ask(self, method: str, path: str, body: object = None, content_type: str = JSON) -> tuple[int, Any]:
        """The status and the body of one request."""
        content = None if body is None else json.dumps(body)
        headers = {"Authorization": "Bearer admin", "Content-Type": content_type}
        answer = self.http.request(method, self.url + path, body=content, headers=headers, timeout=15.0)
        return answer.status, json.loads(answer.data) if answer.data.startswith(b"{") else answer.data

    def helm(self, *arguments: str) -> str:
        """What helm says; fails the test where it fails."""
        command = [self.helm_program, *arguments, f"--kubeconfig={self.folder / 'kubeconfig'}"]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=50)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def install(self, *arguments: str) -> None:
        """Install or upgrade the chart, with these values."""
        values = [part for argument in arguments for part in ("--set", argument)]
        self.helm("upgrade", "--install", "argosy", str(CHART), "-n", "argosy-system", "--create-namespace", *values)

    def trust_webhook(self) -> None:
        """Write the authority into the webhook configuration, as the agent does."""
        bundle = base64.b64encode(self.authority.cert_pem.bytes()).decode()
        patch = [
            {"op": "add", "path": f"/webhooks/{number}/clientConfig/caBundle", "value": bundle} for number in range(2)
        ]
        status, answer = self.ask("PATCH", f"{WEBHOOK}?fieldManager=argosy-agent", patch, "application/json-patch+json")
        assert status == 200, answer


WEBHOOK = "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations/argosy"


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Generator[Cluster]:
    assets = Path(os.environ.get("KUBEBUILDER_ASSETS", "/nowhere"))
    helm = os.environ.get("ARGOSY_HELM") or shutil.which("helm")
    if not (assets / "kube-apiserver").is_file() or not helm:
        pytest.skip("there is no kube-apiserver in KUBEBUILDER_ASSETS, or no helm")
    folder = tmp_path_factory.mktemp("cluster")
    with _started(assets, folder, helm) as running:
        for file in sorted((argo_module() / CRDS).glob("argoproj.io_*.yaml")):
            crd = yaml.safe_load(file.read_text(encoding="utf-8"))
            running.ask("POST", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", crd)
        for name in ("argo", "argosy-system", "team"):
            running.ask("POST", "/api/v1/namespaces", {"metadata": {"name": name}})
        yield running


@pytest.fixture(scope="session")
def webhook(cluster: Cluster) -> Generator[Counting]:
    with counting(cluster.authority, cluster.folder) as server:
        yield server


@contextmanager
def _started(assets: Path, folder: Path, helm: str) -> Generator[Cluster]:
    authority = trustme.CA()
    certificate = authority.issue_cert("127.0.0.1", "localhost")
    authority.cert_pem.write_to_path(str(folder / "ca.pem"))
    certificate.private_key_pem.write_to_path(str(folder / "key.pem"))
    certificate.cert_chain_pems[0].write_to_path(str(folder / "cert.pem"))
    (folder / "tokens").write_text("admin,admin,admin,system:masters\n", encoding="utf-8")
    client, peer, secure = _free_ports(3)
    cluster = Cluster(f"https://127.0.0.1:{secure}", folder, authority, helm)
    (folder / "kubeconfig").write_text(yaml.safe_dump(_kubeconfig(cluster.url, folder)), encoding="utf-8")
    etcd = [
        f"--data-dir={folder / 'etcd'}",
        f"--listen-client-urls=http://127.0.0.1:{client}",
        f"--advertise-client-urls=http://127.0.0.1:{client}",
        f"--listen-peer-urls=http://127.0.0.1:{peer}",
        "--unsafe-no-fsync",
    ]
    server = [
        f"--etcd-servers=http://127.0.0.1:{client}",
        f"--secure-port={secure}",
        "--bind-address=127.0.0.1",
        f"--tls-cert-file={folder / 'cert.pem'}",
        f"--tls-private-key-file={folder / 'key.pem'}",
        "--service-account-issuer=https://kubernetes.default.svc",
        f"--service-account-key-file={folder / 'key.pem'}",
        f"--service-account-signing-key-file={folder / 'key.pem'}",
        f"--token-auth-file={folder / 'tokens'}",
        "--authorization-mode=RBAC",
        "--service-cluster-ip-range=10.96.0.0/24",
        "--endpoint-reconciler-type=none",
        "--disable-admission-plugins=ServiceAccount",
    ]
    with _process(assets / "etcd", etcd, folder), _process(assets / "kube-apiserver", server, folder):
        _wait_ready(cluster)
        yield cluster


@contextmanager
def _process(program: Path, arguments: list[str], folder: Path) -> Generator[None]:
    with (folder / f"{program.name}.log").open("wb") as log:
        process = subprocess.Popen([str(program), *arguments], stdout=log, stderr=log, cwd=folder)
        try:
            yield
        finally:
            process.kill()
            process.wait()


def _wait_ready(cluster: Cluster) -> None:
    until = time.monotonic() + STARTING_SECONDS
    while time.monotonic() < until:
        with suppress(urllib3.exceptions.HTTPError):
            if cluster.http.request("GET", f"{cluster.url}/readyz", retries=False, timeout=2.0).status == 200:
                return
        time.sleep(0.1)
    pytest.fail(f"the API server is not ready after {STARTING_SECONDS:.0f} s")


def _free_ports(count: int) -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


def _kubeconfig(url: str, folder: Path) -> dict[str, Any]:
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": "test",
        "clusters": [{"name": "test", "cluster": {"server": url, "certificate-authority": str(folder / "ca.pem")}}],
        "users": [{"name": "admin", "user": {"token": "admin"}}],
        "contexts": [{"name": "test", "context": {"cluster": "test", "user": "admin"}}],
    }
