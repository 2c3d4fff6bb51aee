"""What Argo's controller adds to every Workflow before it looks at it: the `workflowDefaults` of its configuration."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from argosy.resolver.flatten.variables_read import NO_VARIABLES, VariablesSet
from argosy.resolver.flatten.variables_set import variables_set
from argosy.resolver.manifests import TemplateName
from argosy.resolver.shapes import mapping, sequence

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
        template_names=frozenset(TemplateName(str(one["name"])) for one in templates if one.get("name")),
        variables=variables_set(mapping(manifest.get("metadata"), f"{site}.metadata"), spec, f"{site}.spec"),
    )
