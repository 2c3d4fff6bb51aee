"""The status of a pod as the kubelet would write it, while its containers run and when they have ended."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from argosy.resolver.manifests import JsonObject

NODE_NAME = "workflows.argoproj.io/node-name"
NODE_ID = "workflows.argoproj.io/node-id"
WORKFLOW = "workflows.argoproj.io/workflow"
COMPONENT = "workflows.argoproj.io/component"
ARTIFACT_COLLECTOR = "artifact-gc"
"""The component that a pod is labelled with which deletes artifacts, and runs no node."""
INSTANCE = "workflows.argoproj.io/controller-instanceid"
INSTANCE_OF_COLLECTOR = "ARGO_INSTANCE_ID"
CONTROLLED = (WORKFLOW, INSTANCE)
"""The labels by which a controller finds what is of its Workflows."""
ADDRESS = "10.0.0.1"
SERVICE_CONTAINERS = ("init", "wait")


def running(pod: JsonObject, now: str) -> JsonObject:
    """All containers have begun and are ready."""
    spec = pod["spec"]
    state = {"running": {"startedAt": now}}
    return {
        "phase": "Running",
        "startTime": now,
        "podIP": ADDRESS,
        "conditions": [{"type": "Ready", "status": "True"}],
        "initContainerStatuses": [
            _container(each, _ended(0, now), ready=False) for each in spec.get("initContainers") or []
        ],
        "containerStatuses": [_container(each, state, ready=True) for each in spec["containers"]],
    }


def ended(pod: JsonObject, exit_code: int, message: str, now: str) -> JsonObject:
    """All containers have ended, those of the template with this code; a message is that of the pod as a whole."""
    spec = pod["spec"]
    statuses = [
        _container(each, _ended(0 if each["name"] in SERVICE_CONTAINERS else exit_code, now), ready=False)
        for each in spec["containers"]
    ]
    status: JsonObject = {
        "phase": "Failed" if exit_code or message else "Succeeded",
        "conditions": [{"type": "Ready", "status": "False"}],
        "containerStatuses": statuses,
    }
    return {**status, "message": message} if message else status


def environment(pod: JsonObject, name: str) -> str:
    """What a variable of Argo's holds in the pod's containers; empty where none has it."""
    containers = [*(pod["spec"].get("initContainers") or []), *pod["spec"]["containers"]]
    found = [each.get("value", "") for one in containers for each in one.get("env") or [] if each["name"] == name]
    return found[0] if found else ""


def template_of(pod: JsonObject) -> JsonObject:
    """The template that it runs, with all that was substituted in it."""
    template: JsonObject = json.loads(environment(pod, "ARGO_TEMPLATE") or "{}")
    return template


def _ended(exit_code: int, now: str) -> JsonObject:
    reason = "Error" if exit_code else "Completed"
    return {"terminated": {"exitCode": exit_code, "reason": reason, "startedAt": now, "finishedAt": now}}


def _container(container: JsonObject, state: JsonObject, *, ready: bool) -> JsonObject:
    image = container["image"]
    return {
        "name": container["name"],
        "image": image,
        "imageID": f"sha256:{image}",
        "ready": ready,
        "restartCount": 0,
        "state": state,
    }
