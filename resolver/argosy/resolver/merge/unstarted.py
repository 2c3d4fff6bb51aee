"""The merged spec as a Workflow that was never started may carry it, so that it runs as with its workflowTemplateRef.

The controller reads some fields from the Workflow itself and not from what it merged. A flattened Workflow is both,
so what the template says in those fields must not get in.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from argosy.resolver.errors import Denied, Reason
from argosy.resolver.merge.arguments import has_source
from argosy.resolver.merge.workflow_spec import joined, read_specs
from argosy.resolver.notices import Notice

if TYPE_CHECKING:
    from argosy.resolver.manifests import JsonObject, JsonValue, WorkflowSpec

_REFERENCE = "workflowTemplateRef"


@dataclass(frozen=True, slots=True)
class Merged:
    """A spec that needs its WorkflowTemplate no more, and what its user should know."""

    spec: WorkflowSpec
    notices: tuple[Notice, ...] = ()
    inheritable_priority: int | None = None
    """The template's priority, where it was left out: to be set after all if a template that is copied in later
    reads {{workflow.priority}} (see `reads_priority`)."""


def adopt(workflow_spec: WorkflowSpec, template_spec: WorkflowSpec, *, site: str) -> Merged:
    """The Workflow's spec with its template's merged under it; `site` is the place of the workflowTemplateRef.

    Raises Denied as `merge_specs` does, and for a template that is itself made of another: Argo follows one level.
    """
    spec_site = site.removesuffix(f".{_REFERENCE}")
    above, below = read_specs(workflow_spec, template_spec, spec_site)
    _check_one_level(below, site)
    merged = joined(above, below, spec_site)
    merged.pop(_REFERENCE, None)
    # The garbage collector reads the Workflow's own strategy first and whole: GetTTLStrategy in workflow_types.go.
    if "ttlStrategy" in above:
        merged["ttlStrategy"] = above["ttlStrategy"]
    notices = [*_names_only(above, merged, spec_site), *_shutdown(merged, above, spec_site)]
    inheritable = _priority(merged, above, notices, spec_site)
    return Merged(cast("WorkflowSpec", merged), tuple(notices), inheritable)


def reads_priority(value: JsonValue) -> bool:
    """Whether some text inside mentions {{workflow.priority}}, plainly or in an expression."""
    if isinstance(value, str):
        return "workflow.priority" in value and "{{" in value
    if isinstance(value, dict):
        return any(map(reads_priority, value.values()))
    return isinstance(value, list) and any(map(reads_priority, value))


def _check_one_level(below: JsonObject, site: str) -> None:
    if below.get(_REFERENCE):
        raise Denied(
            Reason.UNSUPPORTED_REFERENCE,
            f"the WorkflowTemplate has a {_REFERENCE} of its own, which Argo does not follow",
            site=site,
            remedy="name the WorkflowTemplate that has the templates",
        )


def _priority(merged: JsonObject, above: JsonObject, notices: list[Notice], site: str) -> int | None:
    """The queue and the locks read the Workflow's own priority; only the variable reads the template's as well."""
    if "priority" in above or "priority" not in merged:
        return None
    priority: int = merged.pop("priority")
    if not reads_priority(merged):
        return priority
    merged["priority"] = priority
    text = (
        f"the WorkflowTemplate's priority {priority} is kept, because {{{{workflow.priority}}}} is read; "
        "it now decides the Workflow's place in the queue as well"
    )
    notices.append(Notice(Reason.MERGED_DIFFERENTLY, text, f"{site}.priority"))
    return None


def _shutdown(merged: JsonObject, above: JsonObject, site: str) -> list[Notice]:
    """A shutdown is an order to one running Workflow, and never inherited."""
    if "shutdown" not in merged or "shutdown" in above:
        return []
    order = merged.pop("shutdown")
    text = f"the WorkflowTemplate's shutdown {order} is left out: it would stop every Workflow made of it"
    return [Notice(Reason.MERGED_DIFFERENTLY, text, f"{site}.shutdown")]


def _names_only(above: JsonObject, merged: JsonObject, site: str) -> list[Notice]:
    """Argo's validation refuses a parameter with only a name beside a workflowTemplateRef; merged it has a value."""
    with_value = {each.get("name") for each in merged.get("arguments", {}).get("parameters", ()) if has_source(each)}
    return [
        Notice(
            Reason.MERGED_DIFFERENTLY,
            "the parameter has a name only, so the WorkflowTemplate's applies; Argo itself would refuse it",
            f"{site}.arguments.parameters[{index}]",
        )
        for index, each in enumerate(above.get("arguments", {}).get("parameters", ()))
        if not has_source(each) and each.get("name") in with_value
    ]
