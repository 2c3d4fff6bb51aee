"""Variables that not every Workflow has: once a template is copied, Argo looks for them.

Its validation follows steps and tasks into WorkflowTemplates, and no hooks; of a Workflow it reads every template. So a
template that only a hook calls runs with such a variable as plain text, and copied, ends the Workflow before it begins.
Rule: ValidateWorkflow, addOutputsToScope and resolveAllVariables in workflow/validate/validate.go.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from argosy.resolver.flatten.limits import json_bytes

if TYPE_CHECKING:
    from argosy.resolver.manifests import Template

_TAG: Final = re.compile(rb"\{\{\s*(workflow\.[^{}\s]+)\s*\}\}")
_ALWAYS: Final = frozenset(
    f"workflow.{name}"
    for name in (
        *("name", "namespace", "uid", "status", "mainEntrypoint", "serviceAccountName"),
        *("labels", "labels.json", "annotations", "annotations.json", "parameters", "parameters.json"),
        "failures",  # what reads them is seen to by `exit_handler`
    )
)
_ALWAYS_SOME: Final = (
    *("workflow.creationTimestamp", "workflow.duration", "workflow.scheduledTime"),
    *("workflow.labels.workflows.argoproj.io/", "workflow.annotations.workflows.argoproj.io/"),
)
"""What begins like this is not looked for, or may be written by Argo before it looks."""


@dataclass(frozen=True, slots=True)
class VariablesSet:
    """Those that one Workflow has: their names, and how others begin that it has when it runs."""

    names: frozenset[str]
    beginnings: tuple[str, ...]

    def __contains__(self, name: str) -> bool:
        return name in self.names or name.startswith(self.beginnings)

    def __or__(self, others: VariablesSet) -> VariablesSet:
        return VariablesSet(self.names | others.names, (*self.beginnings, *others.beginnings))


NO_VARIABLES: Final = VariablesSet(frozenset(), ())


def variables_read(template: Template, site: str) -> frozenset[str]:
    """Those that a template or a body inline in it reads; expression tags are never checked."""
    found = {tag.decode() for tag in _TAG.findall(json_bytes(template, site))}
    return frozenset(name for name in found - _ALWAYS if not name.startswith(_ALWAYS_SOME))
