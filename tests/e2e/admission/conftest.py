from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
import template_repository

from tests.e2e.admission.installing import InstalledAgent, installed_agent
from tests.gitservers.http_server import GitHttpServer, serve_http
from tests.resolver.template_repositories import TemplateRepository

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Generator, Mapping
    from pathlib import Path

    from tests.controlplane.cluster import ControlPlane


@dataclass(frozen=True, slots=True)
class Site:
    """All that stands: the cluster, the agent, the git server and the repository it serves."""

    plane: ControlPlane
    agent: InstalledAgent
    git: GitHttpServer
    templates: TemplateRepository
    namespace: str

    def create(
        self, manifest: Mapping[str, object], *options: str, namespace: str = "", verb: str = "create"
    ) -> subprocess.CompletedProcess[str]:
        """What kubectl says to a developer."""
        arguments = [verb, "--filename=-", "--output=json", f"--namespace={namespace or self.namespace}", *options]
        return self.plane.kubectl(*arguments, user="developer", input=json.dumps(manifest))


def stored(done: subprocess.CompletedProcess[str]) -> Any:
    """The object that kubectl prints; fails where it was refused."""
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@contextmanager
def served_templates(folder: Path) -> Generator[tuple[GitHttpServer, TemplateRepository]]:
    """A git server over TLS, with the repository of the examples and a few templates more in it."""
    templates = TemplateRepository(template_repository.build(folder / "git" / "templates"))
    templates.commit("v1.0.0", hello="image:1", other="image:1")
    templates.commit("v1.1.0", hello="image:2")
    templates.git("branch", "feature/loudly")
    with serve_http(folder / "git", tls_folder=folder) as git:
        yield git, templates


def configured(git: GitHttpServer, name: str = "templates", **settings: Any) -> dict[str, Any]:
    """A repository of the server, in the settings."""
    own = {"alias": name, "url": f"{git.url}/{name}/.git", "caFile": str(git.ca_file), "freshness": "2s"}
    return {**own, **settings}


@pytest.fixture(scope="module")
def site(own_control_plane: ControlPlane, tmp_path_factory: pytest.TempPathFactory) -> Generator[Site]:
    folder = tmp_path_factory.mktemp("site")
    with served_templates(folder) as (git, templates):
        rules = [{"namespaces": ["prod-*"], "tagsOnly": True}, {"namespaces": ["test-*"]}]
        settings = {"repositories": [configured(git)], "policy": {"rules": rules}}
        with installed_agent(own_control_plane, folder, settings) as agent:
            yield Site(own_control_plane, agent, git, templates, own_control_plane.namespace())
