"""The variables that a Workflow has when Argo looks for them, before it begins."""

from __future__ import annotations

from typing import TYPE_CHECKING

from argosy.resolver.flatten.outputs_given import outputs_given
from argosy.resolver.flatten.variables_read import VariablesSet
from argosy.resolver.shapes import mapping, sequence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from argosy.resolver.manifests import JsonObject, WorkflowSpec


def variables_set(metadata: JsonObject, spec: WorkflowSpec, site: str) -> VariablesSet:
    """Those that a Workflow has by itself, or every Workflow by the controller's workflowDefaults."""
    priority = () if spec.get("priority") is None else ("workflow.priority",)
    names = frozenset({*_parameters(spec), *_labels_and_annotations(metadata, spec), *priority})
    return VariablesSet(names, ()) | outputs_given(spec, site)


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
