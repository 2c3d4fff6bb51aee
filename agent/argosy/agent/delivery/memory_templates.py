"""WorkflowTemplates in memory, for an agent without a cluster."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from argosy.agent.delivery.placing import Placed, Placement, Templates

if TYPE_CHECKING:
    from collections.abc import Callable

    from argosy.agent.delivery.parcels import Parcel, ParcelKey
    from argosy.resolver.manifests import WorkflowTemplate

__all__ = ["MemoryTemplates"]

_MAX_KEPT: Final = 10_000


@dataclass(slots=True)
class MemoryTemplates(Templates):
    """Keeps what it is given; the oldest go first when there are too many."""

    clock: Callable[[], float]
    _kept: OrderedDict[ParcelKey, tuple[Parcel, float]] = field(
        default_factory=OrderedDict["ParcelKey", "tuple[Parcel, float]"]
    )
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def place(self, parcel: Parcel) -> Placement:
        """All that is here is ours."""
        with self._lock:
            before = self._kept.get(parcel.key)
            if before is None:
                self._kept[parcel.key] = parcel, self.clock()
                while len(self._kept) > _MAX_KEPT:
                    self._kept.popitem(last=False)
                return Placement(Placed.CREATED, self.clock())
            kept, created_at = before
            if not parcel.changeable or kept == parcel:
                return Placement(Placed.PRESENT, created_at)
            self._kept[parcel.key] = parcel, created_at
            return Placement(Placed.CHANGED, created_at)

    def listed(self) -> list[WorkflowTemplate]:
        """What is kept, in the order of kind, namespace and name."""
        with self._lock:
            return [self._kept[key][0].manifest for key in sorted(self._kept)]
