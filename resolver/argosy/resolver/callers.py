"""The callers in a template: steps, tasks, inline bodies and hooks, and what each of them names.

One walk serves for reading and for rewriting: it puts every name to a function, and its answer takes the name's place.
Nothing is changed in place; what holds no answer is the very same object as before.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from operator import is_not
from typing import TYPE_CHECKING, NamedTuple, TypeAlias, TypeVar, cast

from argosy.resolver.asked import NOTHING, Asked, asked_by_template
from argosy.resolver.errors import Denied, Reason
from argosy.resolver.manifests import TemplateRef
from argosy.resolver.shapes import boolean, mapping, sequence, text

if TYPE_CHECKING:
    from collections.abc import Callable

    from argosy.resolver.manifests import Caller, JsonValue, LifecycleHook, ResourceKind, Template

__all__ = ["Answer", "Form", "Reference", "answered_hooks", "answered_template", "kind_named"]

MAX_INLINE_DEPTH = 8
"""Argo documents nested inline bodies as unsupported; a deeper one is a mistake or an attack."""

_T = TypeVar("_T")


class Form(StrEnum):
    """The three ways to name a template."""

    LOCAL = "template"
    TEMPLATE_REF = "templateRef"
    WORKFLOW_TEMPLATE_REF = "workflowTemplateRef"


_NO_REFERENCE = TemplateRef()


class Reference(NamedTuple):
    """One name of a template, as it is written: it may hold variables."""

    form: Form
    site: str
    template: str = ""
    resource: str = ""
    """The name of the WorkflowTemplate or ClusterWorkflowTemplate; empty for a local name."""
    kind: ResourceKind | None = None
    asked: Asked = NOTHING
    """What the invoking template, and then what was given for the whole object, asks for."""
    rival: str = ""
    """The other field that stands beside a templateRef and contradicts it: `template` or `inline`."""
    raw: TemplateRef = _NO_REFERENCE
    """The templateRef as it is written: never change it."""


Answer: TypeAlias = "Callable[[Reference], str | TemplateRef | None]"
"""What a reference becomes: a local name, another templateRef, or None to leave it."""


def answered_template(template: Template, site: str, asked: Asked, answer: Answer) -> Template:
    """The template with each of its references answered; the very same object when every answer is None."""
    return _Walk(answer, asked).template(mapping(template, site), site)


def answered_hooks(hooks: JsonValue, site: str, asked: Asked, answer: Answer) -> dict[str, LifecycleHook]:
    """The hooks with each reference answered, by event name; the very same object when every answer is None."""
    return _Walk(answer, asked).hooks(hooks, site)


@dataclass(frozen=True, slots=True)
class _Walk:
    answer: Answer
    asked: Asked
    depth: int = 0

    def template(self, template: JsonValue, site: str) -> Template:
        """Only steps and dag call: their own asking goes before that of what they stand in."""
        if not template.get("steps") and not template.get("dag"):
            return cast("Template", template)
        _check_metadata(template, site)
        within = _Walk(self.answer, asked_by_template(template, site).or_else(self.asked), self.depth)
        changed: JsonValue = {}
        if template.get("steps"):
            groups = sequence(template["steps"], f"{site}.steps")
            changed["steps"] = _each(groups, f"{site}.steps", within.group)
        if template.get("dag"):
            dag = mapping(template["dag"], f"{site}.dag")
            tasks = sequence(dag.get("tasks"), f"{site}.dag.tasks")
            changed["dag"] = _laid_over(dag, {"tasks": _each(tasks, f"{site}.dag.tasks", within.caller)})
        return cast("Template", _laid_over(template, changed))

    def group(self, group: JsonValue, site: str) -> list[Caller]:
        return _each(sequence(group, site), site, self.caller)

    def caller(self, value: JsonValue, site: str) -> JsonValue:
        caller = mapping(value, site)
        result = self.inline(caller, site) if caller.get("inline") is not None else self.called(caller, site)
        if caller.get("onExit"):
            local = Reference(Form.LOCAL, f"{site}.onExit", template=text(caller["onExit"], f"{site}.onExit"))
            new = self.answer(local)
            result = result if new is None else {**result, "onExit": new}
        if caller.get("hooks"):
            hooks = mapping(caller["hooks"], f"{site}.hooks")
            result = _laid_over(result, {"hooks": self.hooks(hooks, f"{site}.hooks")})
        return result

    def inline(self, caller: JsonValue, site: str) -> JsonValue:
        if self.depth >= MAX_INLINE_DEPTH:
            raise Denied(
                Reason.LIMIT_EXCEEDED,
                f"inline bodies are nested more than {MAX_INLINE_DEPTH} deep",
                site=site,
                remedy="give the inner ones a name in spec.templates",
            )
        if raw := _template_ref(caller, site):
            # The body runs, but its local names would resolve in the object that the templateRef names.
            self.answer(self.reference(raw, site, rival="inline"))
        body = mapping(caller["inline"], f"{site}.inline")
        deeper = _Walk(self.answer, self.asked, self.depth + 1)
        return _laid_over(caller, {"inline": deeper.template(body, f"{site}.inline")})

    def called(self, caller: JsonValue, site: str) -> JsonValue:
        if raw := _template_ref(caller, site):
            rival = "template" if caller.get("template") else ""
            return _pointed(caller, self.answer(self.reference(raw, site, rival)))
        if caller.get("template"):
            name = text(caller["template"], f"{site}.template")
            return _pointed(caller, self.answer(Reference(Form.LOCAL, f"{site}.template", template=name)))
        return caller

    def hooks(self, hooks: JsonValue, site: str) -> dict[str, LifecycleHook]:
        """A hook's templateRef silently beats its template: workflow/controller/exit_handler.go."""
        changed: JsonValue = {}
        for event in sorted(hooks):
            hook = mapping(hooks[event], f"{site}.{event}")
            bare = {key: value for key, value in hook.items() if key != "template"} if hook.get("templateRef") else hook
            new = self.called(bare, f"{site}.{event}")
            changed[event] = hook if new is bare else new
        return cast("dict[str, LifecycleHook]", _laid_over(hooks, changed))

    def reference(self, raw: JsonValue, site: str, rival: str) -> Reference:
        place = f"{site}.templateRef"
        return Reference(
            Form.TEMPLATE_REF,
            place,
            template=text(raw.get("template"), f"{place}.template"),
            resource=text(raw.get("name"), f"{place}.name"),
            kind=kind_named(raw, place),
            asked=self.asked,
            rival=rival,
            raw=raw,
        )


