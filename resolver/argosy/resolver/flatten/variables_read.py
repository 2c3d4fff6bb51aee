"""Variables that not every Workflow has: once a template is copied, Argo looks for them.

Its validation follows steps and tasks into WorkflowTemplates, and no hooks; of a Workflow it reads every template. So a
template that only a hook calls runs with such a variable as plain text, and copied, ends the Workflow before it begins.
Rule: ValidateWorkflow, addOutputsToScope and resolveAllVariables in workflow/validate/validate.go.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from argosy.resolver.flatten.limits import json_bytes
from argosy.resolver.shapes import mapping, sequence
from argosy.resolver.variables import is_dynamic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from argosy.resolver.manifests import JsonObject, Template, WorkflowSpec

_TAG: Final = re.compile(rb"\{\{\s*(workflow\.[^{}\s]+)\s*\}\}")
_GLOBAL_NAME: Final = re.compile(rb'"globalName":"([^"]+)"')
_ALWAYS: Final = frozenset(
    f"workflow.{name}"
    for name in (
        *("name", "namespace", "uid", "status", "mainEntrypoint", "serviceAccountName"),
        *("labels", "labels.json", "annotations", "annotations.json", "parameters", "parameters.json"),
        "failures",  # what reads them is seen to by `exit_handler`
    )
)
_ALWAYS_SOME: Final = (
    *("workflow.creationTimestamp", "workflow.duration", "workflow.scheduledTime"),
    *("workflow.labels.workflows.argoproj.io/", "workflow.annotations.workflows.argoproj.io/"),
)
"""What begins like this is not looked for, or may be written by Argo before it looks."""


@dataclass(frozen=True, slots=True)
class VariablesSet:
    """Those that one Workflow has: their names, and how others begin that it has when it runs."""

    names: frozenset[str]
    beginnings: tuple[str, ...]

    def __contains__(self, name: str) -> bool:
        return name in self.names or name.startswith(self.beginnings)

    def __or__(self, others: VariablesSet) -> VariablesSet:
        return VariablesSet(self.names | others.names, (*self.beginnings, *others.beginnings))


NO_VARIABLES: Final = VariablesSet(frozenset(), ())


def variables_read(template: Template, site: str) -> frozenset[str]:
    """Those that a template or a body inline in it reads; expression tags are never checked."""
    found = {tag.decode() for tag in _TAG.findall(json_bytes(template, site))}
    return frozenset(name for name in found - _ALWAYS if not name.startswith(_ALWAYS_SOME))


def variables_set(metadata: JsonObject, spec: WorkflowSpec, site: str) -> VariablesSet:
    """Those that a Workflow has by itself, or every Workflow by the controller's workflowDefaults."""
    given = {name.decode() for name in _GLOBAL_NAME.findall(json_bytes(spec, site))}
    outputs = {f"workflow.outputs.{kind}.{name}" for kind in ("parameters", "artifacts") for name in given}
    known = {name for name in outputs if not is_dynamic(name)}
    names = {*known, *_parameters(spec), *_labels_and_annotations(metadata, spec)}
    priority = () if spec.get("priority") is None else ("workflow.priority",)
    return VariablesSet(frozenset({*names, *priority}), ("workflow.outputs.",) if known < outputs else ())


def _parameters(spec: WorkflowSpec) -> Iterator[str]:
    arguments = mapping(spec.get("arguments"), "spec.arguments")
    for one in sequence(arguments.get("parameters"), "spec.arguments.parameters"):
        yield f"workflow.parameters.{mapping(one, 'spec.arguments.parameters').get('name')}"


def _labels_and_annotations(metadata: JsonObject, spec: WorkflowSpec) -> Iterator[str]:
    added = mapping(spec.get("workflowMetadata"), "spec.workflowMetadata")
    for holder in (metadata, added):
        for kind in ("labels", "annotations"):
            yield from (f"workflow.{kind}.{name}" for name in mapping(holder.get(kind), kind))
    yield from (f"workflow.labels.{name}" for name in mapping(added.get("labelsFrom"), "labelsFrom"))
