"""All ways into a cluster at once: the API server, Argo's controller and server, the agent, git, and a pod player."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from tests.e2e.admission.installing import installed_agent
from tests.e2e.entry_points.argo_server import ArgoServer, argo_server
from tests.gitservers.http_server import serve_http
from tests.podplayer.api_server import ARGO, ApiServer, api_server
from tests.podplayer.player import Player, playing
from tests.podplayer.scripts import Script
from tests.resolver.template_repositories import TemplateRepository

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from pathlib import Path

    from tests.controlplane.cluster import ControlPlane

INSTANCE = "entry-points"
INSTANCE_ID = "workflows.argoproj.io/controller-instanceid"
SECONDS = 40.0
TEMPLATE = {
    "apiVersion": "argoproj.io/v1alpha1",
    "kind": "WorkflowTemplate",
    "metadata": {"name": "hello"},
}


@dataclass(frozen=True, slots=True)
class Site:
    """All that stands."""

    plane: ControlPlane
    server: ApiServer
    argo: ArgoServer
    player: Player
    folder: Path

    def namespace(self) -> str:
        """A new one, whose pods are played."""
        name = self.plane.namespace("entry")
        self.player.scripts[name] = Script()
        return name

    def find(self, namespace: str, kind: str, name: str) -> Any:
        """An object as it stands, or None."""
        answer = self.server.ask("GET", f"{ARGO}/namespaces/{namespace}/{kind}s/{name}")
        return None if answer.is_refusal else answer.body

    def workflows(self, namespace: str) -> set[str]:
        """By name."""
        return {one["metadata"]["name"] for one in self.server.items(f"{ARGO}/namespaces/{namespace}/workflows")}

    def wait(self, look: Callable[[], Any]) -> Any:
        """What a look finds when it finds something."""
        until = time.monotonic() + SECONDS
        while not (found := look()):
            assert time.monotonic() < until, self.player.troubles
            time.sleep(0.1)
        return found


@pytest.fixture(scope="module")
def site(own_control_plane: ControlPlane, tmp_path_factory: pytest.TempPathFactory) -> Generator[Site]:
    folder, plane = tmp_path_factory.mktemp("site"), own_control_plane
    _repository(folder / "git" / "templates")
    with serve_http(folder / "git", tls_folder=folder) as git:
        repository = {"alias": "templates", "url": f"{git.url}/templates/.git", "caFile": str(git.ca_file)}
        with (
            installed_agent(plane, folder, {"repositories": [repository]}),
            plane.workflow_controller({"instanceID": INSTANCE}, environment={"DEFAULT_REQUEUE_TIME": "1s"}),
            argo_server(plane) as argo,
            api_server(plane) as server,
            playing(Player(server)) as player,
        ):
            yield Site(plane, server, argo, player, folder)
    assert player.troubles == {}


def _repository(folder: Path) -> None:
    """One template at two versions; its first container ends well, and its second does not."""
    repository = TemplateRepository.create(folder)
    for number in (1, 2):
        container = {"image": f"image:{number}", "command": ["hello"]}
        templates = [
            {"name": "main", "container": container},
            {"name": "fails", "container": {**container, "args": ["exit 1"]}},
        ]
        manifest = {**TEMPLATE, "spec": {"entrypoint": "main", "templates": templates}}
        (folder / "hello.json").write_text(json.dumps(manifest), encoding="utf-8")
        repository.git("add", "--all")
        repository.git("commit", "--quiet", "--message", f"{number}")
        repository.git("tag", f"v{number}.0.0")
