"""Argo's controller runs Workflows here, as far as no pod is needed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Generator

    from tests.controlplane.cluster import ControlPlane

RESTRICTED = {"workflowRestrictions": {"templateReferencing": "Strict"}}


@pytest.fixture
def controlled(own_control_plane: ControlPlane, request: pytest.FixtureRequest) -> Generator[ControlPlane]:
    with own_control_plane.workflow_controller(getattr(request, "param", None)):
        yield own_control_plane


def submit(plane: ControlPlane, suspend: dict[str, str]) -> tuple[str, ...]:
    """Where kubectl finds a new Workflow of one suspend template."""
    namespace = plane.namespace("controlled")
    spec = {"entrypoint": "wait", "templates": [{"name": "wait", "suspend": suspend}]}
    metadata = {"name": "waits", "namespace": namespace}
    plane.apply({"apiVersion": "argoproj.io/v1alpha1", "kind": "Workflow", "metadata": metadata, "spec": spec})
    return f"--namespace={namespace}", "workflow/waits"


def reach(plane: ControlPlane, where: tuple[str, ...], phase: str) -> dict[str, Any]:
    """The status of a Workflow once it is in a phase."""
    plane.must("wait", *where, f"--for=jsonpath={{.status.phase}}={phase}", "--timeout=30s")
    status: dict[str, Any] = json.loads(plane.must("get", *where, "--output=json"))["status"]
    return status


def test_a_suspended_workflow_is_running_without_a_pod(controlled: ControlPlane) -> None:
    where = submit(controlled, {})
    status = reach(controlled, where, "Running")

    assert [(node["type"], node["phase"]) for node in status["nodes"].values()] == [("Suspend", "Running")]
    assert json.loads(controlled.must("get", where[0], "pods", "--output=json"))["items"] == []


def test_a_workflow_that_waits_a_second_succeeds(controlled: ControlPlane) -> None:
    where = submit(controlled, {"duration": "1s"})

    assert reach(controlled, where, "Succeeded")["progress"] == "1/1"


@pytest.mark.parametrize("controlled", [RESTRICTED], indirect=True)
def test_the_controller_reads_its_config_map(controlled: ControlPlane) -> None:
    where = submit(controlled, {})

    assert "workflows must use workflowTemplateRef" in reach(controlled, where, "Error")["message"]
