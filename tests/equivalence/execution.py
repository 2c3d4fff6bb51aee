"""The original as the controller executes it: its spec, merged with the template it names, and whose each part is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from argosy.resolver.asked import asked_by_workflow
from argosy.resolver.merge import merge_specs
from tests.equivalence.normalised import any_string
from tests.equivalence.resolution import Resolution, Scope, Target, Unresolvable, Way, kind_of

if TYPE_CHECKING:
    from argosy.resolver.manifests import JsonObject, Manifest, WorkflowSpec
    from argosy.resolver.sources import Resource
    from tests.equivalence.library import Library


_READ_FROM_THE_WORKFLOW = ("priority", "shutdown", "suspend")
"""The controller takes these from the Workflow itself, whatever it merged; ttlStrategy too, where it has one."""


@dataclass(frozen=True, slots=True)
class Execution:
    """A Workflow, or what a CronWorkflow makes one of, ready to be walked."""

    scope: Scope
    resolution: Resolution
    submitted: JsonObject
    """As its author wrote it."""
    template: Resource | None
    """What its workflowTemplateRef names, when that comes from git."""

    def hook_holder(self, event: str) -> Target:
        """Who calls a hook: the Workflow's own ask as it asks, the others came from the template's commit."""
        own = event in (self.submitted.get("hooks") or {})
        return self._holder(Scope(self.scope.spec) if own else self.scope)

    def holder(self) -> Target:
        """Who calls the entrypoint and the exit handler by name."""
        return self._holder(self.scope)

    def _holder(self, scope: Scope) -> Target:
        return Target({}, scope, Way.BY_NAME)


def spec_of(manifest: JsonObject) -> JsonObject:
    """The Workflow's spec, also where a CronWorkflow holds it."""
    spec = manifest["spec"]
    return cast("JsonObject", spec["workflowSpec"] if manifest.get("kind") == "CronWorkflow" else spec)


def execution_of(manifest: JsonObject, library: Library) -> Execution:
    """The original with its references to git looked up and merged."""
    submitted = spec_of(manifest)
    where = "spec.workflowSpec" if manifest.get("kind") == "CronWorkflow" else "spec"
    resolution = Resolution(library, asked_by_workflow(cast("Manifest", manifest), submitted, where), {})
    template = _workflow_template(submitted, resolution)
    spec = submitted if template is None else merged(submitted, template)
    if not all(each.get("name") for each in spec.get("templates") or []):
        raise Unresolvable("a template of the Workflow has no name, which Argo refuses")
    scope = Scope(spec, origin=template.origin if template else None)
    resolution = Resolution(library, resolution.asked, literal_parameters(spec))
    return Execution(scope, resolution, submitted, template)


def _workflow_template(spec: JsonObject, resolution: Resolution) -> Resource | None:
    reference = spec.get("workflowTemplateRef")
    if not reference or not resolution.asked.version:
        return None
    return resolution.resource(kind_of(reference), reference["name"], resolution.asked, None)


def merged(submitted: JsonObject, template: Resource) -> JsonObject:
    """What the controller executes for a workflowTemplateRef."""
    specs = submitted, cast("JsonObject", template.manifest)["spec"]
    result: JsonObject = {**merge_specs(*(cast("WorkflowSpec", spec) for spec in specs))}
    for name in (*_READ_FROM_THE_WORKFLOW, "workflowTemplateRef"):
        result.pop(name, None)
    own = {name: submitted[name] for name in (*_READ_FROM_THE_WORKFLOW, "ttlStrategy") if name in submitted}
    return {**result, **own}


def literal_parameters(spec: JsonObject) -> dict[str, str]:
    """The arguments whose value stands in the spec and has no variable of its own."""
    parameters = (spec.get("arguments") or {}).get("parameters") or []
    values = {each["name"]: any_string(each["value"]) for each in parameters if each.get("value") is not None}
    return {name: value for name, value in values.items() if isinstance(value, str) and "{{" not in value}


def exit_handler(spec: JsonObject) -> tuple[JsonObject | None, JsonObject]:
    """What runs last and with which arguments: onExit beats hooks.exit, whose expression nobody evaluates."""
    arguments: JsonObject = {**(spec.get("arguments") or {})}
    if spec.get("onExit"):
        return {"template": spec["onExit"]}, arguments
    hook = (spec.get("hooks") or {}).get("exit")
    if hook is None:
        return None, {}
    own: JsonObject = {**(hook.get("arguments") or {})}
    return hook, own if any(own.values()) else arguments
