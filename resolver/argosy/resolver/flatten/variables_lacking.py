"""Variables that a copied template reads and the Workflow has not: Argo would end it before it begins."""

from __future__ import annotations

from typing import TYPE_CHECKING

from argosy.resolver.errors import Denied, Reason
from argosy.resolver.flatten.variables_set import variables_set
from argosy.resolver.notices import Notice

if TYPE_CHECKING:
    from collections.abc import Collection

    from argosy.resolver.flatten.closure import Reached
    from argosy.resolver.flatten.subject import Subject
    from argosy.resolver.flatten.workflow_defaults import WorkflowDefaults
    from argosy.resolver.manifests import WorkflowSpec


def variables_lacking(
    subject: Subject, spec: WorkflowSpec, copied: Collection[Reached], defaults: WorkflowDefaults | None
) -> tuple[Notice, ...]:
    """A notice for each, where nobody knows the controller's workflowDefaults, which may set it.

    Where they are known, it raises Denied(UNFLATTENABLE): by reference, Argo does not look into what only hooks call,
    and what else it looks into it refuses in both forms.
    """
    if not any(reached.entry.variables_needed for reached in copied):
        return ()
    given = variables_set(subject.metadata, spec, subject.site)
    known = given if defaults is None else given | defaults.variables
    needed = ((reached, name) for reached in copied for name in sorted(reached.entry.variables_needed))
    lacking = [(reached, name) for reached, name in needed if name not in known]
    if lacking and defaults is not None:
        reached, name = lacking[0]
        raise Denied(
            Reason.UNFLATTENABLE,
            f"the template reads {{{{{name}}}}}, which neither the Workflow nor the controller's workflowDefaults set: "
            "copied, it would end the Workflow before it begins",
            site=reached.site,
            remedy="set it in the Workflow, or use reference mode",
        )
    return tuple(_notice(reached, name) for reached, name in lacking)


def _notice(reached: Reached, name: str) -> Notice:
    return Notice(
        Reason.VARIABLE_NOT_IMPORTED,
        f"reads {{{{{name}}}}}, which the Workflow does not set: unless workflowDefaults do, Argo ends a Workflow "
        "with such a template before it begins; set it in the Workflow",
        reached.entry.site,
    )
