"""The one question that flattening asks of the world: which object holds the templates that a reference names?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from argosy.resolver.asked import NOTHING, Asked

if TYPE_CHECKING:
    from argosy.resolver.manifests import ResourceKind, ResourceName
    from argosy.resolver.sources import Origin, Resource, Revision


@dataclass(frozen=True, slots=True)
class Wanted:
    """A reference to another object, with all that decides which version of it is meant."""

    kind: ResourceKind
    name: ResourceName
    site: str
    """The place of the reference, as `spec.templates[2].dag.tasks[1].templateRef`."""
    asked: Asked = NOTHING
    """What the invoking template and then the Workflow ask for; no version of its own inside a template from
    git, unless that template asks for one."""
    origin: Origin | None = None
    """The commit that the referring template came from: it answers when `asked.version` is empty."""


@dataclass(frozen=True, slots=True)
class Found:
    """The object that was taken, and what its version turned out to be."""

    resource: Resource
    revision: Revision
    version: str
    """The version as it was asked for, or as the default that applied."""


class Lookup(Protocol):
    """Finds the object a reference means; raises Denied or RetryLater when a version is asked for and it cannot."""

    def __call__(self, wanted: Wanted) -> Found | None:
        """None: no version is asked for anywhere, so the controller resolves the reference in the cluster."""
        ...
