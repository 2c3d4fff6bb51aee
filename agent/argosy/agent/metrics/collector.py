"""The metrics that are made at a scrape, of what is read then."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector

from argosy.agent.metrics.readings import NO_READINGS
from argosy.resolver.errors import Reason

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from prometheus_client.core import Metric

    from argosy.agent.metrics.readings import Readings, RepositoryReading
    from argosy.resolver.mirror import FetchReport
    from argosy.resolver.sources import RepositoryAlias

__all__ = ["ReadingsCollector"]

_ANSWERS: Final = frozenset({None, Reason.INVALID_VERSION, Reason.VERSION_NOT_FOUND})
"""With these the server was reached and answered: it merely has not what was asked for."""


class ReadingsCollector(Collector):
    """Gauges of each repository, counts of the catalog, and the certificate that is served."""

    def __init__(self) -> None:
        self.read: Callable[[], Readings] = lambda: NO_READINGS
        self.certificate_not_after: float | None = None
        self._answered: dict[RepositoryAlias, bool] = {}

    def fetched(self, report: FetchReport) -> None:
        """Remember whether the git server answered last time."""
        self._answered[report.repository] = report.error in _ANSWERS

    def collect(self) -> Iterable[Metric]:
        """As prometheus-client calls it at a scrape."""
        readings = self.read()
        yield from self._repositories(readings.repositories)
        lookups = CounterMetricFamily(
            "argosy_catalog_lookups", "Lookups in the caches in memory.", labels=("cache", "result")
        )
        for cache, counts in readings.lookups.items():
            lookups.add_metric((cache, "hit"), counts.hits)
            lookups.add_metric((cache, "miss"), counts.misses)
        yield lookups
        if self.certificate_not_after is not None:
            yield GaugeMetricFamily(
                "argosy_certificate_expiry_timestamp_seconds",
                "Until when the served certificate is valid, in epoch seconds.",
                self.certificate_not_after,
            )

    def _repositories(self, readings: tuple[RepositoryReading, ...]) -> Iterator[Metric]:
        age = _gauge("argosy_repository_refs_age_seconds", "Time since the fetch that the refs are from.")
        size = _gauge("argosy_repository_clone_bytes", "Size of the packs of the clone.")
        up = _gauge("argosy_repository_up", "1 when the git server answered the last fetch.")
        for one in readings:
            if one.refs_age_seconds is not None:
                age.add_metric((one.alias,), one.refs_age_seconds)
            size.add_metric((one.alias,), one.clone_bytes)
            # Before this process has fetched, a clone of an earlier one is the best that is known.
            up.add_metric((one.alias,), self._answered.get(one.alias, one.refs_age_seconds is not None))
        yield from (age, size, up)


def _gauge(name: str, text: str) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, text, labels=("repository",))
