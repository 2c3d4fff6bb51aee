"""The labels and annotations that a pod gets in the end.

templateresolution/context.go fills a template from the podMetadata of the object that defines it, operator.go then
lays it over templateDefaults, and workflowpod.go last lays it over the Workflow's podMetadata. A local template of
the Workflow therefore prefers podMetadata to templateDefaults; every other one prefers templateDefaults.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.equivalence.normalised import without_asked

if TYPE_CHECKING:
    from argosy.resolver.manifests import JsonObject

POD_TYPES = ("container", "script", "containerSet", "resource", "data")


def makes_a_pod(template: JsonObject) -> bool:
    """Steps, dag and suspend make none; http and plugin run in the agent's pod."""
    return any(kind in template for kind in POD_TYPES)


def of_local(template: JsonObject, execution: JsonObject) -> dict[str, JsonObject]:
    """For a template of the Workflow itself, called by name."""
    return _layered(template.get("metadata"), execution.get("podMetadata"), _defaults(execution))


def of_inline(template: JsonObject, execution: JsonObject) -> dict[str, JsonObject]:
    """For an inline body, wherever it stands: the object that holds it adds nothing."""
    return _layered(template.get("metadata"), _defaults(execution), execution.get("podMetadata"))


def of_referenced(template: JsonObject, resource: JsonObject, execution: JsonObject) -> dict[str, JsonObject]:
    """For a template of another object, reached by templateRef or by name from there."""
    own = template.get("metadata")
    return _layered(own, resource.get("podMetadata"), _defaults(execution), execution.get("podMetadata"))


def of_template_alone(template: JsonObject) -> dict[str, JsonObject]:
    """What the template itself says."""
    return _layered(template.get("metadata"))


def _defaults(execution: JsonObject) -> JsonObject | None:
    defaults = execution.get("templateDefaults")
    return defaults.get("metadata") if defaults else None


def _layered(*layers: JsonObject | None) -> dict[str, JsonObject]:
    result: dict[str, JsonObject] = {"labels": {}, "annotations": {}}
    for layer in reversed(layers):
        if layer:
            result["labels"].update(without_asked(layer.get("labels")))
            result["annotations"].update(without_asked(layer.get("annotations")))
    return result
