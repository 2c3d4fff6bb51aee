"""What Argo's controller adds to every Workflow before it looks at it: the `workflowDefaults` of its configuration."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import orjson

from argosy.resolver.flatten.variables_read import NO_VARIABLES, VariablesSet
from argosy.resolver.flatten.variables_set import variables_set
from argosy.resolver.manifests import TemplateName
from argosy.resolver.shapes import mapping, sequence, text

if TYPE_CHECKING:
    from argosy.resolver.manifests import JsonObject


@dataclass(frozen=True, slots=True)
class WorkflowDefaults:
    """The part of them that decides how a Workflow is flattened."""

    template_names: frozenset[TemplateName] = frozenset()
    """No copy may take one of these."""
    variables: VariablesSet = NO_VARIABLES


def workflow_defaults(manifest: JsonObject, site: str) -> WorkflowDefaults:
    """Read from the `metadata` and `spec` that are merged into each Workflow. Raises Denied(INVALID_MANIFEST)."""
    spec = mapping(manifest.get("spec"), f"{site}.spec")
    at = f"{site}.spec.templates"
    templates = [mapping(one, at) for one in sequence(spec.get("templates"), at)]
    return WorkflowDefaults(
        template_names=frozenset(TemplateName(_name(one, at)) for one in templates) - {""},
        variables=variables_set(mapping(manifest.get("metadata"), f"{site}.metadata"), spec, f"{site}.spec"),
    )


def _name(template: JsonObject, site: str) -> str:
    """A number without quotes is a name too, since the controller's reader knows the field's type."""
    name = template.get("name")
    return orjson.dumps(name).decode() if isinstance(name, int) else text(name, f"{site}.name")
