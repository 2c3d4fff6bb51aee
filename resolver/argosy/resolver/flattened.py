"""What flattening gives back: the Workflow, what was taken for it, and what its user should know."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from argosy.resolver.lookup import Found
    from argosy.resolver.manifests import Manifest, ResourceKind, ResourceName, TemplateName, WorkflowTemplate
    from argosy.resolver.notices import Notice
    from argosy.resolver.sources import Origin


class Mode(StrEnum):
    """How references to git are answered."""

    FLATTEN = "flatten"
    """Copy the templates into the Workflow."""
    REFERENCE = "reference"
    """Keep the references, under the immutable, versioned names of WorkflowTemplates to be delivered."""


class Identity(NamedTuple):
    """One template of one object at one commit: what is copied exactly once, whatever refers to it."""

    origin: Origin
    kind: ResourceKind
    resource: ResourceName
    template: TemplateName


@dataclass(frozen=True, slots=True)
class Rename:
    """The name that a copied template got in the Workflow; in reference mode, with an empty template, the versioned
    name that an object is delivered under.
    """

    identity: Identity
    name: TemplateName


@dataclass(frozen=True, slots=True)
class Flattened:
    """A self-contained Workflow. When nothing was to be done, `manifest` is the very object that was passed in."""

    manifest: Manifest
    taken: tuple[Found, ...] = ()
    """Each object that was taken, once, in the order of repository, commit, kind and name."""
    renames: tuple[Rename, ...] = ()
    """Each copied template with its name in the Workflow, in the order of identities."""
    deliveries: tuple[WorkflowTemplate, ...] = ()
    """Reference mode: the versioned objects that must be in the cluster before the Workflow is."""
    notices: tuple[Notice, ...] = ()
    frozen: tuple[str, ...] = ()
    """Sites of references with a variable that was replaced by its present value: a later resubmit with other
    parameters will not resolve them anew."""
