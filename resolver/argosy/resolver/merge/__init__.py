"""Lays a Workflow over the WorkflowTemplate that its workflowTemplateRef names, exactly as Argo's controller does.

The controller (JoinWorkflowSpec in workflow/util/merge.go) reads both specs into Go structs, writes them as JSON,
applies the Workflow's as a Kubernetes strategic merge patch to the template's, and then mends hooks, labelsFrom,
suspend, parameters and artifacts. What the structs leave out when they are written is therefore part of the rules,
and `schema` holds those structs as data.

Belongs here: what two specs become when one is laid over the other, and how Argo's types read a field.
Does not belong here: finding the template, references between templates, metadata of the objects.
"""

from __future__ import annotations

from argosy.resolver.merge.any_string import normalised, normalised_spec
from argosy.resolver.merge.unstarted import Merged, adopt, reads_priority
from argosy.resolver.merge.workflow_spec import merge_specs

__all__ = ["Merged", "adopt", "merge_specs", "normalised", "normalised_spec", "reads_priority"]
