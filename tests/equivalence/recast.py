"""An upstream object recast, so that what it does is reached through a reference to git."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING

from argosy.resolver import contract

if TYPE_CHECKING:
    from argosy.resolver.manifests import JsonObject

NAME = "recast"
_MOVED = ("templates", "entrypoint", "onExit", "hooks")


def holder(workflow: JsonObject) -> JsonObject:
    """A WorkflowTemplate with the whole spec of the Workflow."""
    return {
        "apiVersion": contract.API_VERSION,
        "kind": "WorkflowTemplate",
        "metadata": {"name": NAME},
        "spec": copy.deepcopy(workflow["spec"]),
    }


def by_workflow_template_ref(name: str = NAME, *, cluster: bool = False) -> JsonObject:
    """A Workflow that is nothing but the template it names."""
    return _workflow({"workflowTemplateRef": {"name": name, **_scope(cluster=cluster)}})


def by_template_ref(workflow: JsonObject) -> JsonObject:
    """A Workflow with one step, which runs what was the entrypoint; hooks and exit handler become references too."""
    spec = copy.deepcopy(workflow["spec"])
    step = {"name": "call", "templateRef": _reference(spec["entrypoint"]), **_arguments(spec)}
    thin: JsonObject = {key: value for key, value in spec.items() if key not in _MOVED}
    thin |= {"entrypoint": "thin", "templates": [{"name": "thin", "steps": [[step]]}]}
    hooks = {event: _hook(hook) for event, hook in (spec.get("hooks") or {}).items()}
    if spec.get("onExit"):
        hooks["exit"] = {"templateRef": _reference(spec["onExit"])}
    if hooks:
        thin["hooks"] = hooks
    return _workflow(thin)


def calling_each_template(resource: JsonObject) -> JsonObject:
    """A Workflow with one step for each template of a WorkflowTemplate or ClusterWorkflowTemplate."""
    name, scope = resource["metadata"]["name"], _scope(cluster=resource["kind"] == "ClusterWorkflowTemplate")
    steps = [
        {
            "name": f"call-{index}",
            "templateRef": {"name": name, "template": template["name"], **scope},
            **_required(template),
        }
        for index, template in enumerate(resource["spec"]["templates"])
    ]
    return _workflow({"entrypoint": "thin", "templates": [{"name": "thin", "steps": [steps]}]})


def _workflow(spec: JsonObject) -> JsonObject:
    metadata = {"generateName": "thin-", "annotations": {contract.VERSION: "v1"}}
    return {"apiVersion": contract.API_VERSION, "kind": "Workflow", "metadata": metadata, "spec": spec}


def _scope(*, cluster: bool) -> JsonObject:
    return {"clusterScope": True} if cluster else {}


def _reference(template: str) -> JsonObject:
    return {"name": NAME, "template": template}


def _hook(hook: JsonObject) -> JsonObject:
    rest = {key: value for key, value in hook.items() if key not in ("template", "templateRef")}
    reference = hook.get("templateRef") or _reference(hook["template"])
    return {**rest, "templateRef": reference}


def _required(template: JsonObject) -> JsonObject:
    """Arguments for the inputs that have no value of their own."""
    inputs = (template.get("inputs") or {}).get("parameters") or []
    missing = [each["name"] for each in inputs if not {"value", "default", "valueFrom"} & set(each)]
    return {"arguments": {"parameters": [{"name": name, "value": "given"} for name in missing]}} if missing else {}


def _arguments(spec: JsonObject) -> JsonObject:
    """What the entrypoint needs: the arguments of the Workflow that have the names of its inputs."""
    entry = next(template for template in spec["templates"] if template["name"] == spec["entrypoint"])
    inputs = (entry.get("inputs") or {}).get("parameters") or []
    given = {each["name"] for each in (spec.get("arguments") or {}).get("parameters") or []}
    names = [each["name"] for each in inputs if each["name"] in given]
    parameters = [{"name": name, "value": f"{{{{workflow.parameters.{name}}}}}"} for name in names]
    return {"arguments": {"parameters": parameters}} if parameters else {}
