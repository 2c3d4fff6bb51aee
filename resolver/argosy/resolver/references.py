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

from typing import TYPE_CHECKING, cast

from argosy.resolver.asked import NOTHING, Asked, asked_by_workflow
from argosy.resolver.callers import (
    MAX_INLINE_DEPTH,
    Answer,
    Form,
    Reference,
    answered_hooks,
    answered_template,
    kind_named,
)
from argosy.resolver.shapes import mapping, sequence, text

if TYPE_CHECKING:
    from argosy.resolver.manifests import JsonValue, Manifest, Template, WorkflowSpec

__all__ = [
    "MAX_INLINE_DEPTH",
    "Answer",
    "Form",
    "Reference",
    "answered_hooks",
    "answered_template",
    "asked_of",
    "references",
    "spec_of",
    "whole",
    "without_steps",
]


def spec_of(manifest: Manifest) -> tuple[WorkflowSpec, str]:
    """The WorkflowSpec in a manifest, and its path: that of a CronWorkflow lies deeper."""
    spec = mapping(manifest.get("spec"), "spec")
    if manifest.get("kind") == "CronWorkflow":
        return mapping(spec.get("workflowSpec"), "spec.workflowSpec"), "spec.workflowSpec"
    return spec, "spec"


def asked_of(manifest: Manifest) -> Asked:
    """What is asked for a Workflow as a whole; a CronWorkflow hands `spec.workflowMetadata` on to its Workflows."""
    _check_metadata(manifest)
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


def _whole(holder: JsonValue, site: str, asked: Asked) -> list[Reference]:
    place = f"{site}.workflowTemplateRef"
    raw = mapping(holder.get("workflowTemplateRef"), place)
    if not raw:
        return []
    name = text(raw.get("name"), f"{place}.name")
    return [Reference(Form.WORKFLOW_TEMPLATE_REF, place, resource=name, kind=kind_named(raw, place), asked=asked)]


def _check_metadata(manifest: Manifest) -> None:
    """What is asked for is read from these, so their shape is checked first."""
    spec, site = spec_of(manifest)
    outer = mapping(manifest.get("spec"), "spec")
    for metadata, place in (
        (manifest.get("metadata"), "metadata"),
        (spec.get("workflowMetadata"), f"{site}.workflowMetadata"),
        (outer.get("workflowMetadata"), "spec.workflowMetadata"),
    ):
        for field in ("labels", "annotations"):
            mapping(mapping(metadata, place).get(field), f"{place}.{field}")
