"""Where an installation works: the whole cluster, or the namespaces that it was given and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from argosy.agent.cluster.listing import listed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kubernetes.client import CustomObjectsApi

    from argosy.resolver.manifests import JsonObject

__all__ = ["EVERYWHERE", "Scope"]


@dataclass(frozen=True, slots=True)
class Scope:
    """With namespaces, roles in each of them are all the rights that are needed: no list spans the cluster."""

    namespaces: tuple[str, ...] = ()
    """Empty for the whole cluster."""

    def holds(self, namespace: str) -> bool:
        """Whether objects of a namespace are this installation's business; of the whole cluster, if it is empty."""
        return not self.namespaces or namespace in self.namespaces

    def listed(
        self, api: CustomObjectsApi, plural: str, namespace: str = "", *, selector: str = "", whole: bool = False
    ) -> Iterator[JsonObject]:
        """As `listed`, an empty namespace meaning all of the scope. Of another namespace there is nothing."""
        places = (namespace,) if namespace else self.namespaces or ("",)
        if self.namespaces and plural.startswith("cluster"):
            return
        for place in places:
            if self.holds(place):
                yield from listed(api, plural, place, selector=selector, whole=whole)


EVERYWHERE: Final = Scope()
