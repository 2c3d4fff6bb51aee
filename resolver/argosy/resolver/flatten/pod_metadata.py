"""Labels and annotations of pods: what a template gets from the object that defines it comes along with its copy.

By reference, a template's own keys win over its object's podMetadata, those over the Workflow's templateDefaults, those
over the Workflow's podMetadata. Locally the Workflow's podMetadata comes before its templateDefaults: where the two
differ, the value of templateDefaults is written into the copy. Rules: workflow/templateresolution/context.go
(addPodMetadata), workflow/controller/operator.go and workflowpod.go.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from argosy.resolver.shapes import mapping

if TYPE_CHECKING:
    from argosy.resolver.manifests import JsonValue, Template, WorkflowSpec

_FIELDS = ("labels", "annotations")


def baked(template: Template, defined_in: WorkflowSpec | None, execution: WorkflowSpec) -> Template:
    """A copy with the metadata it had by reference; `defined_in` is None for a hoisted inline body."""
    own = mapping(template.get("metadata"), "metadata")
    changed: dict[str, JsonValue] = {}
    for field in _FIELDS:
        before = mapping(own.get(field), field)
        rivals = _pod_metadata(execution, field)
        preferred = {key: value for key, value in _defaults(execution, field).items() if key in rivals}
        values = {**preferred, **_pod_metadata(defined_in or {}, field), **before}
        if values != before:
            changed[field] = values
    if not changed:
        return template
    return cast("Template", {**template, "metadata": {**own, **changed}})


def reads_alike(submitted: WorkflowSpec, adopted: WorkflowSpec, execution: WorkflowSpec) -> bool:
    """Whether a template of the adopted object gets the same metadata by its local name as by reference."""
    for field in _FIELDS:
        provided = _pod_metadata(adopted, field)
        by_reference = {**_defaults(execution, field), **provided}
        for key, value in _pod_metadata(submitted, field).items():
            if by_reference.get(key, value) != value:
                return False
    return True


def _defaults(execution: WorkflowSpec, field: str) -> dict[str, str]:
    defaults = mapping(execution.get("templateDefaults"), "templateDefaults")
    values: dict[str, str] = mapping(mapping(defaults.get("metadata"), "templateDefaults.metadata").get(field), field)
    return values


def _pod_metadata(spec: WorkflowSpec, field: str) -> dict[str, str]:
    values: dict[str, str] = mapping(mapping(spec.get("podMetadata"), "podMetadata").get(field), f"podMetadata.{field}")
    return values
