"""The sweeper of an agent: on a schedule, by the replica that leads, counted and told."""

from __future__ import annotations

import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Protocol

from argosy.agent.logs import Logger
from argosy.agent.metrics import Swept
from argosy.agent.sweeping.telling import tell
from argosy.gc.plan import Rules
from argosy.gc.schedule import FIRST_SECONDS, Schedule
from argosy.gc.sweeping import Report, Result, Sweep

if TYPE_CHECKING:
    from collections.abc import Callable

    from argosy.agent.events import Event
    from argosy.agent.settings import AgentSettings
    from argosy.gc.sweeping import Cluster

__all__ = ["Alone", "Leads", "Sweeper", "Sweeping", "counted_as", "rules_of"]

_LOG: Final = Logger(__name__)
_SELDOM_SECONDS: Final = 3600.0
_PACE_SECONDS: Final = 0.25
"""Between two Events of announcements: what writes them takes five a second, and has room for some dozens."""
_COUNTED: Final = {
    Result.DELETED: Swept.DELETED,
    Result.ANNOUNCED: Swept.ANNOUNCED,
    Result.KEPT: Swept.KEPT,
    Result.WITHDRAWN: Swept.KEPT,
    Result.CHANGED: Swept.KEPT,
    Result.FAILED: Swept.FAILED,
}


class Sweeping(Protocol):
    """What an agent runs beside its answers."""

    def start(self, settings: Callable[[], AgentSettings]) -> None: ...

    def lead(self) -> float:
        """See to the leadership; the seconds until the next call. The body of a loop."""
        ...

    def is_leader(self) -> bool: ...

    def stop(self) -> None:
        """Blocks until nothing goes on."""
        ...


class Leads(Protocol):
    """Who says which replica sweeps: a Leader."""

    def tick(self) -> float: ...

    def is_leader(self) -> bool: ...

    def resign(self) -> None: ...

    def release(self) -> None: ...


@dataclass(slots=True)
class Alone(Leads):
    """The leader where there is no other replica."""

    _has_resigned: bool = False

    def tick(self) -> float:
        """Nothing has to be renewed."""
        return _SELDOM_SECONDS

    def is_leader(self) -> bool:
        """Until it resigns."""
        return not self._has_resigned

    def resign(self) -> None:
        """As at the end of a Leader."""
        self._has_resigned = True

    def release(self) -> None:
        """Nobody waits for it."""


def rules_of(settings: AgentSettings, runner: str) -> Rules:
    """The rules of a sweep, as the settings have them now."""
    return Rules(runner, settings.template_ttl_seconds, settings.grace_period_seconds)


def counted_as(result: Result) -> Swept | None:
    """None for what somebody else has seen to."""
    return _COUNTED.get(result)


@dataclass(slots=True)
class Sweeper(Sweeping):
    """Sweeps a cluster."""

    cluster: Cluster
    leader: Leads
    runner: str
    publish: Callable[[Event], None]
    count: Callable[[Swept], None]
    clock: Callable[[], float] = time.time
    """Epoch seconds."""
    first_seconds: float = FIRST_SECONDS
    """From the start to the first sweep."""
    _schedule: Schedule | None = None
    _stopping: threading.Event = field(default_factory=threading.Event)

    def start(self, settings: Callable[[], AgentSettings]) -> None:
        """Sweep from now on; the interval holds until the next start, all else is read at each sweep."""
        self._schedule = Schedule(settings().sweep_interval_seconds, self.first_seconds)
        self._schedule.start(lambda: self.sweep(rules_of(settings(), self.runner)))

    def lead(self) -> float:
        """Renew the Lease, or try to take it."""
        return self.leader.tick()

    def is_leader(self) -> bool:
        """Whether this replica does what only one may do."""
        return self.leader.is_leader()

    def stop(self) -> None:
        """A sweep that goes on ends before its next change; then another replica may lead."""
        self._stopping.set()
        self.leader.resign()
        if self._schedule is not None:
            self._schedule.stop()
        self.leader.release()

    def sweep(self, rules: Rules) -> Report:
        """Sweep once, if this replica leads."""
        if not self.leader.is_leader():
            return Report(was_stopped=True)
        report = Sweep(self.cluster, rules, self.clock(), may_act=self.leader.is_leader).run()
        for row in report.rows:
            if counted := counted_as(row.result):
                self.count(counted)
        for namespace, problem in report.problems:
            _LOG.warning("not all could be swept", namespace=namespace, problem=str(problem))
        numbers = Counter(row.result for row in report.rows)
        _LOG.info("swept", **{result.name.lower(): number for result, number in sorted(numbers.items())})
        tell(report, self.publish, self._rest)
        return report

    def _rest(self) -> None:
        self._stopping.wait(_PACE_SECONDS)
