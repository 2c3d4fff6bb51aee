"""Is the flattened form, run without any WorkflowTemplate, what the original would have been with them?"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, cast

from argosy.resolver import contract
from tests.equivalence.comparison import Comparison, Pair, callers
from tests.equivalence.differences import Difference, Rule
from tests.equivalence.execution import Execution, execution_of, exit_handler, spec_of
from tests.equivalence.naming import name_differences
from tests.equivalence.normalised import first_difference, normalised
from tests.equivalence.pod_metadata import makes_a_pod
from tests.equivalence.resolution import Scope, Target, Way, named

if TYPE_CHECKING:
    from argosy.resolver.flattened import Flattened
    from argosy.resolver.manifests import JsonObject
    from argosy.resolver.sources import Origin, Resource
    from tests.equivalence.library import Library

_FAILURES = re.compile(r"\{\{\s*workflow\.failures\s*\}\}")
_LABEL_VALUE = re.compile(r"(?:[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?")
_COMPARED_BY_THEMSELVES = ("templates", "hooks", "onExit", "entrypoint")


def differences(original: JsonObject, flattened: Flattened, library: Library) -> list[Difference]:
    """Everything that the flattened form does otherwise; raises Unresolvable where it should have been denied."""
    execution = execution_of(original, library)
    manifest = cast("JsonObject", flattened.manifest)
    output = Scope(spec_of(manifest))
    comparison = Comparison(execution.scope, output, execution.resolution)
    compare_roots(comparison, execution)
    comparison.walk()
    own = [template["name"] for template in execution.scope.spec.get("templates") or []]
    _compare_own(comparison, own)
    return [
        *_object_differences(original, manifest, execution),
        *comparison.differences,
        *name_differences(comparison, own, flattened.renames),
        *_taken_differences(flattened, comparison, execution),
        *_left_references(output.spec, comparison),
        *_failures_differences(output.spec, own),
        *(() if manifest is original else _label_differences(output.spec)),
    ]


def compare_roots(comparison: Comparison, execution: Execution) -> None:
    """The Workflow's hooks and exit handler, and every template of its own: Argo validates them all."""
    spec, output = execution.scope.spec, comparison.output.spec
    entry, answer = (execution.resolution.substituted(each.get("entrypoint") or "") for each in (spec, output))
    if entry != answer:
        comparison.differ(Rule.OWN, "spec.entrypoint", f"{entry!r} became {answer!r}")
    _compare_hooks(comparison, execution)
    _compare_exit(comparison, execution)
    if defaults := spec.get("templateDefaults"):
        # Its tasks join every DAG, by name; its steps never take effect.
        original = Target(_tasks_only(defaults), execution.scope, Way.BY_NAME)
        answers = Target(_tasks_only(output.get("templateDefaults") or {}), comparison.output, Way.BY_NAME)
        comparison.enqueue(original, answers, "spec.templateDefaults")
    for template in spec.get("templates") or []:
        copy = comparison.output.template(template["name"])
        if copy is None:
            comparison.differ(Rule.OWN, "spec.templates", f"{template['name']!r} is gone")
            continue
        original = named(execution.scope, template["name"], Way.BY_NAME)
        comparison.enqueue(original, Target(copy, comparison.output, Way.BY_NAME), template["name"])


def _compare_hooks(comparison: Comparison, execution: Execution) -> None:
    hooks, answers = (_live_hooks(scope.spec) for scope in (execution.scope, comparison.output))
    if set(hooks) != set(answers):
        comparison.differ(Rule.CALLS, "spec.hooks", f"{sorted(hooks)} became {sorted(answers)}")
    dead = execution.scope.spec.get("onExit") and "exit" in (comparison.output.spec.get("hooks") or {})
    for event in sorted(set(hooks) & set(answers)) + (["exit"] if dead else []):
        pair = Pair(execution.hook_holder(event), Target({}, comparison.output, Way.BY_NAME), "spec")
        hook, answer = ({event: scope.spec["hooks"][event]} for scope in (execution.scope, comparison.output))
        comparison.compare_hooks(pair, hook, answer, "spec.hooks")


def _live_hooks(spec: JsonObject) -> JsonObject:
    """The exit hook is compared with onExit, which beats it."""
    return {event: hook for event, hook in (spec.get("hooks") or {}).items() if event != "exit"}


def _compare_exit(comparison: Comparison, execution: Execution) -> None:
    handler, arguments = exit_handler(execution.scope.spec)
    answer, given = exit_handler(comparison.output.spec)
    if handler is None or answer is None:
        if handler is not answer:
            comparison.differ(Rule.CALLS, "spec.onExit", f"{handler!r} became {answer!r}")
        return
    if found := first_difference(normalised(arguments), normalised(given)):
        comparison.differ(Rule.CALLS, "spec.onExit.arguments", found)
    holder = execution.holder() if execution.scope.spec.get("onExit") else execution.hook_holder("exit")
    pair = Pair(holder, Target({}, comparison.output, Way.BY_NAME), "spec")
    comparison.compare_targets(pair, handler, answer, "spec.onExit")


