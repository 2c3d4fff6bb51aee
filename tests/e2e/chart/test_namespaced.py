"""An installation for some namespaces: the agent works there, with roles that reach nowhere else."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson
import pytest

from argosy.resolver import contract
from tests.controlplane.processes import free_ports
from tests.e2e.admission.conftest import served_templates
from tests.e2e.admission.installing import InstalledAgent, replica, wait_until
from tests.e2e.chart.conftest import NAMESPACE
from tests.e2e.chart.rendering import CHART, manifests, objects_of, settings_of
from tests.e2e.chart.test_rights import ACCOUNT, granted, may
from tests.gc.delivered import delivered
from tests.resolver.template_repositories import images, workflow

if TYPE_CHECKING:
    from collections.abc import Generator

    from tests.e2e.chart.conftest import Cluster

pytestmark = [pytest.mark.needs("helm"), pytest.mark.timeout(120)]

TTL_SECONDS = 4
OURS = {
    ("get", "workflowtemplates.argoproj.io"),
    ("list", "workflowtemplates.argoproj.io"),
    ("create", "workflowtemplates.argoproj.io"),
    ("patch", "workflowtemplates.argoproj.io"),
    ("delete", "workflowtemplates.argoproj.io"),
    ("list", "workflows.argoproj.io"),
    ("list", "cronworkflows.argoproj.io"),
    ("create", "events.events.k8s.io"),
    ("patch", "events.events.k8s.io"),
}


@dataclass(frozen=True, slots=True)
class Site:
    """Two namespaces of the installation, and one that is not."""

    cluster: Cluster
    agent: InstalledAgent
    own: tuple[str, str]
    foreign: str
    began: int
    """The position in the audit log."""

    def create(self, namespace: str) -> Any:
        arguments = ("create", "--filename=-", "--output=json", f"--namespace={namespace}")
        done = self.cluster.plane.kubectl(*arguments, user="developer", input=json.dumps(workflow("v1.0.0")))
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def templates(self, namespace: str) -> list[str]:
        listed = self.cluster.plane.must("get", "workflowtemplates", f"--namespace={namespace}", "--output=name")
        return [name.partition("/")[2] for name in listed.split()]

    def plant(self, namespace: str, name: str, runner: str) -> None:
        """A template of this installation that nobody has used for days."""
        manifest = delivered(name, namespace=namespace, labels={contract.RUNNER: runner})
        manifest["metadata"]["labels"][contract.LAST_USED_TIMESTAMP] = str(int(time.time()) - 86_400)
        for field in ("uid", "resourceVersion", "creationTimestamp"):
            del manifest["metadata"][field]
        manifest["spec"]["templates"] = [{"name": "t", "suspend": {}}]
        self.cluster.plane.apply(manifest)


@pytest.fixture(scope="module")
def site(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Generator[Site]:
    plane, folder = cluster.plane, tmp_path_factory.mktemp("namespaced")
    own, foreign, (port,) = (plane.namespace("own"), plane.namespace("own")), plane.namespace("foreign"), free_ports(1)
    plane.run("helm", "uninstall", "argosy", f"--namespace={NAMESPACE}")
    # An agent that stood here before, and was killed, holds it for half a minute.
    plane.must("delete", "lease/argosy-leader", f"--namespace={NAMESPACE}", "--ignore-not-found")
    with served_templates(folder) as (git, _):
        values = [f"namespaces={{{','.join(own)}}}", f"repo.url={git.url}/templates/.git", "sweepInterval=10s"]
        parts = [part for value in values for part in ("--set", value)]
        # The settings of the chart's own agent, but for what this machine has elsewhere.
        settings = settings_of(objects_of(manifests(f"--namespace={NAMESPACE}", *parts)))
        settings["repositories"][0] |= {"caFile": str(git.ca_file), "freshness": "2s"}
        settings["templateTTL"] = f"{TTL_SECONDS}s"
        file = folder / "settings.yaml"
        file.write_bytes(orjson.dumps(settings))
        began = plane.audit.position()
        url = f"webhook.url=https://127.0.0.1:{port}/admit"
        cluster.helm("upgrade", "--install", "argosy", str(CHART), f"--namespace={NAMESPACE}", *parts, "--set", url)
        with replica(plane, folder, file, port=port) as agent:
            agent.wait_ready()
            yield Site(cluster, agent, own, foreign, began)
    plane.run("helm", "uninstall", "argosy", f"--namespace={NAMESPACE}")


def test_workflows_of_its_namespaces_are_resolved_and_others_do_not_reach_it(site: Site) -> None:
    first, second = site.own

    assert images(site.create(first)) == ["image:1"]
    assert images(site.create(second)) == ["image:1"]
    assert site.create(site.foreign)["spec"] == workflow("v1.0.0").get("spec")


def test_templates_are_delivered_and_swept_in_its_namespaces_only(site: Site) -> None:
    first, _ = site.own
    runner = site.create(first)["metadata"]["labels"][contract.RUNNER]
    wait_until(lambda: "hello" in site.templates(first), site.agent.log)
    for namespace in (first, site.foreign):
        site.plant(namespace, "stale", runner)

    wait_until(lambda: "stale" not in site.templates(first), site.agent.log)

    assert site.templates(site.foreign) == ["stale"]


def test_no_request_of_the_agent_was_refused(site: Site) -> None:
    requests = [one for one in site.cluster.plane.audit.since(site.began) if one.user == ACCOUNT]
    places = {one.namespace for one in requests if one.resource.endswith("templates") or one.resource == "workflows"}

    assert [one for one in requests if one.code == 403] == []
    assert places <= set(site.own)
    assert len(requests) > 10


def test_its_roles_are_in_its_namespaces(site: Site) -> None:
    text = site.cluster.helm("get", "manifest", "argosy", f"--namespace={NAMESPACE}")
    rights = set(granted(text))
    webhook = f"mutatingwebhookconfigurations.admissionregistration.k8s.io/argosy-{NAMESPACE}"

    for namespace in site.own:
        assert {(verb, resource) for verb, resource, where in rights if where == namespace} == OURS
    assert {row[:2] for row in rights if not row[2]} == {("get", webhook), ("patch", webhook)}
    assert [row for row in rights if not may(site.cluster, *row)] == []
    elsewhere = [(verb, resource, where) for verb, resource in OURS for where in (site.foreign, NAMESPACE, "")]
    assert [row for row in elsewhere if may(site.cluster, *row)] == []
