"""What a person does for a Workflow that waits for one, with Argo's CLI."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.podplayer.workflow_nodes import nodes_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from argosy.resolver.manifests import JsonObject

SUPPLIED = "supplied"


def waits_for_a_person(workflow: JsonObject) -> bool:
    """Whether a node is suspended until somebody resumes it."""
    return any(_is_suspended(node) and not _duration(workflow, node) for node in nodes_of(workflow).values())


def commands(workflow: JsonObject) -> Iterator[tuple[str, ...]]:
    """The arguments of `argo`, one call after the other: what nodes wait to be given, and then to go on."""
    name = workflow["metadata"]["name"]
    for node_id, node in nodes_of(workflow).items():
        if _is_suspended(node) and (awaited := _awaited(node)):
            given = (f"--output-parameter={parameter}={SUPPLIED}" for parameter in awaited)
            yield "node", "set", name, f"--node-field-selector=id={node_id}", *given
    yield "resume", name


def _is_suspended(node: JsonObject) -> bool:
    return node["type"] == "Suspend" and node.get("phase") == "Running"


def _awaited(node: JsonObject) -> list[str]:
    """The outputs that have no value until somebody gives one, and for which `argo resume` has none."""
    parameters = (node.get("outputs") or {}).get("parameters") or []
    return [
        one["name"]
        for one in parameters
        if "supplied" in (one.get("valueFrom") or {}) and "default" not in one["valueFrom"]
    ]


def _duration(workflow: JsonObject, node: JsonObject) -> str:
    """How long a suspended node waits by itself."""
    called = (node.get("templateRef") or {}).get("template") or node.get("templateName")
    found = [one for one in _known_templates(workflow) if one.get("name") == called and "suspend" in one]
    return next((duration for one in found if (duration := (one["suspend"] or {}).get("duration"))), "")


def _known_templates(workflow: JsonObject) -> list[JsonObject]:
    """Those of the Workflow, and what the controller keeps of those it refers to."""
    status = workflow.get("status") or {}
    stored = (status.get("storedWorkflowTemplateSpec") or {}).get("templates") or []
    referred = (status.get("storedTemplates") or {}).values()
    return [*(workflow["spec"].get("templates") or []), *stored, *referred]
