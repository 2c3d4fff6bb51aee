"""Variables of the Workflow that are there only where it has the field: once a template is copied, Argo looks for them.

Its validation follows steps and tasks into WorkflowTemplates, and no hooks; of a Workflow it reads every template. So a
template that only a hook calls runs with such a variable as plain text, and copied, ends the Workflow before it begins.
Rule: ValidateWorkflow and resolveAllVariables in workflow/validate/validate.go.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from argosy.resolver.flatten.limits import json_bytes
from argosy.resolver.shapes import mapping, sequence

if TYPE_CHECKING:
    from argosy.resolver.manifests import Template, WorkflowSpec

_PRIORITY: Final = "workflow.priority"
_PARAMETER: Final = "workflow.parameters."
_ALL_PARAMETERS: Final = "workflow.parameters.json"
"""Every Workflow has it."""
_TAG: Final = re.compile(rb"\{\{\s*(workflow\.priority|workflow\.parameters\.[\w.-]+)\s*\}\}")


def variables_read(template: Template, site: str) -> frozenset[str]:
    """Those that a template or a body inline in it reads; expression tags are never checked."""
    found = {tag.decode() for tag in _TAG.findall(json_bytes(template, site))}
    return frozenset(found - {_ALL_PARAMETERS})


def variables_set(spec: WorkflowSpec) -> frozenset[str]:
    """Those that a Workflow has by itself; the controller's workflowDefaults may add to them."""
    arguments = mapping(spec.get("arguments"), "spec.arguments")
    parameters = sequence(arguments.get("parameters"), "spec.arguments.parameters")
    names = (mapping(one, "spec.arguments.parameters").get("name") for one in parameters)
    priority = () if spec.get("priority") is None else (_PRIORITY,)
    return frozenset((*priority, *(f"{_PARAMETER}{name}" for name in names)))
