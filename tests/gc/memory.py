"""A cluster in memory: it keeps objects, evaluates selectors, and refuses what the API server would refuse."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from argosy.agent.sweeping.memory_objects import matches
from argosy.gc.sweeping import Cluster, Outcome
from argosy.resolver import contract
from argosy.resolver.errors import Misconfigured, Reason

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from argosy.gc.templates import DeliveredTemplate
    from argosy.resolver.manifests import JsonObject, Manifest, ResourceKind


@dataclass(slots=True)
class MemoryCluster(Cluster):
    objects: list[JsonObject] = field(default_factory=list["JsonObject"])
    asked: list[str] = field(default_factory=list[str])
    broken: set[str] = field(default_factory=set[str])
    """Namespaces whose Workflows nobody may list, and objects that nobody may delete."""
    before_change: Callable[[], None] = lambda: None

    def add(self, *manifests: Any) -> MemoryCluster:
        self.objects.extend(manifests)
        return self

    def names(self) -> list[str]:
        return sorted(one["metadata"]["name"] for one in self.objects)

    def annotations(self, name: str) -> Any:
        (one,) = (one for one in self.objects if one["metadata"]["name"] == name)
        return one["metadata"]["annotations"]

    def stamp(self, name: str, seconds: float) -> None:
        for one in self.objects:
            if one["metadata"]["name"] == name:
                one["metadata"]["labels"][contract.LAST_USED_TIMESTAMP] = str(int(seconds))
                one["metadata"]["annotations"].pop(contract.DELETE_AT, None)
                _changed(one)

    def templates(
        self, kind: ResourceKind, namespace: str, selector: str, *, whole: bool = False
    ) -> Iterator[JsonObject]:
        self.asked.append(f"{kind} {namespace}")
        for one in self._of(kind, namespace):
            if matches(one["metadata"]["labels"], selector):
                yield one if whole else {"metadata": one["metadata"]}

    def workflows(self, namespace: str) -> Iterator[Manifest]:
        yield from self._users("Workflow", namespace)

    def cron_workflows(self, namespace: str) -> Iterator[Manifest]:
        yield from self._users("CronWorkflow", namespace)

    def announce(self, template: DeliveredTemplate, delete_at: str) -> Outcome:
        one = self._unchanged(template)
        if isinstance(one, Outcome):
            return one
        annotations = one["metadata"]["annotations"]
        annotations.update({contract.DELETE_AT: delete_at})
        if not delete_at:
            del annotations[contract.DELETE_AT]
        _changed(one)
        return Outcome.DONE

    def delete(self, template: DeliveredTemplate) -> Outcome:
        one = self._unchanged(template)
        if isinstance(one, Outcome):
            return one
        self.objects.remove(one)
        return Outcome.DONE

    def _unchanged(self, template: DeliveredTemplate) -> Any:
        self.before_change()
        if template.key.name in self.broken:
            raise _forbidden()
        for one in self.objects:
            if one["metadata"]["uid"] == template.uid:
                is_same = one["metadata"]["resourceVersion"] == template.resource_version
                return one if is_same else Outcome.CHANGED
        return Outcome.GONE

    def _users(self, kind: str, namespace: str) -> Iterator[Any]:
        self.asked.append(f"{kind} {namespace}")
        if namespace in self.broken:
            raise _forbidden()
        return self._of(kind, namespace)

    def _of(self, kind: str, namespace: str) -> Iterator[Any]:
        for one in list(self.objects):
            if one["kind"] == kind and namespace in ("", one["metadata"].get("namespace", "")):
                yield one


def _changed(one: JsonObject) -> None:
    one["metadata"]["resourceVersion"] = str(int(one["metadata"]["resourceVersion"]) + 1)


def _forbidden() -> Misconfigured:
    return Misconfigured(Reason.CLUSTER_FORBIDDEN, "the API server refuses: 403")
