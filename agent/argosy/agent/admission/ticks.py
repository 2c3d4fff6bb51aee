"""What a CronWorkflow makes at each tick, and when the versions in it are decided."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any, cast

from argosy.resolver import contract
from argosy.resolver.asked import asked_by_workflow
from argosy.resolver.errors import Denied, Reason

if TYPE_CHECKING:
    from argosy.resolver.manifests import JsonObject, Manifest

__all__ = ["ResolveAt", "resolve_at", "tick_of"]


class ResolveAt(StrEnum):
    """When the versions of a CronWorkflow are turned into templates."""

    TICK = "Tick"
    """Anew for each Workflow it makes: a branch or a range moves on."""
    CREATION = "Creation"
    """Once, when the CronWorkflow is created or changed: its Workflows run what was flattened then."""


def resolve_at(manifest: Manifest) -> ResolveAt:
    """What the CronWorkflow's annotation chooses; without one, at each tick. Raises Denied for any other word."""
    value = _mapping(_mapping(manifest.get("metadata")).get("annotations")).get(contract.RESOLVE_AT, ResolveAt.TICK)
    try:
        return ResolveAt(value)
    except ValueError as error:
        raise Denied(
            Reason.INVALID_MANIFEST,
            f"{contract.RESOLVE_AT} is {value!r}",
            site="metadata.annotations",
            remedy=f"use one of {', '.join(ResolveAt)}",
        ) from error


def tick_of(manifest: Manifest) -> Manifest:
    """The Workflow that Argo makes of a CronWorkflow: workflow/common/convert.go, ConvertCronWorkflowToWorkflow.

    Its metadata is that of `spec.workflowMetadata`; nothing of the CronWorkflow's own gets there. Raises Denied when
    the CronWorkflow asks for a version where none of its Workflows would.
    """
    spec = _mapping(manifest.get("spec"))
    workflow_spec = _mapping(spec.get("workflowSpec"))
    inherited = _mapping(spec.get("workflowMetadata"))
    metadata = {key: inherited[key] for key in ("labels", "annotations") if key in inherited}
    tick = cast(
        "Manifest",
        {"apiVersion": contract.API_VERSION, "kind": "Workflow", "metadata": metadata, "spec": workflow_spec},
    )
    pinned = f"{contract.RESOLVE_AT}: {ResolveAt.CREATION}"
    own = asked_by_workflow(cast("Manifest", {"metadata": manifest.get("metadata")}), {})
    if own.version and not asked_by_workflow(tick, workflow_spec).version:
        raise Denied(
            Reason.INVALID_MANIFEST,
            f"version {own.version!r} would not reach the Workflows that this CronWorkflow makes",
            site=own.carrier,
            remedy=f"write it into spec.workflowMetadata.annotations, or annotate {pinned}",
        )
    return tick


def _mapping(value: Any) -> JsonObject:
    return value if isinstance(value, dict) else {}
