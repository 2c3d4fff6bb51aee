"""A Workflow made of a WorkflowTemplate: the template is merged under it, and keeps the names of its templates."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from argosy.resolver import contract
from argosy.resolver.errors import Denied, Reason
from argosy.resolver.flatten.execution import Execution
from argosy.resolver.flatten.holdings import Holding, place
from argosy.resolver.flatten.overlooked import check_overlooked
from argosy.resolver.flatten.unsupported import check_supported
from argosy.resolver.merge import adopt, reads_priority
from argosy.resolver.notices import Notice
from argosy.resolver.references import whole
from argosy.resolver.shapes import mapping, sequence, text
from argosy.resolver.variables import frozen, is_dynamic, literal_parameters

if TYPE_CHECKING:
    from argosy.resolver.flatten.resolution import Resolution
    from argosy.resolver.flatten.subject import Subject
    from argosy.resolver.manifests import JsonValue, ResourceKind, WorkflowSpec

_LABELS: dict[ResourceKind, str] = {
    "WorkflowTemplate": contract.ARGO_WORKFLOW_TEMPLATE,
    "ClusterWorkflowTemplate": contract.ARGO_CLUSTER_WORKFLOW_TEMPLATE,
}


def execution_of(subject: Subject, resolution: Resolution) -> Execution:
    """What the Workflow executes: merged with its workflowTemplateRef, unless that stays for the cluster."""
    reference = whole(subject.spec, subject.site, subject.asked)
    holding = resolution.holding(reference, None) if reference else None
    if reference is None or holding is None:
        return Execution(subject.spec, subject.site, subject.asked, subject.spec)
    _check_adopted(subject, holding, reference.site)
    merged = adopt(subject.spec, holding.spec, site=reference.site)
    check_overlooked(merged.spec, subject, holding, reference.site)
    resolution.parameters = literal_parameters(merged.spec)
    spec = _standing_alone(merged.spec, subject.site, resolution)
    return Execution(
        spec,
        subject.site,
        subject.asked,
        subject.spec,
        adopted=holding,
        notices=merged.notices,
        inheritable_priority=merged.inheritable_priority,
    )


def template_label(holding: Holding) -> dict[str, str]:
    """The label by which Argo's UI, estimates and indexes find the runs of a template; the controller sets it only
    where it follows the workflowTemplateRef itself: workflow/controller/operator.go.
    """
    resource = holding.found.resource
    return {_LABELS[resource.kind]: resource.name}


def with_priority(spec: WorkflowSpec, execution: Execution) -> tuple[WorkflowSpec, tuple[Notice, ...]]:
    """The spec with the adopted priority, if a template that was copied into it reads the variable."""
    priority = execution.inheritable_priority
    if priority is None or not reads_priority(spec):
        return spec, ()
    text = (
        f"the WorkflowTemplate's priority {priority} now decides the order of the queue too: a copied template reads it"
    )
    notice = Notice(Reason.MERGED_DIFFERENTLY, text, f"{execution.site}.priority")
    return cast("WorkflowSpec", {**spec, "priority": priority}), (notice,)


def check_adoptable(subject: Subject, holding: Holding, site: str) -> None:
    """Raises Denied beside templates of the Workflow's own, and when the object is itself made of another.

    Argo refuses the one, and follows one level only.
    """
    if subject.spec.get("templates"):
        raise Denied(
            Reason.UNSUPPORTED_REFERENCE,
            f"{subject.site}.templates stands beside it, which Argo refuses",
            site=site,
            remedy="keep one of the two: call the object's templates by templateRef, or move yours into it",
        )
    if holding.spec.get("workflowTemplateRef"):
        raise Denied(
            Reason.UNSUPPORTED_REFERENCE,
            f"{place(holding.found.resource)} has a workflowTemplateRef of its own, which Argo does not follow",
            site=site,
            remedy="name the WorkflowTemplate that has the templates",
        )


def _check_adopted(subject: Subject, holding: Holding, site: str) -> None:
    check_adoptable(subject, holding, site)
    at = f"{place(holding.found.resource)} spec.templates"
    for index, template in enumerate(sequence(holding.spec.get("templates"), at)):
        check_supported(mapping(template, f"{at}[{index}]"), f"{at}[{index}]")


def _standing_alone(merged: WorkflowSpec, site: str, resolution: Resolution) -> WorkflowSpec:
    """The merged spec without its reference; the names of entrypoint and onExit may hold variables only beside one."""
    spec: JsonValue = {key: value for key, value in merged.items() if key != "workflowTemplateRef"}
    names = {template.get("name") for template in sequence(spec.get("templates"), f"{site}.templates")}
    for field in ("entrypoint", "onExit"):
        written = text(spec.get(field), f"{site}.{field}")
        if not written:
            continue
        spec[field] = _known(written, f"{site}.{field}", resolution)
        if spec[field] not in names:
            raise Denied(
                Reason.TEMPLATE_NOT_FOUND,
                f"no template is named {spec[field]!r}",
                site=f"{site}.{field}",
                remedy=f"the templates are: {', '.join(sorted(map(str, names))) or 'none'}",
            )
    return cast("WorkflowSpec", spec)


def _known(written: str, site: str, resolution: Resolution) -> str:
    name = frozen(written, resolution.parameters)
    if name is None:
        raise Denied(
            Reason.DYNAMIC_REFERENCE,
            f"{written!r} is known only while the Workflow runs",
            site=site,
            remedy="give it a literal name, or a workflow parameter with a literal value",
        )
    if is_dynamic(written):
        resolution.frozen.add(site)
    return name
