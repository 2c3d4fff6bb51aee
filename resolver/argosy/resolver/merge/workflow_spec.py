"""The spec that the controller executes for a Workflow with a workflowTemplateRef: JoinWorkflowSpec of Argo 4.1."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from argosy.resolver.errors import Denied
from argosy.resolver.merge.arguments import joined_arguments
from argosy.resolver.merge.conflicts import conflict
from argosy.resolver.merge.reading import read_struct
from argosy.resolver.merge.schema import WORKFLOW_SPEC
from argosy.resolver.merge.strategic import merged_struct

if TYPE_CHECKING:
    from argosy.resolver.manifests import JsonObject, WorkflowSpec


def merge_specs(workflow: WorkflowSpec, template: WorkflowSpec, *, site: str = "spec") -> WorkflowSpec:
    """The Workflow's spec laid over its template's, as JoinWorkflowSpec(workflow, template, nil) of Argo 4.1.2.

    Fields come in the order of Argo's structs and map keys sorted, whatever the order of the inputs, which are not
    changed. Zero values that only Go's writing adds are left out. Raises Denied where Argo cannot read a spec
    (INVALID_MANIFEST, LIMIT_EXCEEDED) or cannot merge the two (MERGE_CONFLICT).
    """
    return cast("WorkflowSpec", joined(*read_specs(workflow, template, site), site))


def read_specs(workflow: WorkflowSpec, template: WorkflowSpec, site: str) -> tuple[JsonObject, JsonObject]:
    """Both specs as Go reads and writes them."""
    above = read_struct(cast("JsonObject", workflow), WORKFLOW_SPEC, site)
    return above, read_struct(cast("JsonObject", template), WORKFLOW_SPEC, f"WorkflowTemplate {site}")


def joined(above: JsonObject, below: JsonObject, site: str) -> JsonObject:
    """Specs that were read, the Workflow's above and the template's below, made one."""
    merged = merged_struct(_without_keyed_wholes(below), above, WORKFLOW_SPEC, site)
    _add_keyed_wholes(merged, below)
    # The controller compares pointers, so suspend is exactly the Workflow's.
    merged["suspend"] = above.get("suspend")
    if "arguments" in merged:
        arguments = above.get("arguments", {}), below.get("arguments", {})
        merged["arguments"] = joined_arguments(merged["arguments"], *arguments, f"{site}.arguments")
    return _read_again(merged, site)


def _without_keyed_wholes(template: JsonObject) -> JsonObject:
    """The template without hooks and labelsFrom, whose entries do not merge."""
    result = {key: value for key, value in template.items() if key != "hooks"}
    if "workflowMetadata" in template:
        metadata = template["workflowMetadata"]
        result["workflowMetadata"] = {key: value for key, value in metadata.items() if key != "labelsFrom"}
    return result


def _add_keyed_wholes(merged: JsonObject, template: JsonObject) -> None:
    """The template's hooks and labelsFrom where the Workflow has none of that name."""
    merged["hooks"] = {**template.get("hooks", {}), **merged.get("hooks", {})}
    labels_from = template.get("workflowMetadata", {}).get("labelsFrom")
    if labels_from:
        metadata = merged["workflowMetadata"]
        merged["workflowMetadata"] = {**metadata, "labelsFrom": {**labels_from, **metadata.get("labelsFrom", {})}}


def _read_again(merged: JsonObject, site: str) -> JsonObject:
    """What Go reads of the merged JSON: it refuses, for one, a plugin that got a second key."""
    try:
        return read_struct(merged, WORKFLOW_SPEC, site)
    except Denied as error:
        raise conflict(error.problem, error.site) from error
