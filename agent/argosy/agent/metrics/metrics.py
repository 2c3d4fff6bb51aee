"""The agent's metrics: one registry of its own, one method for each thing that happens."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from argosy.agent.metrics.collector import ReadingsCollector
from argosy.agent.metrics.exposition import exposition
from argosy.agent.metrics.labels import Delivered, Kind, Outcome, Reloaded, Swept, bounded, flag, name_of
from argosy.resolver.errors import Reason

if TYPE_CHECKING:
    from collections.abc import Callable
    from enum import Enum, StrEnum

    from argosy.agent.metrics.readings import Readings
    from argosy.resolver.mirror import FetchReport

__all__ = ["Metrics"]

ADMISSION_BUCKETS: Final = (
    *(0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05),
    *(0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0),
)
"""From an admission that is all at hand to the longest that an API server waits by default, in seconds."""
FETCH_BUCKETS: Final = (0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0)


class Metrics:
    """Counts what happens. Threads may share it; a call takes microseconds and never raises for a strange value."""

    def __init__(self, version: str) -> None:
        """`version` is the agent's own, for `argosy_build_info`."""
        self._registry = CollectorRegistry(auto_describe=False)
        self._readings = ReadingsCollector()
        self._admissions = self._counter(
            "admissions", "Admissions by what became of them.", "kind", "outcome", "reason", "dry_run"
        )
        self._admission_seconds = self._histogram(
            "admission_duration", "Time from request to answer.", ADMISSION_BUCKETS, "temperature"
        )
        self._notices = self._counter("admission_notices", "Warnings that admissions were answered with.", "reason")
        self._fetches = self._counter(
            "fetches", "Fetches that git was run for, by how they ended.", "repository", "outcome", "reason"
        )
        self._fetch_seconds = self._histogram("fetch_duration", "Time git took to fetch.", FETCH_BUCKETS, "repository")
        self._delivered = self._outcomes("delivered_templates", "WorkflowTemplates to be delivered.", Delivered)
        self._swept = self._outcomes("swept_templates", "Delivered WorkflowTemplates that looked unused.", Swept)
        self._reloads = self._outcomes("settings_reloads", "Settings that were read anew.", Reloaded)
        self._pushes = self._counter(
            "pushes", "Pushes told by git hosts, by how they were answered.", "host", "outcome"
        )
        self._events_dropped = self._counter("events_dropped", "Kubernetes Events that were not written.")
        self._uses_dropped = self._counter("uses_dropped", "Uses of templates that were neither delivered nor stamped.")
        build = Gauge("argosy_build_info", "Always 1.", ("version",), registry=self._registry)
        build.labels(version).set(1)
        self._registry.register(self._readings)

    def admission(
        self, *, kind: Kind | str, outcome: Outcome, reason: Reason | None, warm: bool, dry_run: bool, seconds: float
    ) -> None:
        """An AdmissionReview was answered; `warm` where nothing had to be fetched or parsed for it."""
        labels = bounded(kind, Kind), bounded(outcome, Outcome), bounded(reason, Reason), flag(on=dry_run)
        self._admissions.labels(*labels).inc()
        self._admission_seconds.labels("warm" if warm else "cold").observe(seconds)

    def noticed(self, reason: Reason) -> None:
        """An admission was answered with a warning: a tag that moved, an answer from before git went away."""
        self._notices.labels(bounded(reason, Reason)).inc()

    def fetched(self, report: FetchReport) -> None:
        """Git was run for a fetch; a FetchObserver."""
        outcome = "failed" if report.error else "fetched"
        self._fetches.labels(report.repository, outcome, bounded(report.error, Reason)).inc()
        self._fetch_seconds.labels(report.repository).observe(report.seconds)
        self._readings.fetched(report)

    def delivered(self, outcome: Delivered) -> None:
        """A WorkflowTemplate was delivered, or was to be."""
        self._delivered.labels(bounded(outcome, Delivered)).inc()

    def swept(self, outcome: Swept) -> None:
        """A delivered WorkflowTemplate was looked at by the sweeper."""
        self._swept.labels(bounded(outcome, Swept)).inc()

    def reloaded(self, outcome: Reloaded) -> None:
        """The settings were read anew."""
        self._reloads.labels(bounded(outcome, Reloaded)).inc()

    def pushed(self, host: Enum | None, outcome: Enum) -> None:
        """A git host told of a push; both are members of closed sets, whose names are the labels."""
        self._pushes.labels(name_of(host), name_of(outcome)).inc()

    def event_dropped(self) -> None:
        """A Kubernetes Event was not written: too many at once, or the API server refused it."""
        self._events_dropped.inc()

    def use_dropped(self) -> None:
        """A template that is used was neither delivered nor stamped for it: too many at once, or for too long."""
        self._uses_dropped.inc()

    def certificate(self, not_after: float) -> None:
        """A certificate is served from now on; until when it is valid, in epoch seconds."""
        self._readings.certificate_not_after = not_after

    def read_from(self, read: Callable[[], Readings]) -> None:
        """Where each scrape reads the state of the clones; called in the thread of the scrape, and must not block."""
        self._readings.read = read

    def exposition(self, accept: str = "") -> tuple[bytes, str]:
        """The text of all metrics, and its content type, in the format that an Accept header asks for.

        Takes milliseconds, and reads files: not for the thread of an event loop.
        """
        return exposition(self._registry, accept)

    def _counter(self, name: str, text: str, *labels: str) -> Counter:
        return Counter(f"argosy_{name}", text, labels, registry=self._registry)

    def _histogram(self, name: str, text: str, buckets: tuple[float, ...], *labels: str) -> Histogram:
        return Histogram(f"argosy_{name}_seconds", text, labels, buckets=buckets, registry=self._registry)

    def _outcomes(self, name: str, text: str, outcomes: type[StrEnum]) -> Counter:
        """A counter that shows every outcome from the start: a rate needs the zero before the first."""
        counter = self._counter(name, text, "outcome")
        for outcome in outcomes:
            counter.labels(outcome)
        return counter
