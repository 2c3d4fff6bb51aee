"""What of this installation stands in a cluster, and which Workflows go on: lists that the API server filters."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Protocol, cast, get_args

from argosy.agent.cluster.scope import EVERYWHERE, Scope
from argosy.agent.delivery.parcels import ParcelKey
from argosy.gc.usage import COMPLETED
from argosy.resolver import contract
from argosy.resolver.manifests import Namespace, ResourceKind, ResourceName
from argosy.resolver.repositories import Deliver

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kubernetes.client import CustomObjectsApi

    from argosy.resolver.manifests import JsonObject, Manifest

__all__ = ["ClusterStanding", "Standing"]

_KINDS: Final[tuple[ResourceKind, ...]] = get_args(ResourceKind)


class Standing(Protocol):
    """Each method raises RetryLater and Misconfigured."""

    def always(self) -> Iterator[tuple[ParcelKey, JsonObject]]:
        """What is delivered always, with its metadata."""
        ...

    def stale(self, before: float) -> Iterator[ParcelKey]:
        """What was last stamped before then, in epoch seconds."""
        ...

    def in_flight(self) -> Iterator[Manifest]:
        """The Workflows that were resolved and are not completed: their metadata."""
        ...


@dataclass(frozen=True, slots=True)
class ClusterStanding(Standing):
    """In all namespaces of a scope, page by page."""

    api: CustomObjectsApi
    runner: str
    scope: Scope = field(default=EVERYWHERE, kw_only=True)

    def always(self) -> Iterator[tuple[ParcelKey, JsonObject]]:
        """By label."""
        return self._ours(f"{contract.DELIVER}={Deliver.ALWAYS}")

    def stale(self, before: float) -> Iterator[ParcelKey]:
        """By label: the cost follows those that are stale."""
        return (key for key, _ in self._ours(f"{contract.LAST_USED_TIMESTAMP}<{int(before)}"))

    def in_flight(self) -> Iterator[Manifest]:
        """By label: the cost follows those that go on."""
        selector = f"{contract.RUNNER}={self.runner},{contract.RUN_UUID},{COMPLETED}!=true"
        return cast("Iterator[Manifest]", self.scope.listed(self.api, "workflows", selector=selector))

    def _ours(self, selector: str) -> Iterator[tuple[ParcelKey, JsonObject]]:
        for kind in _KINDS:
            ours = f"{contract.RUNNER}={self.runner},{selector}"
            for one in self.scope.listed(self.api, f"{kind.lower()}s", selector=ours):
                metadata: JsonObject = one["metadata"]
                namespace = Namespace(metadata.get("namespace", ""))
                yield ParcelKey(kind, namespace, ResourceName(metadata["name"])), metadata
