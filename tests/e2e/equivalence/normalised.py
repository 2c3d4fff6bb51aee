"""A run with what no two runs share taken out of it: times, ids, the namespace, and the names of copied templates.

The rules are those of flatten-semantics, "Equality oracle for tests": what must be equal stays.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from argosy.resolver import contract
from tests.podplayer import pod_statuses

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from argosy.resolver.manifests import JsonObject
    from tests.e2e.equivalence.runs import Run

STATUS = (
    "startedAt",
    "finishedAt",
    "estimatedDuration",
    "resourcesDuration",
    "storedTemplates",
    "storedWorkflowTemplateSpec",
    "nodes",
    "compressedNodes",
)
NODE = ("startedAt", "finishedAt", "estimatedDuration", "resourcesDuration", "templateRef", "templateScope")
SWEPT = "workflows.argoproj.io/completed"
"""The controller labels a pod when it has ended, which the player may see before it has looked at it first."""
METADATA = ("uid", "resourceVersion", "creationTimestamp", "managedFields", "generation", "selfLink", "ownerReferences")
OURS = ("pipekit.io.templates.", contract.PREFIX)
OWN_NOTES = ("workflows.argoproj.io/last-seen-version", "workflows.argoproj.io/pod-name-format")
"""A resourceVersion, by which the controller knows that what it reads is old; and how it names pods, which their names
show: a Workflow that ends at once may be without it.
"""
NONE_RUNS = {"type": "PodRunning", "status": "False"}
"""A condition that is there if the controller came back to the Workflow, which a busy one does sooner in its course."""
UNORDERED = ("children", "outboundNodes")
"""The controller walks the tasks of a DAG in no order of its own."""
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
_DURATION = re.compile(r"\b\d+\.\d{6}\b")
_PLACEHOLDER = re.compile(r"(__argo__internal__placeholder)-\d+")
"""The controller counts them while it validates."""
_FAILURES = re.compile(r'\[(\{\\*"displayName\\*":.*?\})\]')
"""What `{{workflow.failures}}` becomes, quoted any number of times, with nodes in no order of its own."""
_TOKEN_VOLUME = re.compile(r"\b(kube-api-access)-[a-z0-9]{5}\b")
"""The controller names it by chance, in the pods that it makes for HTTP templates."""
_SECONDS_AGO = re.compile(r"\b1[789]\d{8}\b")

Mapped = "Mapping[str, str]"


@dataclass(frozen=True, slots=True)
class Comparable:
    """What two runs of one case are compared by."""

    refusal: str
    workflow: JsonObject
    nodes: Mapping[str, JsonObject]
    """By name."""
    pods: Mapping[str, JsonObject]
    """By name of the node; without one, by their own."""
    claims: Mapping[str, JsonObject]
    config_maps: Mapping[str, JsonObject]

    def parts(self) -> JsonObject:
        """All of it as one object."""
        return {
            "refusal": self.refusal,
            "workflow": self.workflow,
            "nodes": self.nodes,
            "pods": self.pods,
            "claims": self.claims,
            "configMaps": self.config_maps,
        }


def comparable(run: Run, names: Mapping[str, str], pods: Mapping[str, str]) -> Comparable:
    """A run with its templates called by these names and its pods by those, as in the run that it is compared with."""
    substitutions = {run.namespace: "NAMESPACE", **pods}
    if uid := run.workflow.get("metadata", {}).get("uid"):
        substitutions[uid] = "UID"
    said = _sayer(substitutions)
    nodes = {node["name"]: node for node in run.nodes.values()}
    return Comparable(
        said(run.refusal),
        said(_workflow(run.workflow)),
        {said(name): said(_node(node, names)) for name, node in nodes.items()},
        {said(_node_name(pod)): said(_pod(pod, names)) for pod in run.pods.values()},
        {said(name): said(_object(claim)) for name, claim in run.claims.items()},
        {said(name): said(_object(found)) for name, found in run.config_maps.items()},
    )


def _workflow(workflow: JsonObject) -> JsonObject:
    kept = {key: value for key, value in (workflow.get("status") or {}).items() if key not in STATUS}
    kept["conditions"] = [one for one in kept.get("conditions") or [] if one != NONE_RUNS]
    if "outputs" in kept:
        # What nodes that run side by side give to the Workflow is there in the order in which they end.
        kept["outputs"] = {key: sorted(items, key=_called) for key, items in kept["outputs"].items()}
    return {"metadata": _metadata(workflow.get("metadata") or {}), "status": kept}


def _called(output: JsonObject) -> str:
    return str(output["name"])


def _node(node: JsonObject, names: Mapping[str, str]) -> JsonObject:
    kept = {key: sorted(value) if key in UNORDERED else value for key, value in node.items() if key not in NODE}
    called = template_name(node)
    # An inline body has no name, but for one that had to be given a name in a copy.
    kept.pop("templateName", None)
    return {**kept, "templateName": name} if (name := names.get(called, called)) else kept


def template_name(node: JsonObject) -> str:
    """Of a node: that of its reference, or that of a template of the Workflow."""
    reference = node.get("templateRef") or {}
    return str(reference.get("template") or node.get("templateName") or "")


def _pod(pod: JsonObject, names: Mapping[str, str]) -> JsonObject:
    spec = json.loads(json.dumps(pod["spec"]))
    if spec.get("activeDeadlineSeconds") != pod_statuses.template_of(pod).get("activeDeadlineSeconds"):
        spec["activeDeadlineSeconds"] = "what is left of the Workflow's"
    # The controller adds volumes for secrets in no order of its own.
    spec["volumes"] = sorted(spec.get("volumes") or [], key=lambda volume: volume["name"])
    for container in _containers(spec):
        container["volumeMounts"] = sorted(container.get("volumeMounts") or [], key=_place)
        for variable in container.get("env") or []:
            if variable["name"] == "ARGO_TEMPLATE" and variable.get("value"):
                variable["value"] = _template(json.loads(variable["value"]), names)
    metadata = _metadata(pod["metadata"])
    labels = {name: value for name, value in (metadata.get("labels") or {}).items() if name != SWEPT}
    return {"metadata": {**metadata, "labels": labels}, "spec": spec}


def _template(template: JsonObject, names: Mapping[str, str]) -> JsonObject:
    """As the executor reads it, which has the annotations of a template beside its metadata."""
    called = template.get("name", "")
    kept = _without_ours({key: value for key, value in template.items() if key != "metadata"})
    metadata = _without_ours(template.get("metadata") or {})
    return {**kept, "name": names.get(called, called), "metadata": metadata}


def _without_ours(holder: JsonObject) -> JsonObject:
    """Labels and annotations without the keys by which versions are asked for and told."""
    result = {key: value for key, value in holder.items() if key not in ("labels", "annotations")}
    for key in ("labels", "annotations"):
        values = {
            name: value for name, value in (holder.get(key) or {}).items() if not name.startswith((*OURS, *OWN_NOTES))
        }
        if values:
            result[key] = values
    return result


def _place(mount: JsonObject) -> str:
    return str(mount["mountPath"])


def _containers(spec: JsonObject) -> Iterable[JsonObject]:
    return [*(spec.get("initContainers") or []), *spec["containers"]]


def _node_name(pod: JsonObject) -> str:
    metadata = pod["metadata"]
    return str(metadata["annotations"].get(pod_statuses.NODE_NAME) or metadata["name"])


def _object(manifest: JsonObject) -> JsonObject:
    kept = {key: value for key, value in manifest.items() if key not in ("status", "metadata")}
    return {**kept, "metadata": _metadata(manifest["metadata"])}


def _metadata(metadata: JsonObject) -> JsonObject:
    return _without_ours({key: value for key, value in metadata.items() if key not in METADATA})


def _sorted(failures: re.Match[str]) -> str:
    return "[" + ",".join(sorted(failures[1].replace("},{", "}\n{").split("\n"))) + "]"


def _sayer(substitutions: Mapping[str, str]) -> Callable[[Any], Any]:
    """What replaces each text in a value, keys included, with what all runs call it."""
    pattern = re.compile("|".join(re.escape(each) for each in sorted(substitutions, key=len, reverse=True)))

    def say(value: Any) -> Any:
        if isinstance(value, str):
            text = pattern.sub(lambda found: substitutions[found[0]], value)
            text = _FAILURES.sub(_sorted, _DURATION.sub("DURATION", _TIME.sub("TIME", text)))
            return _TOKEN_VOLUME.sub(r"\1", _PLACEHOLDER.sub(r"\1", _SECONDS_AGO.sub("EPOCH", text)))
        if isinstance(value, dict):
            return {say(key): say(item) for key, item in value.items()}
        return [say(item) for item in value] if isinstance(value, list) else value

    return say
