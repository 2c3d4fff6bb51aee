"""An object from git as it may stand in a cluster."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from argosy.resolver import contract
from argosy.resolver.shapes import mapping

if TYPE_CHECKING:
    from argosy.resolver.manifests import JsonObject, Namespace, ResourceName, WorkflowSpec, WorkflowTemplate
    from argosy.resolver.sources import Resource

__all__ = ["deliverable"]


def deliverable(resource: Resource, name: ResourceName, namespace: Namespace, spec: WorkflowSpec) -> WorkflowTemplate:
    """The object under a name and with a spec, and of its metadata what means the same in a cluster.

    What Argosy writes itself, and what asks for versions, is not taken from git. Raises Denied(INVALID_MANIFEST).
    """
    metadata: JsonObject = {"name": name}
    if namespace and resource.kind == "WorkflowTemplate":
        metadata["namespace"] = namespace
    written = mapping(resource.manifest.get("metadata"), "metadata")
    for kind in ("labels", "annotations"):
        values = _kept(mapping(written.get(kind), f"metadata.{kind}"))
        if values:
            metadata[kind] = values
    return cast(
        "WorkflowTemplate",
        {"apiVersion": contract.API_VERSION, "kind": resource.kind, "metadata": metadata, "spec": spec},
    )


def _kept(values: JsonObject) -> JsonObject:
    return {
        key: value
        for key, value in values.items()
        if not key.startswith((contract.PREFIX, contract.USES)) and key not in contract.ASKED_KEYS
    }
