"""Labels and annotations of pods: what a template gets from the object that defines it comes along with its copy.

By reference, a template's own keys win over its object's podMetadata, those over the Workflow's templateDefaults, those
over the Workflow's podMetadata. Locally the Workflow's podMetadata comes before its templateDefaults: where the two
differ, the value of templateDefaults is written into the copy. Rules: workflow/templateresolution/context.go
(addPodMetadata), workflow/controller/operator.go and workflowpod.go.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias, cast

from argosy.resolver.shapes import mapping

if TYPE_CHECKING:
    from argosy.resolver.manifests import Template, WorkflowSpec

PodMetadata: TypeAlias = dict[str, dict[str, str]]
"""Labels and annotations."""

_FIELDS = ("labels", "annotations")


def preferred_defaults(execution: WorkflowSpec) -> PodMetadata:
    """What templateDefaults say where the Workflow's podMetadata says it too."""
    return {
        field: {key: value for key, value in _defaults(execution, field).items() if key in rivals}
        for field, rivals in pod_metadata(execution).items()
    }


def pod_metadata(spec: WorkflowSpec) -> PodMetadata:
    """The podMetadata of a spec."""
    return {field: _pod_metadata(spec, field) for field in _FIELDS}


def baked(template: Template, *layers: PodMetadata) -> Template:
    """The template with metadata written into it: later layers over earlier ones, and its own over all."""
    own = mapping(template.get("metadata"), "metadata")
    changed: PodMetadata = {}
    for field in _FIELDS:
        before: dict[str, str] = mapping(own.get(field), field)
        values: dict[str, str] = {}
        for layer in layers:
            values |= layer[field]
        values |= before
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
