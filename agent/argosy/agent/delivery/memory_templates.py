"""WorkflowTemplates in memory, for an agent without a cluster."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final, cast

from argosy.agent.delivery.placing import Placed, Placement, Templates
from argosy.resolver import contract

if TYPE_CHECKING:
    from collections.abc import Callable

    from argosy.agent.delivery.parcels import Parcel, ParcelKey
    from argosy.agent.delivery.placing import Stamp
    from argosy.resolver.manifests import JsonObject, WorkflowTemplate

__all__ = ["MemoryTemplates"]

_MAX_KEPT: Final = 10_000


@dataclass(slots=True)
class MemoryTemplates(Templates):
    """Keeps what it is given; the oldest go first when there are too many."""

    clock: Callable[[], float]
    _kept: OrderedDict[ParcelKey, _Kept] = field(default_factory=OrderedDict["ParcelKey", "_Kept"])
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def place(self, parcel: Parcel, stamp: Stamp) -> Placement:
        """All that is here is ours."""
        with self._lock:
            before = self._kept.get(parcel.key)
            if before is None:
                self._kept[parcel.key] = _Kept(parcel, self.clock(), stamp)
                while len(self._kept) > _MAX_KEPT:
                    self._kept.popitem(last=False)
                return Placement(Placed.CREATED, self.clock())
            if parcel.replaces(before.metadata):
                self._kept[parcel.key] = _Kept(parcel, before.created_at, stamp, number=before.number + 1)
                return Placement(Placed.CHANGED, before.created_at)
            return self._stamp(parcel.key, before, stamp)

    def stamp(self, key: ParcelKey, runner: str, stamp: Stamp) -> Placement:  # noqa: ARG002  # all that is here is ours
        """Note that an object is used, if it is there."""
        with self._lock:
            before = self._kept.get(key)
            return self._stamp(key, before, stamp) if before else Placement(Placed.ABSENT, 0.0)

    def listed(self) -> list[WorkflowTemplate]:
        """What is kept, in the order of kind, namespace and name."""
        with self._lock:
            kept = [self._kept[key] for key in sorted(self._kept)]
        return [cast("WorkflowTemplate", {**one.parcel.manifest, "metadata": one.metadata}) for one in kept]

    def announce(self, key: ParcelKey, version: str, delete_at: str) -> bool | None:
        """Write from when it is deleted, or take that away; False where it has changed since, None where it is gone."""
        with self._lock:
            before = self._kept.get(key)
            if before is None or before.version != version:
                return None if before is None else False
            self._kept[key] = replace(before, delete_at=delete_at, number=before.number + 1)
            return True

    def delete(self, key: ParcelKey, version: str) -> bool | None:
        """As `announce`."""
        with self._lock:
            before = self._kept.get(key)
            if before is None or before.version != version:
                return None if before is None else False
            del self._kept[key]
            return True

    def _stamp(self, key: ParcelKey, before: _Kept, stamp: Stamp) -> Placement:
        if not stamp.is_due(before.metadata):
            return Placement(Placed.PRESENT, before.created_at)
        self._kept[key] = replace(before, stamp=stamp, delete_at="", number=before.number + 1)
        return Placement(Placed.STAMPED, before.created_at)


@dataclass(frozen=True, slots=True)
class _Kept:
    parcel: Parcel
    created_at: float
    stamp: Stamp
    delete_at: str = ""
    number: int = 1

    @property
    def version(self) -> str:
        return f"{self.created_at}/{self.number}"

    @property
    def metadata(self) -> JsonObject:
        metadata: JsonObject = cast("JsonObject", self.parcel.manifest)["metadata"]
        announced = {contract.DELETE_AT: self.delete_at} if self.delete_at else {}
        return {
            **metadata,
            "uid": "/".join(self.parcel.key),
            "resourceVersion": self.version,
            "labels": {**metadata["labels"], **self.stamp.labels},
            "annotations": {**metadata["annotations"], **announced},
        }
