"""What became of one Workflow: as the controller left it, with all that it made."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.podplayer.workflow_nodes import nodes_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from argosy.resolver.manifests import JsonObject

COMPLETED = "workflows.argoproj.io/completed"
ARTIFACT_FINALIZER = "workflows.argoproj.io/artifact-gc"
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
    def messages(self) -> str:
        """Of the Workflow and of its nodes, one in a line."""
        return "\n".join([self.message, *(str(node.get("message", "")) for node in self.nodes.values())])

    @property
    def phase(self) -> str:
        return str((self.workflow.get("status") or {}).get("phase", ""))


def is_completed(workflow: JsonObject) -> bool:
    """Whether the controller has nothing more to do with it."""
    return (workflow.get("metadata", {}).get("labels") or {}).get(COMPLETED) == "true"


def has_artifacts_to_delete(workflow: JsonObject) -> bool:
    """Whether some are deleted once it is completed, or deleted itself."""
    return ARTIFACT_FINALIZER in (workflow["metadata"].get("finalizers") or [])


def is_collected(workflow: JsonObject, collectors: Iterable[str]) -> bool:
    """Whether the artifacts are deleted that go when it is completed, by pods of these names."""
    done = (workflow.get("status") or {}).get("artifactGCStatus") or {}
    is_begun = "OnWorkflowCompletion" in (done.get("strategiesProcessed") or {})
    return is_begun and set(collectors) <= set(done.get("podsRecouped") or {})


def calls_itself(workflow: JsonObject) -> bool:
    """Whether it has grown so much that it will not end."""
    return len(nodes_of(workflow)) > MOST_NODES
