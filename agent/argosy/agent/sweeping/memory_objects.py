"""What a sweep reads and changes where there is no cluster: the templates that are delivered into memory."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from argosy.agent.delivery.parcels import ParcelKey
from argosy.gc.sweeping import Cluster, Outcome

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from argosy.agent.delivery import MemoryTemplates
    from argosy.gc.templates import DeliveredTemplate
    from argosy.resolver.manifests import JsonObject, Manifest, ResourceKind

__all__ = ["MemoryObjects", "matches"]

_OUTCOMES = {True: Outcome.DONE, False: Outcome.CHANGED, None: Outcome.GONE}


@dataclass(frozen=True, slots=True)
class MemoryObjects(Cluster):
    """The Cluster of a Sweep."""

    delivered: MemoryTemplates

    def templates(
        self, kind: ResourceKind, namespace: str, selector: str, *, whole: bool = False
    ) -> Iterator[JsonObject]:
        """Metadata alone costs no less here."""
        del whole
        for one in cast("list[JsonObject]", self.delivered.listed()):
            metadata = one["metadata"]
            is_there = one["kind"] == kind and namespace in ("", metadata.get("namespace", ""))
            if is_there and matches(metadata["labels"], selector):
                yield one

    def workflows(self, namespace: str) -> Iterator[Manifest]:
        """Nobody keeps Workflows here."""
        del namespace
        return iter(())

    def cron_workflows(self, namespace: str) -> Iterator[Manifest]:
        """Nor these."""
        return self.workflows(namespace)

    def announce(self, template: DeliveredTemplate, delete_at: str) -> Outcome:
        """On the condition that it is as it was read."""
        return _OUTCOMES[self.delivered.announce(ParcelKey(*template.key), template.resource_version, delete_at)]

    def delete(self, template: DeliveredTemplate) -> Outcome:
        """On the same condition."""
        return _OUTCOMES[self.delivered.delete(ParcelKey(*template.key), template.resource_version)]


def matches(labels: Mapping[str, str], selector: str) -> bool:
    """Whether a label selector selects: of what Kubernetes knows, the terms that sweeps are made of.

    >>> matches({"a": "1"}, "a<2,b!=x,!c"), matches({"a": "2"}, "a<2")
    (True, False)
    """
    return all(_matches(labels, term) for term in selector.split(","))


def _matches(labels: Mapping[str, str], term: str) -> bool:
    if term.startswith("!"):
        return term[1:] not in labels
    if "!=" in term:
        key, value = term.split("!=")
        return labels.get(key) != value
    if "<" in term:
        key, value = term.split("<")
        return labels.get(key, "").isdecimal() and int(labels[key]) < int(value)
    key, value = term.split("=")
    return labels.get(key) == value
