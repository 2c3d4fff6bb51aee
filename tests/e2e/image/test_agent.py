"""The agent in its container, as the chart runs it, beside the real control plane."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING, Any

import pytest

from argosy.resolver.documents import load
from tests.e2e.admission.conftest import served_templates
from tests.e2e.admission.installing import wait_until
from tests.e2e.image.images import BUILDING_SECONDS, ROOT
from tests.e2e.image.pods import contained_agent
from tests.gitservers.http_server import Stall, Step

if TYPE_CHECKING:
    from pathlib import Path

    from tests.controlplane.cluster import ControlPlane
    from tests.e2e.image.images import Image

pytestmark = pytest.mark.needs("helm")

ENDING_SECONDS = 60.0
"""The container is over after two; podman may take twenty more to see it."""
EXAMPLE = ROOT / "examples" / "hello-world"


@pytest.mark.timeout(BUILDING_SECONDS)
def test_the_container_flattens_a_workflow_and_ends_when_it_is_told_to(
    image: Image, own_control_plane: ControlPlane, tmp_path: Path
) -> None:
    expected: Any = load((EXAMPLE / "expected.yaml").read_bytes())
    namespace = own_control_plane.namespace()
    with (
        served_templates(tmp_path) as (git, _),
        contained_agent(own_control_plane, image, tmp_path, git) as (agent, _),
    ):
        arguments = ("create", f"--filename={EXAMPLE / 'workflow.yaml'}", f"--namespace={namespace}", "--output=yaml")
        done = own_control_plane.kubectl(*arguments, user="developer")
        assert (done.returncode, done.stderr) == (0, "")
        stored: Any = load(done.stdout.encode())

        assert stored["spec"] == expected["spec"]
        agent.process.send_signal(signal.SIGTERM)
        assert agent.process.wait(ENDING_SECONDS) == 0
        assert "Traceback" not in agent.log()


@pytest.mark.timeout(BUILDING_SECONDS)
def test_what_is_left_of_a_git_that_was_given_up_is_waited_for(
    image: Image, own_control_plane: ControlPlane, tmp_path: Path
) -> None:
    with (
        served_templates(tmp_path) as (git, templates),
        contained_agent(own_control_plane, image, tmp_path, git, "repo.fetchTimeout=1s", "repo.freshness=1s") as (
            agent,
            name,
        ),
    ):
        git.faults[Step.FETCH] = Stall(after_bytes=100)
        templates.commit("v9.0.0", hello="image:9")
        wait_until(lambda: agent.told("a repository cannot be fetched") != [], agent.log)

        def zombies() -> list[str]:
            shown = image.podman("top", name, "state", "args").stdout
            assert "argosy agent" in shown
            return [line for line in shown.splitlines() if line.startswith("Z")]

        wait_until(lambda: zombies() == [], zombies)
