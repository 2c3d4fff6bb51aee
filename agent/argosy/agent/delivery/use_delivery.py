"""Delivers and stamps what admitted objects use, afterwards: taken in by whoever answers, written by one loop."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from argosy.agent.delivery.delivering import COUNTED, foreign_event
from argosy.agent.delivery.parcels import Sender, parcel_of_own_name
from argosy.agent.delivery.placing import Placed, Stamp
from argosy.agent.delivery.using import STAMP_SECONDS, UseQueue
from argosy.agent.logs import Logger
from argosy.agent.metrics import Delivered
from argosy.resolver.errors import ArgosyError, RetryLater

if TYPE_CHECKING:
    from collections.abc import Callable

    from argosy.agent.delivery.parcels import ParcelKey
    from argosy.agent.delivery.placing import Placement, Templates
    from argosy.agent.delivery.settling import Settling
    from argosy.agent.delivery.using import Use, Used
    from argosy.agent.events import Event

__all__ = ["BATCH", "IDLE_SECONDS", "PACE_SECONDS", "UseDelivery"]

_LOG: Final = Logger(__name__)
BATCH: Final = 10
PACE_SECONDS: Final = 0.25
"""Between two batches: forty objects a second at most."""
IDLE_SECONDS: Final = 0.5
"""How late a template is delivered that nobody has used for a while."""
_SHORTEST_DELAY: Final = 1.0
_FAILURES: Final = 2
"""One after the other, and it is the API server that has to be left alone, and not one object."""


@dataclass(slots=True)
class UseDelivery:
    """`take` is for threads at once, `tick` for one."""

    templates: Templates
    runner: str
    """This installation, as the label `workflows.pipekit.io/runner` names it."""
    clock: Callable[[], float]
    """Epoch seconds."""
    settling: Settling
    """Of the admissions, which are not to rely on what is written over here."""
    count: Callable[[Delivered], None]
    dropped: Callable[[], None]
    """Called for each use that is not going to be written."""
    publish: Callable[[Event], None]
    _queue: UseQueue = field(default_factory=UseQueue)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, used: Used) -> None:
        """Take in what an admitted object uses; what there is no room for is dropped."""
        with self._lock:
            too_many = self._queue.offer(used, self.clock())
        for _ in range(too_many):
            self.dropped()

    def tick(self) -> float:
        """Write what is due, as many as one batch; the seconds until the next call. The body of a loop."""
        failures = 0
        for _ in range(BATCH):
            with self._lock:
                due = self._queue.next_due(self.clock())
            if due is None:
                return IDLE_SECONDS
            delay = self._attempt(*due)
            failures = failures + 1 if delay else 0
            if delay and failures == _FAILURES:
                return delay
        return PACE_SECONDS

    def _attempt(self, key: ParcelKey, use: Use) -> float:
        """Write one; the seconds to wait before it is attempted again, or 0."""
        try:
            placement = self._write(key, use)
        except RetryLater as error:
            delay = max(error.delay, _SHORTEST_DELAY)
            with self._lock:
                is_kept = self._queue.later(key, delay, self.clock())
            if not is_kept:
                _LOG.warning("a template was not delivered, and is given up", problem=str(error))
                self.dropped()
            return delay
        except ArgosyError as error:
            _LOG.warning("a template cannot be delivered", kind=key.kind, name=key.name, problem=str(error))
            self.count(Delivered.FAILED)
        else:
            self._tell(key, use, placement)
        with self._lock:
            self._queue.done(key, use, self.clock())
        return 0.0

    def _write(self, key: ParcelKey, use: Use) -> Placement:
        stamp = Stamp(self.clock(), STAMP_SECONDS)
        if use.found is None:
            return self.templates.stamp(key, self.runner, stamp)
        sender = Sender(use.namespace, self.runner, use.run_uuid)
        parcel = parcel_of_own_name(use.found, sender)
        placement = self.templates.place(parcel, stamp)
        self.settling.note(parcel, placement, self.clock())
        return placement

    def _tell(self, key: ParcelKey, use: Use, placement: Placement) -> None:
        if placement.outcome in COUNTED:
            self.count(COUNTED[placement.outcome])
        if placement.outcome is Placed.FOREIGN:
            self.publish(foreign_event(key, placement, use.namespace))
