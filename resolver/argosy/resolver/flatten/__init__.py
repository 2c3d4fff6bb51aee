"""Turns a Workflow that names templates in git into one that needs nothing from the cluster.

Belongs here: what is copied, under which name, and what is rewritten; the rules are those of Argo Workflows 4.1's
controller, so that the Workflow runs the same. Does not belong here: which version is meant (the Lookup answers that),
merging specs (`argosy.resolver.merge`), and any I/O. Manifests are shared: nothing that is passed in is ever changed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from argosy.resolver.flatten.by_reference import by_reference
from argosy.resolver.flatten.limits import DEFAULT_LIMITS, FlattenLimits
from argosy.resolver.flatten.resolution import Resolution
from argosy.resolver.flatten.self_contained import self_contained
from argosy.resolver.flatten.subject import Subject
from argosy.resolver.flatten.unsupported import check_supported
from argosy.resolver.flatten.workflow_defaults import WorkflowDefaults, workflow_defaults
from argosy.resolver.flattened import Flattened, Mode
from argosy.resolver.manifests import Namespace
from argosy.resolver.shapes import mapping, sequence
from argosy.resolver.variables import literal_parameters

if TYPE_CHECKING:
    from argosy.resolver.lookup import Lookup
    from argosy.resolver.manifests import Manifest

__all__ = ["DEFAULT_LIMITS", "FlattenLimits", "WorkflowDefaults", "flatten", "workflow_defaults"]

_NOWHERE = Namespace("")


def flatten(  # one subject, one question, and what an operator may set
    manifest: Manifest,
    lookup: Lookup,
    *,
    mode: Mode = Mode.FLATTEN,
    namespace: Namespace = _NOWHERE,
    limits: FlattenLimits = DEFAULT_LIMITS,
    defaults: WorkflowDefaults | None = None,
) -> Flattened:
    """Answer every reference of a Workflow or CronWorkflow that asks for a version.

    `namespace` is where deliveries go (default: that of the manifest); `defaults` are those that the controller
    gives every Workflow, None where nobody knows them. When nothing asks for a version, the manifest comes back as the
    very same object; so does one that was flattened before or has started, and any other kind. Raises Denied and what
    `lookup` raises.
    """
    subject = Subject.of(manifest)
    if subject is None:
        return Flattened(manifest)
    for index, template in enumerate(sequence(subject.spec.get("templates"), f"{subject.site}.templates")):
        site = f"{subject.site}.templates[{index}]"
        check_supported(mapping(template, site), site)
    resolution = Resolution(lookup, literal_parameters(subject.spec), limits)
    if mode is Mode.REFERENCE:
        return by_reference(subject, resolution, namespace or _namespace_of(manifest))
    return self_contained(subject, resolution, defaults)


def _namespace_of(manifest: Manifest) -> Namespace:
    return Namespace(mapping(manifest.get("metadata"), "metadata").get("namespace") or "")
