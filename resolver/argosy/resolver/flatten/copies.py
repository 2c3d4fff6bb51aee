"""Copying templates into the Workflow: renamed, their references rewritten, their object's metadata baked in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from argosy.resolver.flatten.pod_metadata import PodMetadata, baked
from argosy.resolver.flatten.resolution import Base
from argosy.resolver.references import Reference, answered_template

if TYPE_CHECKING:
    from collections.abc import Mapping

    from argosy.resolver.flatten.execution import Execution
    from argosy.resolver.flatten.resolution import Resolution
    from argosy.resolver.flattened import Identity
    from argosy.resolver.manifests import JsonValue, Template, TemplateName, WorkflowSpec


@dataclass(frozen=True, slots=True)
class Copying:
    """Knows the name of every copy, and so what every reference becomes."""

    execution: Execution
    resolution: Resolution
    names: Mapping[Identity, TemplateName]
    """In the order in which the copies are added."""
    preferred: PodMetadata

    def spec(self) -> WorkflowSpec:
        """The execution's spec with its references answered and the copies added."""
        spec: JsonValue = self.execution.answered(self._name)
        if not self.names:
            return cast("WorkflowSpec", spec)
        templates = [*(spec.get("templates") or []), *map(self.copy, self.names)]
        return cast("WorkflowSpec", {**spec, "templates": templates})

    def copy(self, identity: Identity) -> Template:
        """One template as the Workflow will hold it."""
        entry = self.resolution.entry(identity)
        holding = self.resolution.holding_of(identity)
        base = Base(holding, identity.origin)
        answered = answered_template(entry.normalised, entry.site, entry.asked, lambda one: self._name(one, base))
        # Where the object's podMetadata sets nothing, templateDefaults win over the Workflow's podMetadata.
        layers = [self.preferred] if entry.hoisted else [self.preferred, holding.contents.pod_metadata()]
        template = baked(answered, *layers)
        fields: JsonValue = {key: value for key, value in template.items() if key != "name"}
        return cast("Template", {"name": self.names[identity], **fields})

    def _name(self, reference: Reference, base: Base) -> TemplateName | None:
        identity = self.resolution.identity(reference, base)
        if identity is None:
            return None
        return self.execution.own_template(identity) or self.names[identity]
