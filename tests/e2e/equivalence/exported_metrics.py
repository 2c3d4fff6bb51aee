"""What the controller counts, as it exports it to loopback by OpenTelemetry: its own page is on every address."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest

from tests.loopback import HttpHandler, Listener, listening

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator

    from opentelemetry.proto.metrics.v1.metrics_pb2 import HistogramDataPoint, Metric, NumberDataPoint

Sample: TypeAlias = tuple[str, tuple[tuple[str, str], ...]]
"""A name, and the labels."""
SECONDS = 20.0


@dataclass(slots=True)
class Exported:
    """The last value of each sample."""

    samples: dict[Sample, float] = field(default_factory=dict[Sample, float])
    port: int = 0
    _exports: threading.Condition = field(default_factory=threading.Condition)
    _count: int = 0

    @property
    def environment(self) -> dict[str, str]:
        """What the controller is to be told."""
        return {
            "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT": f"http://127.0.0.1:{self.port}/v1/metrics",
            "OTEL_EXPORTER_OTLP_METRICS_PROTOCOL": "http/protobuf",
            "OTEL_METRIC_EXPORT_INTERVAL": "500",
        }

    def take(self, content: bytes) -> None:
        found = dict(_samples(ExportMetricsServiceRequest.FromString(content)))
        with self._exports:
            self.samples |= found
            self._count += 1
            self._exports.notify_all()

    def wait(self) -> None:
        """Until all that is counted now has arrived: an export may be on its way that was begun before."""
        with self._exports:
            until = self._count + 2
            assert self._exports.wait_for(lambda: self._count >= until, SECONDS), "nothing is exported"


@contextmanager
def exported() -> Generator[Exported]:
    """Take exports while a block runs."""
    result = Exported()

    class Handler(HttpHandler):
        def respond(self) -> None:
            result.take(self.content())
            self.reply(200, b"", {"Content-Type": "application/x-protobuf"})

    listener = Listener(Handler)
    result.port = listener.server_port
    with listening(listener):
        yield result


def _samples(request: ExportMetricsServiceRequest) -> Iterator[tuple[Sample, float]]:
    for resource in request.resource_metrics:
        for scope in resource.scope_metrics:
            for metric in scope.metrics:
                yield from _of(metric)


def _of(metric: Metric) -> Iterator[tuple[Sample, float]]:
    numbers: Iterable[NumberDataPoint] = [*metric.gauge.data_points, *metric.sum.data_points]
    for number in numbers:
        yield (metric.name, _labels(number)), number.as_double or number.as_int
    for histogram in metric.histogram.data_points:
        yield (f"{metric.name}_count", _labels(histogram)), histogram.count


def _labels(point: NumberDataPoint | HistogramDataPoint) -> tuple[tuple[str, str], ...]:
    return tuple(sorted((each.key, each.value.string_value) for each in point.attributes))
