"""What is flattened: a Workflow, or the Workflow inside a CronWorkflow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from argosy.resolver.references import asked_of, spec_of
from argosy.resolver.shapes import mapping

if TYPE_CHECKING:
    from collections.abc import Mapping

    from argosy.resolver.asked import Asked
    from argosy.resolver.manifests import JsonObject, JsonValue, Manifest, WorkflowSpec

_KINDS = ("Workflow", "CronWorkflow")
_STARTED = ("nodes", "compressedNodes", "offloadNodeStatusVersion")


@dataclass(frozen=True, slots=True)
class Subject:
    """A manifest and the spec in it that is to be flattened."""

    manifest: Manifest
    spec: WorkflowSpec
    site: str
    asked: Asked

    @classmethod
    def of(cls, manifest: Manifest) -> Subject | None:
        """None: not a Workflow, or one whose nodes hold the names of its templates already."""
        status = mapping(manifest.get("status"), "status")
        if manifest.get("kind") not in _KINDS or any(status.get(field) for field in _STARTED):
            return None
        spec, site = spec_of(manifest)
        return cls(manifest, spec, site, asked_of(manifest))

    @property
    def is_cron(self) -> bool:
        return self.manifest.get("kind") == "CronWorkflow"

    @property
    def metadata(self) -> JsonObject:
        """Of the Workflow, as far as it is known: a CronWorkflow has it beside the spec of the Workflow."""
        manifest: JsonValue = self.manifest
        field, holder = ("workflowMetadata", manifest["spec"]) if self.is_cron else ("metadata", manifest)
        metadata: JsonObject = mapping(holder.get(field), field)
        return metadata

    def with_spec(self, spec: WorkflowSpec, labels: Mapping[str, str]) -> Manifest:
        """The manifest with another spec, and with labels for the Workflow: a CronWorkflow hands them on to it."""
        manifest: JsonValue = self.manifest
        if not self.is_cron:
            metadata = {"metadata": _labelled(manifest.get("metadata"), labels)} if labels else {}
            return cast("Manifest", {**manifest, **metadata, "spec": spec})
        outer = {**manifest["spec"], "workflowSpec": spec}
        if labels:
            outer["workflowMetadata"] = _labelled(outer.get("workflowMetadata"), labels)
        return cast("Manifest", {**manifest, "spec": outer})


def _labelled(metadata: JsonValue, labels: Mapping[str, str]) -> JsonValue:
    before = mapping(metadata, "metadata")
    return {**before, "labels": {**(before.get("labels") or {}), **labels}}
