"""`helm test`: its pod, run here as the kubelet would run it, tells whether the API server asks Argosy."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
import yaml

from tests.e2e.admission.conftest import configured, served_templates
from tests.e2e.admission.installing import installed_agent
from tests.e2e.chart.conftest import NAMESPACE
from tests.e2e.chart.rendering import CHART, HELMS, URL, manifests

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

    from tests.controlplane.cluster import ControlPlane
    from tests.e2e.chart.conftest import Cluster

pytestmark = [pytest.mark.needs("helm", "helm-3"), pytest.mark.timeout(120)]

POD = "argosy-test"
ACCOUNT_FOLDER = "/var/run/secrets/kubernetes.io/serviceaccount"


@dataclass(slots=True)
class Kubelet:
    """Runs the container of the test's pod on this machine, with the token of its account."""

    plane: ControlPlane
    folder: Path
    patience: float = 60.0
    told: list[str] = field(default_factory=list[str])
    _ended: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        while not self._ended.wait(0.2):
            done = self.plane.kubectl("get", "pod", POD, f"--namespace={NAMESPACE}", "--output=json")
            pod = json.loads(done.stdout) if done.returncode == 0 else {}
            if pod and "phase" in pod["status"] and pod["status"]["phase"] not in ("Succeeded", "Failed"):
                self._finish(pod, self._container(pod))

    def _container(self, pod: Any) -> int:
        (container,) = pod["spec"]["containers"]
        token = self.plane.must("create", "token", pod["spec"]["serviceAccountName"], f"--namespace={NAMESPACE}")
        (self.folder / "token").write_text(token, encoding="utf-8")
        (self.folder / "ca.crt").write_bytes(self.plane.authority.read_bytes())
        server = urlsplit(self.plane.url)
        environment = {"KUBERNETES_SERVICE_HOST": str(server.hostname), "KUBERNETES_SERVICE_PORT": str(server.port)}
        script, *arguments = container["args"]
        script = script.replace("PATIENCE_SECONDS = 60.0", f"PATIENCE_SECONDS = {self.patience}")
        command = [sys.executable, *container["command"][1:], script, *arguments[:-1], str(self.folder)]
        assert arguments[-1] == ACCOUNT_FOLDER
        done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment, timeout=90)
        self.told += (done.stdout + done.stderr).splitlines()
        return done.returncode

    def _finish(self, pod: Any, status: int) -> None:
        phase = "Failed" if status else "Succeeded"
        terminated = {"exitCode": status, "reason": "Error" if status else "Completed"}
        container = {"name": "dry-run", "image": "a", "imageID": "a", "ready": False, "restartCount": 0}
        patch = {"status": {"phase": phase, "containerStatuses": [{**container, "state": {"terminated": terminated}}]}}
        self.plane.must(
            *("patch", "pod", pod["metadata"]["name"], f"--namespace={NAMESPACE}"),
            *("--subresource=status", "--type=merge", f"--patch={json.dumps(patch)}"),
        )


@contextmanager
def kubelet(plane: ControlPlane, folder: Path, patience: float = 60.0) -> Generator[Kubelet]:
    folder.mkdir(exist_ok=True)
    running = Kubelet(plane, folder, patience)
    thread = threading.Thread(target=running.run, daemon=True)
    thread.start()
    try:
        yield running
    finally:
        running._ended.set()
        thread.join()


@dataclass(frozen=True, slots=True)
class Site:
    """An agent that the API server asks."""

    plane: ControlPlane
    url: str

    def tested(self, version: str, folder: Path, *values: str, patience: float = 60.0) -> tuple[int, list[str]]:
        """The status of `helm test` on a release with these values, and what the container said."""
        parts = [part for value in (f"webhook.url={self.url}", *values) for part in ("--set", value)]
        where = f"--namespace={NAMESPACE}"
        done = self.plane.run(version, "upgrade", "argosy", str(CHART), where, *parts)
        assert done.returncode == 0, done.stderr
        with kubelet(self.plane, folder, patience) as running:
            done = self.plane.run(version, "test", "argosy", where, "--timeout=40s")
        return done.returncode, running.told

    def left(self) -> list[str]:
        """What is left of the test."""
        kinds = "pods,serviceaccounts,roles,rolebindings,workflows"
        selector = "--selector=app.kubernetes.io/name=argosy-test"
        return self.plane.must("get", kinds, "--all-namespaces", selector, "--output=name").split()


@pytest.fixture(scope="module")
def site(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Generator[Site]:
    folder, plane = tmp_path_factory.mktemp("agent"), cluster.plane
    plane.run("helm", "uninstall", "argosy", f"--namespace={NAMESPACE}")
    with (
        served_templates(folder) as (git, _),
        installed_agent(plane, folder, {"repositories": [configured(git)]}) as agent,
    ):
        yield Site(plane, f"https://127.0.0.1:{agent.ports['webhook']}/admit")


@pytest.mark.parametrize("version", HELMS)
def test_a_release_is_tested_without_knowing_a_template(site: Site, version: str, tmp_path: Path) -> None:
    status, told = site.tested(version, tmp_path)

    assert status == 0, told
    assert told[-1].startswith("Argosy was asked, and answered as it should: ")
    assert "'argosy-test'" in told[-1]
    assert site.left() == []


@pytest.mark.parametrize("version", HELMS)
def test_a_template_of_ones_own_must_resolve(site: Site, version: str, tmp_path: Path) -> None:
    values = ("test.template=hello/main", "test.version=v1.0.0", f"test.namespace={site.plane.namespace()}")

    status, told = site.tested(version, tmp_path, *values)

    assert status == 0, told
    assert told[-1].startswith("Argosy resolved hello/main: {")
    assert site.left() == []


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (("test.template=hello/main", "test.version=v9"), "'v9'"),
        (("webhook.excludedNamespaces={default}",), "Argosy was not asked"),
        (("webhook.url=https://127.0.0.1:9/admit",), "failed calling webhook"),
    ],
)
def test_what_is_not_as_it_should_be_fails_and_is_told(
    site: Site, values: tuple[str, ...], message: str, tmp_path: Path
) -> None:
    status, told = site.tested("helm", tmp_path, *values, patience=6.0)

    assert status != 0
    assert message in told[-1]


def test_the_pod_is_as_confined_as_the_agents_and_is_no_endpoint_of_its_service() -> None:
    text = manifests("--set", URL)
    documents = list(yaml.safe_load_all(text))
    (pod,) = (one for one in documents if one["kind"] == "Pod")
    (service,) = (one for one in documents if one["kind"] == "Service")
    (agents,) = (one["spec"]["template"]["spec"] for one in documents if one["kind"] == "Deployment")

    assert pod["spec"]["securityContext"] == agents["securityContext"]
    assert pod["spec"]["containers"][0]["securityContext"] == agents["containers"][0]["securityContext"]
    assert service["spec"]["selector"].items() - pod["metadata"]["labels"].items()
