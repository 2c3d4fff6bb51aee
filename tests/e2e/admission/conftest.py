from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from tests.e2e.admission.installing import InstalledAgent, installed_agent
from tests.gitservers.http_server import GitHttpServer, serve_http
from tests.resolver.template_repositories import TemplateRepository

if TYPE_CHECKING:
    from collections.abc import Generator

    from tests.controlplane.cluster import ControlPlane


@dataclass(frozen=True, slots=True)
class Site:
    """All that stands: the cluster, the agent, the git server and the repository it serves."""

    plane: ControlPlane
    agent: InstalledAgent
    git: GitHttpServer
    templates: TemplateRepository
    namespace: str


@pytest.fixture(scope="module")
def site(own_control_plane: ControlPlane, tmp_path_factory: pytest.TempPathFactory) -> Generator[Site]:
    folder = tmp_path_factory.mktemp("site")
    templates = TemplateRepository.create(folder / "git" / "templates")
    templates.commit("v1.0.0", hello="image:1", other="image:1")
    templates.commit("v1.1.0", hello="image:2")
    templates.git("branch", "feature/loud")
    with serve_http(folder / "git", tls_folder=folder) as git:
        repository = {"url": f"{git.url}/templates/.git", "caFile": str(git.ca_file), "freshness": "2s"}
        rules = [{"namespaces": ["prod-*"], "tagsOnly": True}, {"namespaces": ["test-*"]}]
        settings = {"repositories": [repository], "policy": {"rules": rules}}
        with installed_agent(own_control_plane, folder, settings) as agent:
            yield Site(own_control_plane, agent, git, templates, own_control_plane.namespace())
