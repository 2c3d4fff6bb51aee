"""As a new user would: docs/install.md alone leads from a cluster with Argo to a flattened Workflow, and away again.

All is real but the agent's pod, which is a process under the chart's account: nothing runs pods here.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson
import pytest

from argosy.resolver import contract
from argosy.resolver.documents import load
from tests.controlplane.processes import free_ports
from tests.controlplane.programs import program
from tests.docs.commands import ROOT, URL, checkout, commands, run
from tests.e2e.admission.conftest import configured
from tests.e2e.admission.installing import NAMESPACE, replica
from tests.gitservers.http_server import serve_http

if TYPE_CHECKING:
    from collections.abc import Generator

    from tests.controlplane.cluster import ControlPlane
    from tests.docs.commands import Command
    from tests.e2e.admission.installing import InstalledAgent

pytestmark = [pytest.mark.needs("helm"), pytest.mark.timeout(180)]

PAGE = ROOT / "docs" / "install.md"
CREATE = "kubectl create --namespace default --filename=examples/hello-world/workflow.yaml"
INSTALL, AWAY = "helm install argosy helm/argosy", "helm uninstall"
OTHER_PAGES = [
    page
    for page in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
    if page != PAGE and any(command.needs_cluster for command in commands(page))
]
DELIVERY_SECONDS = 20.0


@dataclass(slots=True)
class Desk:
    """What a new user has: a checkout, a kubeconfig, the programs on the path, and an agent once it is installed."""

    plane: ControlPlane
    folder: Path
    remote: Path
    """The repository behind the URL of the page, where git pushes to."""
    url: str
    port: int
    agent: InstalledAgent = field(init=False)
    done: dict[str, subprocess.CompletedProcess[str]] = field(
        default_factory=dict[str, subprocess.CompletedProcess[str]]
    )

    def run(self, command: Command) -> subprocess.CompletedProcess[str]:
        """Run a command of a page, with the repository and the agent of this test in place of those in it."""
        text = command.text.replace(URL, str(self.remote) if " push " in command.text else self.url)
        if text.startswith(INSTALL):
            text += f" --set webhook.url=https://127.0.0.1:{self.port}/admit"
        self.done[command.text] = run(text, self.folder, self.environment)
        return self.done[command.text]

    @property
    def environment(self) -> dict[str, str]:
        path = f"{self.folder.parent / 'bin'}:{Path(sys.executable).parent}:{os.environ['PATH']}"
        environment = {"PATH": path, "HOME": str(self.folder.parent), "KUBECONFIG": str(self.plane.kubeconfig())}
        return environment | {"GIT_CONFIG_NOSYSTEM": "1", "GIT_SSL_CAINFO": str(self.folder.parent / "ca.pem")}

    def said(self, beginning: str) -> subprocess.CompletedProcess[str]:
        """What became of the command that begins so."""
        (found,) = [done for text, done in self.done.items() if text.startswith(beginning)]
        return found


def _parts() -> tuple[list[Command], list[Command], list[Command]]:
    """The commands of the page: until the chart is installed, with it, and away again."""
    listed = commands(PAGE)
    installing = next(n for n, command in enumerate(listed) if command.text.startswith(INSTALL)) + 1
    away = next(n for n, command in enumerate(listed) if command.text.startswith(AWAY))
    return listed[:installing], listed[installing:away], listed[away:]


@pytest.fixture(scope="module")
def desk(own_control_plane: ControlPlane, tmp_path_factory: pytest.TempPathFactory) -> Generator[Desk]:
    plane, folder = own_control_plane, tmp_path_factory.mktemp("desk")
    plane.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "argo"}})
    (folder / "bin").mkdir()
    for name in ("kubectl", "helm"):
        (folder / "bin" / name).symlink_to(program(name))
    remote = folder / "git" / "team" / "templates.git"
    subprocess.run(["git", "init", "--quiet", "--bare", "--initial-branch=main", str(remote)], check=True)
    before, within, _ = _parts()
    with ExitStack() as stack:
        git = stack.enter_context(serve_http(folder / "git", tls_folder=folder))
        assert git.ca_file is not None
        (folder / "ca.pem").write_bytes(git.ca_file.read_bytes())
        (port,) = free_ports(1)
        desk = Desk(plane, checkout(folder / "checkout"), remote, f"{git.url}/team/templates.git", port)
        for command in before:
            done = desk.run(command)
            assert done.returncode == 0, f"{command.text}\n{done.stderr}"
        stack.callback(plane.run, "helm", "uninstall", "argosy", f"--namespace={NAMESPACE}")
        settings = folder / "settings.yaml"
        settings.write_bytes(orjson.dumps({"repositories": [configured(git, "templates", url=desk.url)]}))
        desk.agent = stack.enter_context(replica(plane, folder / "agent", settings, port=desk.port))
        desk.agent.wait_ready()
        for command in within:
            desk.run(command)
        yield desk


def test_the_workflow_of_the_page_is_stored_flattened(desk: Desk) -> None:
    expected: Any = load((ROOT / "examples" / "hello-world" / "expected.yaml").read_bytes())
    shown: Any = load(desk.said(CREATE + " --dry-run=server --output=yaml").stdout.encode())
    created = desk.said("kubectl get workflows --namespace default")

    (there,) = load(created.stdout.encode())["items"]
    assert shown["spec"] == there["spec"] == expected["spec"]
    assert there["metadata"]["annotations"][contract.RESOLVED] == expected["metadata"]["annotations"][contract.RESOLVED]


def test_the_template_is_delivered_a_second_or_two_later(desk: Desk) -> None:
    (command,) = [one for one in commands(PAGE) if one.text.startswith("kubectl get workflowtemplates")]
    until = time.monotonic() + DELIVERY_SECONDS
    while "workflow-template-whalesay-template" not in desk.run(command).stdout:
        assert time.monotonic() < until, desk.said(command.text).stderr
        time.sleep(0.2)

    assert contract.RUNNER in desk.said(command.text).stdout


def test_a_version_that_is_not_there_is_refused_as_the_page_shows(desk: Desk) -> None:
    refused = desk.said("sed ")

    assert refused.returncode == 1
    assert refused.stderr.strip() in PAGE.read_text(encoding="utf-8")


def test_all_other_commands_of_the_page_succeed(desk: Desk) -> None:
    failed = {text: done.stderr for text, done in desk.done.items() if done.returncode != 0}

    assert {text.split()[0]: stderr for text, stderr in failed.items() if not text.startswith("sed ")} == {}


def test_while_no_replica_answers_the_api_server_says_what_the_page_of_troubles_has(desk: Desk) -> None:
    troubles = (ROOT / "docs" / "troubleshooting.md").read_text(encoding="utf-8")
    (told,) = re.findall(r"^\| `([^`]+connection refused)` \|", troubles, re.MULTILINE)
    (command,) = [one for one in commands(PAGE) if one.text == CREATE]
    desk.agent.stop()

    refused = run(command.text, desk.folder, desk.environment)

    assert (refused.returncode, *told.split(" … ")) == (
        1,
        *[part for part in told.split(" … ") if part in refused.stderr],
    )
    desk.agent.start()


@pytest.mark.parametrize("page", OTHER_PAGES, ids=lambda page: page.name)
def test_the_commands_of_other_pages_run_in_that_cluster(page: Path, desk: Desk) -> None:
    for command in commands(page):
        if command.needs_cluster:
            done = desk.run(command)
            assert done.returncode == 0, f"{command.text}\n{done.stderr}"


def test_it_goes_away_again_and_leaves_workflows_as_they_are(desk: Desk) -> None:
    *_, away = _parts()
    for command in away:
        assert desk.run(command).returncode == 0, desk.said(command.text).stderr

    webhooks = json.loads(desk.plane.must("get", "mutatingwebhookconfigurations", "--output=json"))["items"]
    templates = json.loads(desk.plane.must("get", "workflowtemplates", "--all-namespaces", "--output=json"))["items"]
    manifest = str(ROOT / "examples" / "hello-world" / "workflow.yaml")
    plain = desk.plane.must("create", f"--filename={manifest}", "--namespace=default", "--output=yaml")
    assert (webhooks, [one for one in templates if contract.RUNNER in one["metadata"].get("labels", {})]) == ([], [])
    assert "templateRef" in plain
    desk.plane.must("delete", "workflows", "--all", "--namespace=default")
