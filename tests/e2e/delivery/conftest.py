"""An agent beside a real API server, with a repository that is delivered on use and one that is delivered always."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from tests.e2e.admission.installing import InstalledAgent, installed_agent
from tests.gitservers.http_server import serve_http
from tests.resolver.template_repositories import TemplateRepository

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Generator, Mapping

    from tests.controlplane.cluster import ControlPlane

SECONDS = 45.0
"""An agent that was killed leaves the Lease taken for 30 seconds."""
TTL_SECONDS = 40.0


@dataclass(frozen=True, slots=True)
class Site:
    """All that stands."""

    plane: ControlPlane
    agent: InstalledAgent
    templates: TemplateRepository
    standard: TemplateRepository
    """Delivered always, to `always`."""
    always: str

    def create(self, namespace: str, manifest: Mapping[str, Any]) -> Any:
        """What is stored of an object that a developer creates."""
        arguments = ("create", "--filename=-", "--output=json", f"--namespace={namespace}")
        done = self.plane.kubectl(*arguments, user="developer", input=json.dumps(manifest))
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def find(self, namespace: str, name: str, kind: str = "workflowtemplate") -> Any:
        """An object as it stands, or None."""
        done = self.plane.kubectl("get", f"{kind}/{name}", f"--namespace={namespace}", "--output=json")
        return json.loads(done.stdout) if done.returncode == 0 else None

    def wait(self, look: Callable[[], Any]) -> Any:
        """What a look finds when it finds something."""
        until = time.monotonic() + SECONDS
        while not (found := look()):
            assert time.monotonic() < until, self.agent.log()[-3000:]
            time.sleep(0.1)
        return found

    def submit(self, namespace: str, manifest: Mapping[str, Any], *options: str) -> subprocess.CompletedProcess[str]:
        """What the argo CLI says to a developer; it reads the cluster's templates before it creates the Workflow."""
        file = self.agent.folder / "submitted.json"
        file.write_text(json.dumps(manifest), encoding="utf-8")
        return self.plane.run(
            "argo", "submit", str(file), f"--namespace={namespace}", "--output=json", *options, user="developer"
        )


@pytest.fixture(scope="module")
def site(own_control_plane: ControlPlane, tmp_path_factory: pytest.TempPathFactory) -> Generator[Site]:
    folder, plane = tmp_path_factory.mktemp("site"), own_control_plane
    templates = TemplateRepository.create(folder / "git" / "templates")
    templates.commit("v1.0.0", hello="image:1", other="image:1")
    templates.commit("v1.1.0", hello="image:2")
    standard = TemplateRepository.create(folder / "git" / "standard")
    standard.commit("v1.0.0", checks="image:1", scans="image:1")
    always = plane.namespace("always")
    with serve_http(folder / "git", tls_folder=folder) as git:
        ours = {"caFile": str(git.ca_file), "freshness": "2s"}
        repositories = [
            {"alias": "templates", "url": f"{git.url}/templates/.git", **ours},
            {
                "alias": "standard",
                "url": f"{git.url}/standard/.git",
                "deliver": "Always",
                "defaultVersion": "^1",
                "deliverTo": [always],
                **ours,
            },
        ]
        settings = {"repositories": repositories, "templateTTL": f"{TTL_SECONDS:g}s"}
        with installed_agent(plane, folder, settings) as agent:
            yield Site(plane, agent, templates, standard, always)
