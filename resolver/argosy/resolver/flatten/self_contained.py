"""Flatten mode: every template that is reached is copied into the Workflow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from argosy.resolver.errors import Denied, Reason
from argosy.resolver.flatten.adoption import execution_of, template_label, with_priority
from argosy.resolver.flatten.closure import Closure
from argosy.resolver.flatten.copies import Copying
from argosy.resolver.flatten.exit_handler import as_on_exit, with_exit_handler
from argosy.resolver.flatten.left_behind import left_behind
from argosy.resolver.flatten.limits import check_result
from argosy.resolver.flatten.outputs_given import names_artifacts_at_run_time
from argosy.resolver.flatten.pod_metadata import preferred_defaults
from argosy.resolver.flatten.variables_lacking import variables_lacking
from argosy.resolver.flatten.version_labels import LabelMoves
from argosy.resolver.flattened import Flattened, Rename
from argosy.resolver.manifests import TemplateName
from argosy.resolver.naming import template_names
from argosy.resolver.references import Form, references
from argosy.resolver.sources import short

if TYPE_CHECKING:
    from collections.abc import Iterator

    from argosy.resolver.flatten.execution import Execution
    from argosy.resolver.flatten.resolution import Resolution
    from argosy.resolver.flatten.subject import Subject
    from argosy.resolver.flatten.workflow_defaults import WorkflowDefaults
    from argosy.resolver.flattened import Identity
    from argosy.resolver.manifests import JsonValue, Template, WorkflowSpec
    from argosy.resolver.notices import Notice


def self_contained(subject: Subject, resolution: Resolution, defaults: WorkflowDefaults | None) -> Flattened:
    """The Workflow with all its managed references answered by copies; itself when there are none."""
    execution = execution_of(subject, resolution)
    reserved = defaults.template_names if defaults else frozenset[TemplateName]()
    closure = Closure(resolution, execution, reserved=reserved)
    closure.walk()
    if execution.adopted is None and not closure.reached:
        return Flattened(subject.manifest)
    _check_flattenable(execution, closure)
    names = template_names(
        closure.reached,
        reserved={*reserved, *_own_names(execution), *closure.names_called, *_names_called_elsewhere(subject)},
        unresolved=bool(resolution.left),
    )
    copying = Copying(execution, closure, names, preferred_defaults(execution.spec))
    spec, priority_notices = with_priority(copying.spec(), execution)
    spec = _with_exit_handler(spec, execution, closure)
    lacking = variables_lacking(subject, spec, closure.reached.values(), defaults)
    labels = template_label(execution.adopted) if execution.adopted else {}
    moves = LabelMoves()
    manifest = moves.manifest(subject.with_spec(spec, labels), subject.site)
    check_result(spec, lambda: _sources(spec, execution, closure), resolution.limits, site=execution.site)
    return Flattened(
        manifest=manifest,
        taken=resolution.taken(),
        renames=tuple(Rename(identity, names[identity]) for identity in names),
        notices=_unique(*execution.notices, *priority_notices, *_left_behind(spec, closure), *lacking, *moves.notices),
        frozen=tuple(sorted(resolution.frozen)),
    )


def _with_exit_handler(spec: WorkflowSpec, execution: Execution, closure: Closure) -> WorkflowSpec:
    for reached in closure.reached.values():
        if reached.entry.reads_failures:
            return with_exit_handler(spec, site=execution.site, reader=reached.site)
    if any(reached.entry.reads_artifacts for reached in closure.reached.values()) and names_artifacts_at_run_time(spec):
        return as_on_exit(spec, execution.site) or spec
    return spec


def _check_flattenable(execution: Execution, closure: Closure) -> None:
    """What only reference mode can do."""
    if execution.adopted is None and execution.spec.get("workflowTemplateRef"):
        raise Denied(
            Reason.UNFLATTENABLE,
            "its template would be copied, but Argo refuses templates beside a workflowTemplateRef, and no version "
            "of that is asked for",
            site=next(iter(closure.reached.values())).site,
            remedy="ask for a version of the workflowTemplateRef too, or use reference mode",
        )
    copied_dag = any(reached.entry.template.get("dag") for reached in closure.reached.values())
    if copied_dag and closure.called_by_defaults:
        raise Denied(
            Reason.UNFLATTENABLE,
            "this name is merged into every DAG, and would mean another template in the DAGs that are copied",
            site=closure.called_by_defaults[0],
            remedy="call it by templateRef, or use reference mode",
        )


def _own_names(execution: Execution) -> Iterator[str]:
    return (str(template.get("name")) for template in execution.spec.get("templates") or [])


def _names_called_elsewhere(subject: Subject) -> Iterator[str]:
    """Local names that the Workflow calls outside of its templates."""
    rest: JsonValue = {field: value for field, value in subject.spec.items() if field != "templates"}
    return (one.template for one in references(subject.with_spec(rest, {})) if one.form is Form.LOCAL)


def _left_behind(spec: WorkflowSpec, closure: Closure) -> Iterator[Notice]:
    for reached in closure.reached.values():
        yield from left_behind(reached.entry, reached.holding, spec)


def _sources(spec: WorkflowSpec, execution: Execution, closure: Closure) -> list[tuple[str, Template]]:
    """Where each template of the finished spec is from."""
    copies = list(closure.reached)
    templates = spec.get("templates") or []
    own = len(templates) - len(copies)
    holder = "the Workflow"
    if execution.adopted:
        resource = execution.adopted.found.resource
        holder = f"{resource.kind}/{resource.name}"
    sources = [(holder, template) for template in templates[:own]]
    sources += [(_source(one), template) for one, template in zip(copies, templates[own:], strict=True)]
    return sources


def _source(identity: Identity) -> str:
    return f"{identity.kind}/{identity.resource}@{short(identity.origin.commit)}"


def _unique(*notices: Notice) -> tuple[Notice, ...]:
    return tuple(dict.fromkeys(notices))
