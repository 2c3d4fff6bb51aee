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
def namespace(own_control_plane: ControlPlane) -> str:
    return own_control_plane.namespace("controlled")


@pytest.fixture
def controlled(
    own_control_plane: ControlPlane, namespace: str, request: pytest.FixtureRequest
) -> Generator[ControlPlane]:
    with own_control_plane.workflow_controller(getattr(request, "param", None), namespace=namespace):
        yield own_control_plane


def submit(plane: ControlPlane, namespace: str, suspend: dict[str, str]) -> tuple[str, ...]:
    """Where kubectl finds a new Workflow of one suspend template."""
    spec = {"entrypoint": "wait", "templates": [{"name": "wait", "suspend": suspend}]}
    metadata = {"name": "waits", "namespace": namespace}
    plane.apply({"apiVersion": "argoproj.io/v1alpha1", "kind": "Workflow", "metadata": metadata, "spec": spec})
    return f"--namespace={namespace}", "workflow/waits"


def reach(plane: ControlPlane, where: tuple[str, ...], phase: str) -> dict[str, Any]:
    """The status of a Workflow once it is in a phase."""
    plane.must("wait", *where, f"--for=jsonpath={{.status.phase}}={phase}", "--timeout=30s")
    status: dict[str, Any] = json.loads(plane.must("get", *where, "--output=json"))["status"]
    return status


def test_a_suspended_workflow_is_running_without_a_pod(controlled: ControlPlane, namespace: str) -> None:
    where = submit(controlled, namespace, {})
    status = reach(controlled, where, "Running")

    assert [(node["type"], node["phase"]) for node in status["nodes"].values()] == [("Suspend", "Running")]
    assert json.loads(controlled.must("get", where[0], "pods", "--output=json"))["items"] == []


def test_a_workflow_that_waits_a_second_succeeds(controlled: ControlPlane, namespace: str) -> None:
    where = submit(controlled, namespace, {"duration": "1s"})

    assert reach(controlled, where, "Succeeded")["progress"] == "1/1"


@pytest.mark.parametrize("controlled", [RESTRICTED], indirect=True)
def test_the_controller_reads_its_config_map(controlled: ControlPlane, namespace: str) -> None:
    where = submit(controlled, namespace, {})

    assert "workflows must use workflowTemplateRef" in reach(controlled, where, "Error")["message"]


def test_workflows_of_other_namespaces_wait_and_the_configuration_goes_with_the_controller(
    own_control_plane: ControlPlane, namespace: str
) -> None:
    elsewhere = submit(own_control_plane, own_control_plane.namespace("elsewhere"), {})
    with own_control_plane.workflow_controller(RESTRICTED, namespace=namespace):
        reach(own_control_plane, submit(own_control_plane, namespace, {}), "Error")
    found = own_control_plane.kubectl("get", "configmaps", "--namespace=argo", "--output=name").stdout

    assert "status" not in json.loads(own_control_plane.must("get", *elsewhere, "--output=json"))
    assert "workflow-controller-configmap" not in found
