"""The spec that is executed: the Workflow's own, or merged with the WorkflowTemplate it is made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias, cast

from argosy.resolver.asked import NOTHING, Asked
from argosy.resolver.flatten.holdings import Holding, place
from argosy.resolver.flatten.pod_metadata import reads_alike
from argosy.resolver.flatten.resolution import Base, ResourceKey, key_of
from argosy.resolver.references import Reference, answered_hooks, answered_template, without_steps
from argosy.resolver.shapes import mapping, sequence

if TYPE_CHECKING:
    from collections.abc import Callable

    from argosy.resolver.flattened import Identity
    from argosy.resolver.manifests import JsonValue, LifecycleHook, TemplateName, TemplateRef, WorkflowSpec
    from argosy.resolver.notices import Notice

_Answer: TypeAlias = "Callable[[Reference, Base], str | TemplateRef | None]"


@dataclass(frozen=True, slots=True)
class Execution:
    """A spec, and who wrote which part of it: the author of the Workflow, or the template it adopted."""

    spec: WorkflowSpec
    site: str
    """`spec`, or `spec.workflowSpec` of a CronWorkflow."""
    asked: Asked
    """What the author asks for the Workflow as a whole."""
    submitted: WorkflowSpec
    """As the author wrote it."""
    adopted: Holding | None = None
    """What the workflowTemplateRef named, when it is merged into `spec`."""
    notices: tuple[Notice, ...] = ()
    """What merging has to say."""
    inheritable_priority: int | None = None
    """The adopted priority, which counts only if a copied template reads `{{workflow.priority}}`."""

    def answered(self, answer: _Answer) -> WorkflowSpec:
        """The spec with each reference answered; the very same object when every answer is None."""
        changed: dict[str, JsonValue] = {}
        if self.spec.get("templates"):
            changed["templates"] = self._templates(answer)
        if self.spec.get("hooks"):
            changed["hooks"] = self._hooks(answer)
        if self.spec.get("templateDefaults"):
            changed["templateDefaults"] = self._defaults(answer)
        same = all(self.spec.get(key) is value for key, value in changed.items())
        return self.spec if same else cast("WorkflowSpec", {**self.spec, **changed})

    def own_template(self, identity: Identity) -> TemplateName | None:
        """The adopted template under its own name, when a templateRef leads back to it and may run it in place."""
        if self.adopted is None:
            return None
        if ResourceKey(identity.origin, identity.kind, identity.resource) != key_of(self.adopted.found):
            return None
        return identity.template if self._returns_alike(self.adopted) else None

    def _returns_alike(self, adopted: Holding) -> bool:
        return reads_alike(self.submitted, adopted.spec, self.spec) and not adopted.needs_hoisting()

    def _templates(self, answer: _Answer) -> JsonValue:
        asked, base = self._author(adopted=True)
        at = f"{place(self.adopted.found.resource)} spec" if self.adopted else self.site
        templates = sequence(self.spec.get("templates"), f"{at}.templates")
        changed = [
            answered_template(template, f"{at}.templates[{index}]", asked, lambda reference: answer(reference, base))
            for index, template in enumerate(templates)
        ]
        return templates if all(new is old for new, old in zip(changed, templates, strict=True)) else changed

    def _hooks(self, answer: _Answer) -> dict[str, LifecycleHook]:
        hooks = mapping(self.spec.get("hooks"), f"{self.site}.hooks")
        changed = {event: self._hook(event, hooks[event], answer) for event in sorted(hooks)}
        same = all(hooks[event] is hook for event, hook in changed.items())
        return cast("dict[str, LifecycleHook]", hooks if same else {event: changed[event] for event in hooks})

    def _hook(self, event: str, hook: JsonValue, answer: _Answer) -> LifecycleHook:
        """Of one event, the author's hook wins whole over the adopted one."""
        written = mapping(self.submitted.get("hooks"), f"{self.site}.hooks")
        asked, base = self._author(adopted=event not in written)
        site = f"{self.site}.hooks"
        return answered_hooks({event: hook}, site, asked, lambda reference: answer(reference, base))[event]

    def _defaults(self, answer: _Answer) -> JsonValue:
        defaults = mapping(self.spec.get("templateDefaults"), f"{self.site}.templateDefaults")
        written = mapping(self.submitted.get("templateDefaults"), f"{self.site}.templateDefaults")
        asked, base = self._author(adopted=not written.get("dag"))
        effective = without_steps(defaults)
        new = answered_template(
            effective, f"{self.site}.templateDefaults", asked, lambda reference: answer(reference, base)
        )
        return defaults if new is effective else {**defaults, **new}

    def _author(self, *, adopted: bool) -> tuple[Asked, Base]:
        """References in what was adopted resolve at its own commit; what the Workflow asks is not for them."""
        if self.adopted is not None and adopted:
            return NOTHING, Base(origin=self.adopted.found.resource.origin)
        return self.asked, Base()
