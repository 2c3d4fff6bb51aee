"""No admission is lost while a release is changed and its two replicas are replaced, as a Deployment replaces them."""

from __future__ import annotations

import time
from contextlib import ExitStack
from typing import TYPE_CHECKING

import orjson
import pytest

from tests.e2e.admission.clients import counted, creating
from tests.e2e.admission.conftest import configured, served_templates
from tests.e2e.admission.forwarding import forwarding
from tests.e2e.admission.installing import replica
from tests.e2e.chart.conftest import NAMESPACE
from tests.e2e.chart.rendering import CHART, HELMS
from tests.resolver.template_repositories import workflow

if TYPE_CHECKING:
    from pathlib import Path

    from tests.e2e.admission.installing import InstalledAgent
    from tests.e2e.chart.conftest import Cluster

pytestmark = [pytest.mark.needs("helm", "helm-3"), pytest.mark.timeout(150)]

FORGETTING_SECONDS = 1.0
"""How long a Service may go on sending connections to a pod that was told to end; the chart's pods wait five."""


@pytest.mark.parametrize("version", HELMS)
def test_an_upgrade_and_a_rollback_lose_no_admission(cluster: Cluster, version: str, tmp_path: Path) -> None:
    plane, namespace = cluster.plane, cluster.plane.namespace()
    plane.run("helm", "uninstall", "argosy", f"--namespace={NAMESPACE}")
    with ExitStack() as stack:
        git, _ = stack.enter_context(served_templates(tmp_path))
        service = stack.enter_context(forwarding())
        settings = tmp_path / "settings.yaml"
        settings.write_bytes(orjson.dumps({"repositories": [configured(git)]}))

        def helm(verb: str, *arguments: str) -> None:
            done = plane.run(version, verb, "argosy", *arguments, f"--namespace={NAMESPACE}")
            assert done.returncode == 0, done.stderr

        def started(name: str) -> InstalledAgent:
            agent = stack.enter_context(replica(plane, tmp_path / name, settings))
            agent.wait_ready()
            return agent

        def route(agents: list[InstalledAgent]) -> None:
            service.ports = tuple(agent.ports["webhook"] for agent in agents)

        def roll(agents: list[InstalledAgent], generation: str) -> list[InstalledAgent]:
            """One more, ready, before one goes: maxSurge 1, maxUnavailable 0."""
            for number, old in enumerate(list(agents)):
                agents = [*agents, started(f"{generation}{number}")]
                route(agents)
                agents = [one for one in agents if one is not old]
                route(agents)
                time.sleep(FORGETTING_SECONDS)
                assert old.stop() == 0
            return agents

        url = f"webhook.url=https://127.0.0.1:{service.port}/admit"
        helm("upgrade", str(CHART), "--install", "--set", url)
        agents = [started("a"), started("b")]
        route(agents)
        with creating(plane, namespace, workflow("v1.0.0"), clients=2) as answers:
            time.sleep(0.5)
            helm("upgrade", str(CHART), "--set", url, "--set", "webhook.timeoutSeconds=9,webhook.matchAll=true")
            agents = roll(agents, "upgraded")
            between = len(answers)
            helm("rollback", "1")
            agents = roll(agents, "rolled-back")
        helm("uninstall")

    assert counted(answers) == {(201, "image:1"): len(answers)}
    assert 20 < between < len(answers) - 20