def _template_ref(holder: JsonValue, site: str) -> JsonValue:
    """Empty where there is none. Raises Denied for a list or a string, empty or not: Argo cannot read one."""
    return mapping(holder.get("templateRef"), f"{site}.templateRef")


def kind_named(raw: JsonValue, site: str) -> ResourceKind:
    """The kind that a templateRef or workflowTemplateRef means."""
    cluster_scope = boolean(raw.get("clusterScope"), f"{site}.clusterScope")
    return "ClusterWorkflowTemplate" if cluster_scope else "WorkflowTemplate"


def _check_metadata(template: JsonValue, site: str) -> None:
    metadata = mapping(template.get("metadata"), f"{site}.metadata")
    mapping(metadata.get("labels"), f"{site}.metadata.labels")
    mapping(metadata.get("annotations"), f"{site}.metadata.annotations")
    mapping(template.get("annotations"), f"{site}.annotations")


def _pointed(holder: JsonValue, new: str | TemplateRef | None) -> JsonValue:
    """The holder with its templateRef or template replaced in place, so that the order of fields stays."""
    if new is None:
        return holder
    field_name = Form.LOCAL if isinstance(new, str) else Form.TEMPLATE_REF
    result: JsonValue = {}
    for key, value in holder.items():
        if key in (Form.LOCAL, Form.TEMPLATE_REF):
            result[str(field_name)] = new
        else:
            result[key] = value
    return result


def _each(items: list[JsonValue], site: str, change: Callable[[JsonValue, str], _T]) -> list[_T]:
    """The very same list when no item changed."""
    changed = [change(item, f"{site}[{index}]") for index, item in enumerate(items)]
    return changed if any(map(is_not, changed, items)) else items


def _laid_over(old: JsonValue, changed: JsonValue) -> JsonValue:
    """The very same object when no field changed."""
    return old if all(old.get(key) is value for key, value in changed.items()) else {**old, **changed}
