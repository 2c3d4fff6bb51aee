"""When sweeps run: every so often, not all replicas at the same moment, and never two at a time."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.interval import IntervalTrigger

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["FIRST_SECONDS", "Schedule"]

FIRST_SECONDS: Final = 30.0
"""After the start: an agent that is restarted more often than it sweeps would otherwise never sweep."""
_JITTER: Final = 0.1
"""The part of the interval by which a run may be later."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """Runs a job in a thread of its own. A run that is late is made up for once."""

    interval_seconds: float
    first_seconds: float = FIRST_SECONDS
    _scheduler: BackgroundScheduler = field(default_factory=lambda: BackgroundScheduler(timezone=UTC))

    def start(self, job: Callable[[], object]) -> None:
        """What the job raises is logged, and the next run comes all the same."""
        self._scheduler.add_job(
            job,
            IntervalTrigger(
                seconds=max(1, round(self.interval_seconds)),
                jitter=round(self.interval_seconds * _JITTER),
                timezone=UTC,
            ),
            next_run_time=datetime.now(UTC) + timedelta(seconds=self.first_seconds),
            coalesce=True,
            max_instances=1,
            misfire_grace_time=None,
        )
        self._scheduler.start()

    def stop(self) -> None:
        """Waits for a run that has begun; to be called once, after `start`."""
        self._scheduler.shutdown(wait=True)
