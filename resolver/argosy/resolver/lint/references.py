"""References that lead nowhere, or that cannot be resolved before the Workflow runs."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from argosy.resolver.lint.findings import Severity
from argosy.resolver.lint.rules import Complaint
from argosy.resolver.lint.targets import Target, targets
from argosy.resolver.references import Form, references
from argosy.resolver.variables import frozen, literal_parameters

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from argosy.resolver.lint.library import Library, Subject


def dangling_reference(subject: Subject, library: Library) -> Iterator[Complaint]:
    """`dangling-reference`: inside a repository a reference means the same commit, so its target must be there."""
    for target in targets(subject, library):
        if target.holder is None:
            yield _no_object(target, library)
        elif target.template is None:
            names = [str(template.get("name")) for _, template in target.holder.templates()]
            here = "this object" if target.holder is subject else f"{target.holder.kind} {target.holder.name!r}"
            yield Complaint(
                target.reference.site,
                f"{here} has no template {target.reference.template!r}",
                _near(target.reference.template, names, "add it, or mend the name"),
            )


def nested_workflow_template_ref(subject: Subject) -> Iterator[Complaint]:
    """`nested-workflow-template-ref`: Argo follows only the one of the Workflow: workflow/controller/operator.go."""
    for reference in references(subject.manifest):  # type: ignore[arg-type]  # a WorkflowTemplate is a Manifest
        if reference.form is Form.WORKFLOW_TEMPLATE_REF:
            yield Complaint(
                reference.site,
                f"a {subject.kind} cannot hand on to another one",
                "call its templates by templateRef",
            )


def contradicting_reference(subject: Subject) -> Iterator[Complaint]:
    """`contradicting-reference`: a templateRef beside a template or an inline body."""
    for reference in references(subject.manifest):  # type: ignore[arg-type]  # as above
        if reference.rival:
            yield Complaint(
                reference.site,
                f"templateRef and {reference.rival} stand side by side",
                "keep one of them",
            )


def dynamic_reference(subject: Subject) -> Iterator[Complaint]:
    """`dynamic-reference`: a variable in a reference that is known only while the Workflow runs."""
    parameters = literal_parameters(subject.spec)  # type: ignore[arg-type]  # a plain object until read
    for reference in references(subject.manifest):  # type: ignore[arg-type]  # as above
        names = (reference.template, reference.resource)
        if any(frozen(name, parameters) is None for name in names):
            shown = next(name for name in names if frozen(name, parameters) is None)
            yield Complaint(
                reference.site,
                f"{shown!r} is known only while the Workflow runs, so this reference cannot be resolved from git",
                "write the name out, choosing between several by `when`",
                Severity.WARNING,
            )


def _no_object(target: Target, library: Library) -> Complaint:
    reference = target.reference
    names = [name for kind, name in library.by_identity if kind == reference.kind]
    other = "WorkflowTemplate" if reference.kind == "ClusterWorkflowTemplate" else "ClusterWorkflowTemplate"
    if (other, reference.resource) in library.by_identity:
        remedy = f"there is a {other} of that name: {'set' if other.startswith('Cluster') else 'remove'} clusterScope"
    else:
        remedy = _near(
            reference.resource, names, "add it, or name its repository or version with a label on this template"
        )
    return Complaint(reference.site, f"there is no {reference.kind} {reference.resource!r} here", remedy)


def _near(name: str, names: Iterable[str], otherwise: str) -> str:
    near = get_close_matches(name, list(names), n=1)
    return f"did you mean {near[0]!r}?" if near else otherwise