def _compare_own(comparison: Comparison, own: list[str]) -> None:
    names = [template["name"] for template in comparison.output.spec.get("templates") or []]
    if names[: len(own)] != own:
        comparison.differ(Rule.OWN, "spec.templates", f"{own} do not come first in {names}")


def _object_differences(original: JsonObject, output: JsonObject, execution: Execution) -> list[Difference]:
    """Everything outside of templates and hooks, with the label that the controller sets for a workflowTemplateRef."""
    expected, actual = (outside(each, spec_of(each)) for each in (original, output))
    expected["spec"] = _other_fields(execution.scope.spec)
    if execution.template is not None:
        _label(expected, execution)
        priority = execution.template.manifest.get("spec", {}).get("priority")
        # Only the variable reads the template's priority, so it comes along with a template that uses the variable.
        if priority is not None and "{{workflow.priority}}" in str(output):
            expected["spec"].setdefault("priority", priority)
    return [Difference(Rule.OBJECT, "object", found)] if (found := first_difference(expected, actual)) else []


def outside(manifest: JsonObject, spec: JsonObject) -> JsonObject:
    metadata: JsonObject = {"labels": {}, "annotations": {}, **(manifest.get("metadata") or {})}
    for carrier in ("labels", "annotations"):
        values = metadata[carrier] or {}
        metadata[carrier] = {key: value for key, value in values.items() if not key.startswith(contract.PREFIX)}
    around: JsonObject = {key: value for key, value in manifest["spec"].items() if key != "workflowSpec"}
    return {
        "kind": manifest["kind"],
        "apiVersion": manifest.get("apiVersion"),
        "metadata": metadata,
        "cron": around if manifest["kind"] == "CronWorkflow" else {},
        "spec": _other_fields(spec),
    }


def _other_fields(spec: JsonObject) -> JsonObject:
    """The spec without what is compared by itself."""
    rest = {key: value for key, value in normalised(spec).items() if key not in _COMPARED_BY_THEMSELVES}
    defaults = rest.get("templateDefaults") or {}
    if "dag" in defaults:
        dag = {key: value for key, value in defaults["dag"].items() if key != "tasks"}
        rest["templateDefaults"] = {**defaults, "dag": dag}
    return rest


def _tasks_only(defaults: JsonObject) -> JsonObject:
    return {"dag": {"tasks": (defaults.get("dag") or {}).get("tasks") or []}}


def _label(expected: JsonObject, execution: Execution) -> None:
    """The label of section 4.6; a CronWorkflow hands it to the Workflows that it makes."""
    resource = execution.template
    if resource is None:
        return
    cluster = resource.kind == "ClusterWorkflowTemplate"
    key = contract.ARGO_CLUSTER_WORKFLOW_TEMPLATE if cluster else contract.ARGO_WORKFLOW_TEMPLATE
    if expected["kind"] == "CronWorkflow":
        metadata = expected["cron"].setdefault("workflowMetadata", {})
    else:
        metadata = expected["metadata"]
    metadata["labels"] = {**(metadata.get("labels") or {}), key: resource.name}


def _taken_differences(flattened: Flattened, comparison: Comparison, execution: Execution) -> list[Difference]:
    """What is told to have been taken, in its order, is what the walk came through."""
    adopted = [] if execution.template is None else [execution.template]
    expected = sorted({_place(resource) for resource in (*comparison.resources.values(), *adopted)})
    actual = [_place(found.resource) for found in flattened.taken]
    return [] if expected == actual else [Difference(Rule.TAKEN, "taken", f"{expected} became {actual}")]


def _place(resource: Resource) -> tuple[Origin, str, str]:
    return resource.origin, resource.kind, resource.name


def _left_references(spec: JsonObject, comparison: Comparison) -> list[Difference]:
    """Both ways to name a template on one step, which Argo refuses; references where none was left to the cluster."""
    result: list[Difference] = []
    for template in spec.get("templates") or []:
        for place, caller in callers(template):
            site = f"{template['name']}.{place}"
            if caller.get("templateRef") and caller.get("template"):
                result.append(Difference(Rule.VALIDATION, site, "has a template and a templateRef"))
            if caller.get("templateRef") and not comparison.in_cluster:
                result.append(Difference(Rule.TARGET, site, "has a templateRef, and no reference was left"))
    return result


def _failures_differences(spec: JsonObject, own: list[str]) -> list[Difference]:
    """validate.go knows {{workflow.failures}} only when spec.onExit is set; it does not look into expressions."""
    if spec.get("onExit"):
        return []
    copied: list[JsonObject] = [each for each in spec.get("templates") or [] if each["name"] not in own]
    return [
        Difference(Rule.VALIDATION, template["name"], "uses workflow.failures, and spec.onExit is not set")
        for template in copied
        if _FAILURES.search(str(template))
    ]


def _label_differences(spec: JsonObject) -> list[Difference]:
    """A version that no label can hold, where it would become a label of a pod and the pod be refused."""
    return [
        Difference(Rule.VALIDATION, template["name"], f"label {key} is {value!r}: no pod can have it")
        for template in spec.get("templates") or []
        if makes_a_pod(template)
        for key, value in ((template.get("metadata") or {}).get("labels") or {}).items()
        if key in contract.ASKED_KEYS and not _LABEL_VALUE.fullmatch(value)
    ]
