"""What nodes give to the whole Workflow by a `globalName`, as far as Argo knows of it before the Workflow begins.

It counts the outputs of a template when it comes to a step or a task that calls it. A name that is known only when the
node runs counts nowhere but in what an `onExit` leads to, and there only if it is that of an artifact. Rule:
addOutputsToScope and ValidateWorkflow in workflow/validate/validate.go.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from argosy.resolver.asked import NOTHING
from argosy.resolver.callers import Form, Reference, answered_template
from argosy.resolver.flatten.inline_bodies import bodies
from argosy.resolver.flatten.variables_read import VariablesSet
from argosy.resolver.shapes import mapping, sequence
from argosy.resolver.variables import is_dynamic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from argosy.resolver.manifests import Template, WorkflowSpec

_KINDS = ("parameters", "artifacts")


def outputs_given(spec: WorkflowSpec, site: str) -> VariablesSet:
    """All that may be there, where a template that is called stands in the cluster: nobody knows what that gives."""
    called = [one for one in _references(spec, site) if ".hooks." not in one.site and not one.site.endswith(".onExit")]
    if any(one.form is Form.TEMPLATE_REF for one in called):
        return VariablesSet(frozenset(), ("workflow.outputs.",))
    names = {one.template for one in called}
    beginnings = ("workflow.outputs.artifacts.",) if spec.get("onExit") and names_artifacts_at_run_time(spec) else ()
    return VariablesSet(frozenset(_given(spec, site, names)), beginnings)


def names_artifacts_at_run_time(spec: WorkflowSpec) -> bool:
    """Whether the name that some artifact is given is known only when its node runs."""
    return any(is_dynamic(name) for template in spec.get("templates") or [] for name in _names(template, "artifacts"))


def _references(spec: WorkflowSpec, site: str) -> list[Reference]:
    found: list[Reference] = []
    for index, template in enumerate(spec.get("templates") or []):
        answered_template(template, f"{site}.templates[{index}]", NOTHING, found.append)
    return found


def _given(spec: WorkflowSpec, site: str, called: set[str]) -> Iterator[str]:
    for template in spec.get("templates") or []:
        own = [template] if template.get("name") in called else []
        for body in (*own, *bodies(template, site).values()):
            yield from (f"workflow.outputs.{kind}.{name}" for kind in _KINDS for name in _names(body, kind))


def _names(template: Template, kind: str) -> Iterator[str]:
    outputs = mapping(template.get("outputs"), "outputs")
    for output in sequence(outputs.get(kind), f"outputs.{kind}"):
        if name := mapping(output, f"outputs.{kind}").get("globalName"):
            yield str(name)
