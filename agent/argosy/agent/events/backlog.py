"""What waits to be written, and what was written a short while ago: bounded, with equal events put together."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

    from argosy.agent.events.event import Event

__all__ = ["CAPACITY", "NAMESPACE_CAPACITY", "QUIET_SECONDS", "REPEAT_SECONDS", "Backlog", "Series"]

CAPACITY: Final = 256
NAMESPACE_CAPACITY: Final = 64
"""So that one namespace's trouble does not keep that of others from being told."""
REPEAT_SECONDS: Final = 30.0
"""How often it is written that an event goes on."""
QUIET_SECONDS: Final = 360.0
"""An event that comes back after so long is a new one, as it is to client-go (tools/events, finishTime)."""


@dataclass(slots=True)
class Series:
    """Equal events that followed each other."""

    event: Event
    first_at: float
    """Epoch seconds, as all times here."""
    last_at: float
    count: int = 1
    name: str = ""
    """Of the Event at the API server; empty until it was written."""
    written_at: float = 0.0
    written_count: int = 0

    def due_at(self) -> float | None:
        """When it is to be written; None where all is written."""
        if self.count == self.written_count:
            return None
        return self.written_at + REPEAT_SECONDS if self.name else self.first_at

    def is_over(self, now: float) -> bool:
        """Whether the same event would begin a new series."""
        return self.due_at() is None and now - self.last_at >= QUIET_SECONDS


@dataclass(slots=True)
class Backlog:
    """Series in the order in which they began. Not for threads at once."""

    _series: dict[Event, Series] = field(default_factory=dict["Event", Series])

    def offer(self, event: Event, now: float) -> bool:
        """Take an event in; False where there is no room for it."""
        known = self._series.get(event)
        if known is not None and not known.is_over(now):
            known.count += 1
            known.last_at = now
            return True
        self._series.pop(event, None)
        neighbours = [one for one in self._series.values() if one.event.namespace == event.namespace]
        if len(neighbours) >= NAMESPACE_CAPACITY and not self._make_room(neighbours):
            return False
        if len(self._series) >= CAPACITY and not self._make_room(self._series.values()):
            return False
        self._series[event] = Series(event, first_at=now, last_at=now)
        return True

    def next_due(self) -> Series | None:
        """The one whose turn is first, which may still be to come."""
        waiting = [(due_at, one) for one in self._series.values() if (due_at := one.due_at()) is not None]
        return min(waiting, key=lambda entry: entry[0])[1] if waiting else None

    def remove(self, series: Series) -> None:
        """Give up a series that cannot be written."""
        self._series.pop(series.event, None)

    def _make_room(self, among: Iterable[Series]) -> bool:
        """Forget the one that has been quiet for longest; what is not yet written stays."""
        written = [one for one in among if one.due_at() is None]
        if written:
            self.remove(min(written, key=lambda one: one.last_at))
        return bool(written)
