"""What became of one Workflow: as the controller left it, with all that it made."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.podplayer.workflow_nodes import nodes_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from argosy.resolver.manifests import JsonObject

COMPLETED = "workflows.argoproj.io/completed"
MOST_NODES = 400
"""What has more of them is taken to call itself without end."""


@dataclass(frozen=True, slots=True)
class Run:
    """Either a refusal, or a Workflow and its pods, claims and caches by name."""

    namespace: str
    refusal: str = ""
    workflow: JsonObject = field(default_factory=dict["str", "object"])
    pods: Mapping[str, JsonObject] = field(default_factory=dict["str", "JsonObject"])
    claims: Mapping[str, JsonObject] = field(default_factory=dict["str", "JsonObject"])
    config_maps: Mapping[str, JsonObject] = field(default_factory=dict["str", "JsonObject"])
    trouble: str = ""
    """What the pods could not be played for; then nothing else counts."""

    @property
    def is_finished(self) -> bool:
        return bool(self.refusal) or is_completed(self.workflow)

    @property
    def is_good(self) -> bool:
        """Whether Argo could run it to an end, be it that of a container that fails."""
        return self.phase in ("Succeeded", "Failed") and not self.message.startswith("invalid spec")

    @property
    def nodes(self) -> Mapping[str, JsonObject]:
        """By id."""
        return nodes_of(self.workflow)

    @property
    def message(self) -> str:
        return str((self.workflow.get("status") or {}).get("message", ""))

    @property
    def phase(self) -> str:
        return str((self.workflow.get("status") or {}).get("phase", ""))


def is_completed(workflow: JsonObject) -> bool:
    """Whether the controller has nothing more to do with it."""
    return (workflow.get("metadata", {}).get("labels") or {}).get(COMPLETED) == "true"


def calls_itself(workflow: JsonObject) -> bool:
    """Whether it has grown so much that it will not end."""
    return len(nodes_of(workflow)) > MOST_NODES


def waits_for_a_person(workflow: JsonObject) -> bool:
    """Whether a node is suspended until somebody resumes it."""
    return any(
        node["type"] == "Suspend" and node.get("phase") == "Running" and not _duration(workflow, node)
        for node in nodes_of(workflow).values()
    )


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
