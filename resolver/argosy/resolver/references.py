"""Every place where an Argo object names a template, with its path: written down once, for reading and for rewriting.

::

    spec.entrypoint, spec.onExit                    a local name
    spec.workflowTemplateRef                        a whole object
    spec.hooks.<event>                              template | templateRef
    spec.templates[i].steps[j][k]                   inline | templateRef | template, onExit, hooks.<event>
    spec.templates[i].dag.tasks[j]                  the same
    ....inline                                      again steps or dag
    spec.templateDefaults.dag.tasks[j]              merged by name into every DAG template
    spec.workflowSpec...                            of a CronWorkflow: all of the above
    spec.submit.workflowTemplateRef                 of a WorkflowEventBinding

Where several stand together, inline beats templateRef beats template: workflow/templateresolution/context.go. The
`steps` of templateDefaults never take effect. Text in resource manifests is no reference: it arrives as an object.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias, TypeVar, cast

from argosy.resolver.asked import NOTHING, Asked, asked_by_template, asked_by_workflow
from argosy.resolver.errors import Denied, Reason
from argosy.resolver.manifests import TemplateRef
from argosy.resolver.shapes import mapping, sequence, text

if TYPE_CHECKING:
    from collections.abc import Callable

    from argosy.resolver.manifests import (
        Caller,
        JsonValue,
        LifecycleHook,
        Manifest,
        ResourceKind,
        Template,
        WorkflowSpec,
    )

__all__ = ["Answer", "Form", "Reference", "answered_hooks", "answered_template", "references", "spec_of"]

MAX_INLINE_DEPTH = 8
"""Argo documents nested inline bodies as unsupported; a deeper one is a mistake or an attack."""

_T = TypeVar("_T")


class Form(StrEnum):
    """The three ways to name a template."""

    LOCAL = "template"
    TEMPLATE_REF = "templateRef"
    WORKFLOW_TEMPLATE_REF = "workflowTemplateRef"


@dataclass(frozen=True, slots=True)
class Reference:
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
    raw: TemplateRef = field(default_factory=TemplateRef)


Answer: TypeAlias = "Callable[[Reference], str | TemplateRef | None]"
"""What a reference becomes: a local name, another templateRef, or None to leave it."""


def spec_of(manifest: Manifest) -> tuple[WorkflowSpec, str]:
    """The WorkflowSpec in a manifest, and its path: that of a CronWorkflow lies deeper."""
    spec = mapping(manifest.get("spec"), "spec")
    if manifest.get("kind") == "CronWorkflow":
        return mapping(spec.get("workflowSpec"), "spec.workflowSpec"), "spec.workflowSpec"
    return spec, "spec"


def asked_of(manifest: Manifest) -> Asked:
    """What is asked for a Workflow as a whole; a CronWorkflow hands `spec.workflowMetadata` on to its Workflows."""
    spec, site = spec_of(manifest)
    if manifest.get("kind") == "CronWorkflow":
        outer = mapping(manifest.get("spec"), "spec")
        return asked_by_workflow(manifest, outer).or_else(asked_by_workflow({}, cast("JsonValue", spec), site))
    if manifest.get("kind") == "Workflow":
        return asked_by_workflow(manifest, cast("JsonValue", spec))
    return NOTHING


def references(manifest: Manifest) -> tuple[Reference, ...]:
    """Every reference of a Workflow, CronWorkflow, (Cluster)WorkflowTemplate or WorkflowEventBinding, as it reads."""
    found: list[Reference] = []
    if manifest.get("kind") == "WorkflowEventBinding":
        submit = mapping(mapping(manifest.get("spec"), "spec").get("submit"), "spec.submit")
        found.extend(_whole(submit, "spec.submit", NOTHING))
        return tuple(found)
    spec, site = spec_of(manifest)
    asked = asked_of(manifest)
    names = {name: text(spec.get(name), f"{site}.{name}") for name in ("entrypoint", "onExit")}
    found.extend(Reference(Form.LOCAL, f"{site}.{field}", template=name) for field, name in names.items() if name)
    found.extend(_whole(spec, site, asked))

    def note(reference: Reference) -> None:
        found.append(reference)

    answered_hooks(mapping(spec.get("hooks"), f"{site}.hooks"), f"{site}.hooks", asked, note)
    for index, template in enumerate(sequence(spec.get("templates"), f"{site}.templates")):
        answered_template(template, f"{site}.templates[{index}]", asked, note)
    defaults = without_steps(mapping(spec.get("templateDefaults"), f"{site}.templateDefaults"))
    answered_template(defaults, f"{site}.templateDefaults", asked, note)
    return tuple(found)


def without_steps(defaults: JsonValue) -> Template:
    """The templateDefaults that take effect: a steps template's own list replaces theirs, other types clear it."""
    return cast("Template", {key: value for key, value in defaults.items() if key != "steps"})


def whole(spec: WorkflowSpec, site: str, asked: Asked) -> Reference | None:
    """The `workflowTemplateRef` of a spec, if it has one."""
    found = _whole(spec, site, asked)
    return found[0] if found else None


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
        if caller.get("templateRef"):
            # The body runs, but its local names would resolve in the object that the templateRef names.
            self.answer(self.reference(caller, site, rival="inline"))
        body = mapping(caller["inline"], f"{site}.inline")
        deeper = _Walk(self.answer, self.asked, self.depth + 1)
        return _laid_over(caller, {"inline": deeper.template(body, f"{site}.inline")})

    def called(self, caller: JsonValue, site: str) -> JsonValue:
        if caller.get("templateRef"):
            rival = "template" if caller.get("template") else ""
            return _pointed(caller, self.answer(self.reference(caller, site, rival)))
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

    def reference(self, holder: JsonValue, site: str, rival: str = "") -> Reference:
        place = f"{site}.templateRef"
        raw = mapping(holder["templateRef"], place)
        return Reference(
            Form.TEMPLATE_REF,
            place,
            template=text(raw.get("template"), f"{place}.template"),
            resource=text(raw.get("name"), f"{place}.name"),
            kind=_kind(raw),
            asked=self.asked,
            rival=rival,
            raw=raw,
        )


def _whole(holder: JsonValue, site: str, asked: Asked) -> list[Reference]:
    place = f"{site}.workflowTemplateRef"
    raw = mapping(holder.get("workflowTemplateRef"), place)
    if not raw:
        return []
    name = text(raw.get("name"), f"{place}.name")
    return [Reference(Form.WORKFLOW_TEMPLATE_REF, place, resource=name, kind=_kind(raw), asked=asked)]


def _kind(raw: JsonValue) -> ResourceKind:
    return "ClusterWorkflowTemplate" if raw.get("clusterScope") else "WorkflowTemplate"


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
    return items if all(new is old for new, old in zip(changed, items, strict=True)) else changed


def _laid_over(old: JsonValue, changed: JsonValue) -> JsonValue:
    """The very same object when no field changed."""
    return old if all(old.get(key) is value for key, value in changed.items()) else {**old, **changed}
