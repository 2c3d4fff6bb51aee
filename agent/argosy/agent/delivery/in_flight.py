"""Stamps what Workflows use that go on: one that runs for days keeps its templates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from argosy.agent.delivery.delivering import COUNTED
from argosy.agent.delivery.parcels import ParcelKey
from argosy.agent.delivery.placing import Stamp
from argosy.agent.logs import Logger
from argosy.gc.usage import usage_of
from argosy.resolver.errors import ArgosyError

if TYPE_CHECKING:
    from collections.abc import Callable

    from argosy.agent.delivery.placing import Templates
    from argosy.agent.delivery.standing import Standing
    from argosy.agent.metrics import Delivered

__all__ = ["PERIOD_SECONDS", "InFlight"]

_LOG: Final = Logger(__name__)
PERIOD_SECONDS: Final = 300.0
_STALE_PART: Final = 0.8
"""Of the period: what an admission has stamped since the last look is not stamped again."""
_PERIODS: Final = 4
"""At least so many looks in a TTL."""


@dataclass(frozen=True, slots=True)
class InFlight:
    """The body of a loop of the replica that leads."""

    templates: Templates
    standing: Standing
    runner: str
    clock: Callable[[], float]
    """Epoch seconds."""
    count: Callable[[Delivered], None]
    may_act: Callable[[], bool]
    """Whether this replica leads, now."""

    def tick(self, ttl_seconds: float) -> float:
        """Stamp each object that is used and was not stamped lately, once; the seconds until the next look."""
        period = min(PERIOD_SECONDS, ttl_seconds / _PERIODS)
        if not self.may_act():
            # Whoever begins to lead is not to wait for long.
            return min(period, PERIOD_SECONDS / 10)
        try:
            return self._look(period)
        except ArgosyError as error:
            _LOG.warning("what running workflows use cannot be stamped", problem=str(error))
            return period

    def _look(self, period: float) -> float:
        stamp = Stamp(self.clock(), period * _STALE_PART)
        used = {ParcelKey(*key) for key in usage_of(self.standing.in_flight(), ())}
        for key in self.standing.stale(stamp.at - stamp.stale_seconds) if used else ():
            if key in used and self.may_act():
                outcome = self.templates.stamp(key, self.runner, stamp).outcome
                if outcome in COUNTED:
                    self.count(COUNTED[outcome])
        return period
