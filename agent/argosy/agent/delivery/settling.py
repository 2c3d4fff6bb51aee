"""What is known to be in the cluster, and from when on the controller may be taken to know it too."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from argosy.agent.delivery.placing import Placed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from argosy.agent.delivery.parcels import Parcel, ParcelKey
    from argosy.agent.delivery.placing import Placement

__all__ = ["KNOWN_SECONDS", "OLD_SECONDS", "SETTLE_SECONDS", "Settling"]

SETTLE_SECONDS: Final = 1.0
"""From when an object was first seen until it is relied on. The controller hears of it through a watch. A Workflow
whose template it has not heard of ends in Error (workflow/controller/operator.go, setExecWorkflow), and a CronWorkflow
is not scheduled for 20 minutes (workflow/cron/controller.go, processNextCronItem)."""
OLD_SECONDS: Final = 60.0
"""An object of that age is relied on at once. Clocks may differ by nearly as much."""
KNOWN_SECONDS: Final = 60.0
"""How long it is believed that an object is still there, at most."""
_MAX_KNOWN: Final = 10_000


@dataclass(frozen=True, slots=True)
class _Known:
    labels: dict[str, str]
    annotations: dict[str, str]
    seen_at: float
    relied_on_from: float


@dataclass(slots=True)
class Settling:
    """The memory of one process, told of all that it puts in place. Threads may share it."""

    settle_seconds: float = SETTLE_SECONDS
    """0 where no controller reads what is delivered."""
    _known: dict[ParcelKey, _Known] = field(default_factory=dict["ParcelKey", _Known])
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def unknown(self, parcels: Iterable[Parcel], now: float, known_seconds: float = KNOWN_SECONDS) -> list[Parcel]:
        """Those that are not known to stand in the cluster as they should."""
        within = min(known_seconds, KNOWN_SECONDS)
        with self._lock:
            return [parcel for parcel in parcels if not self._is_known(parcel, now, within)]

    def note(self, parcel: Parcel, placement: Placement, now: float) -> None:
        """What became of a parcel just now."""
        is_written = placement.outcome in (Placed.CREATED, Placed.CHANGED)
        is_old = not is_written and now - placement.created_at >= OLD_SECONDS
        relied_on_from = now if is_old else now + self.settle_seconds
        with self._lock:
            self._forget(now)
            known = self._known.get(parcel.key)
            if known is not None and not is_written:
                relied_on_from = min(relied_on_from, known.relied_on_from)
            self._known[parcel.key] = _Known(parcel.labels, parcel.annotations, now, relied_on_from)

    def seconds_left(self, parcels: Iterable[Parcel], now: float) -> float:
        """Until all of them are relied on; 0 when they are."""
        with self._lock:
            waits = [self._known[parcel.key].relied_on_from - now for parcel in parcels if parcel.key in self._known]
        return max(0.0, *waits, 0.0)

    def _is_known(self, parcel: Parcel, now: float, known_seconds: float) -> bool:
        known = self._known.get(parcel.key)
        if known is None or now - known.seen_at >= known_seconds:
            return False
        return not parcel.changeable or (parcel.labels, parcel.annotations) == (known.labels, known.annotations)

    def _forget(self, now: float) -> None:
        """All that is no longer believed, but only when there is much of it: a look at each costs time."""
        if len(self._known) >= _MAX_KNOWN:
            kept = {key: known for key, known in self._known.items() if now - known.seen_at < KNOWN_SECONDS}
            self._known = kept if len(kept) < _MAX_KNOWN else {}
