"""Copying templates into the Workflow: renamed, their references rewritten, their object's metadata baked in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from argosy.resolver.flatten.pod_metadata import PodMetadata, baked
from argosy.resolver.references import answered_template

if TYPE_CHECKING:
    from collections.abc import Mapping

    from argosy.resolver.flatten.closure import Closure
    from argosy.resolver.flatten.execution import Execution
    from argosy.resolver.flattened import Identity
    from argosy.resolver.manifests import JsonValue, Template, TemplateName, WorkflowSpec


@dataclass(frozen=True, slots=True)
class Copying:
    """Knows what every reference leads to and the name of every copy, and so what the reference becomes."""

    execution: Execution
    closure: Closure
    names: Mapping[Identity, TemplateName]
    """In the order in which the copies are added."""
    preferred: PodMetadata

    def spec(self) -> WorkflowSpec:
        """The execution's spec with its references answered and the copies added."""
        calls = self.closure.calls
        spec: JsonValue = self.execution.answered(lambda reference, _: self._name(calls.get(reference.site)))
        if not self.names:
            return cast("WorkflowSpec", spec)
        templates = [*(spec.get("templates") or []), *map(self.copy, self.names)]
        return cast("WorkflowSpec", {**spec, "templates": templates})

    def copy(self, identity: Identity) -> Template:
        """One template as the Workflow will hold it."""
        _, holding, entry, calls = self.closure.reached[identity]
        answered = entry.normalised
        if calls:
            answered = answered_template(answered, entry.site, entry.asked, lambda one: self._name(calls[one.site]))
        # Where the object's podMetadata sets nothing, templateDefaults win over the Workflow's podMetadata.
        layers = [self.preferred] if entry.hoisted else [self.preferred, holding.contents.pod_metadata()]
        template = baked(answered, *layers)
        fields: JsonValue = {key: value for key, value in template.items() if key != "name"}
        return cast("Template", {"name": self.names[identity], **fields})

    def _name(self, identity: Identity | None) -> TemplateName | None:
        if identity is None:
            return None
        return self.execution.own_template(identity) or self.names[identity]
