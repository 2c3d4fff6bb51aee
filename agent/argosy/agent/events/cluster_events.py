"""Events at the API server: taken in by whoever answers an admission, written by one loop in a thread."""

from __future__ import annotations

import threading
import time
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from argosy.agent.cluster.asking import ANSWERS, Answer, Permission, ask
from argosy.agent.events.backlog import Backlog, Series
from argosy.agent.events.event import Event, Events
from argosy.agent.logs import Logger
from argosy.resolver.errors import ArgosyError, RetryLater

if TYPE_CHECKING:
    from collections.abc import Callable

    from kubernetes.client import CustomObjectsApi

__all__ = ["REPORTING_CONTROLLER", "ClusterEvents", "body_of"]

_LOG: Final = Logger(__name__)
REPORTING_CONTROLLER: Final = "argosy.pipekit.io/agent"
_GROUP: Final = "events.k8s.io"
_MAX_NOTE_BYTES: Final = 1024
_MAX_INSTANCE_LENGTH: Final = 128
"""Both: k8s.io/kubernetes/pkg/apis/core/validation/events.go."""
PACE_SECONDS: Final = 0.2
"""Between two writes: five a second at most."""
IDLE_SECONDS: Final = 1.0
"""How late the first of its kind may be written."""
_ANSWERS: Final = ANSWERS | {HTTPStatus.BAD_REQUEST, HTTPStatus.REQUEST_ENTITY_TOO_LARGE}


def body_of(series: Series, name: str, instance: str) -> dict[str, Any]:
    """The Event of a series, as `events.k8s.io/v1` has it."""
    event = series.event
    regarding = {"apiVersion": event.api_version, "kind": event.kind, "name": event.name, "namespace": event.namespace}
    if event.uid:
        regarding["uid"] = event.uid
    return {
        "apiVersion": f"{_GROUP}/v1",
        "kind": "Event",
        "metadata": {"name": name, "namespace": event.namespace},
        "eventTime": _moment(series.first_at),
        "reportingController": REPORTING_CONTROLLER,
        "reportingInstance": instance[:_MAX_INSTANCE_LENGTH],
        "action": event.action,
        "reason": event.reason,
        "type": str(event.type),
        "note": event.message.encode()[:_MAX_NOTE_BYTES].decode(errors="ignore"),
        "regarding": regarding,
        **_progress(series),
    }


@dataclass(slots=True)
class ClusterEvents(Events):
    """Tells events as Events of the cluster. `publish` is for threads at once, `tick` for one."""

    api: CustomObjectsApi
    instance: str
    """The name of this replica."""
    dropped: Callable[[], None] = lambda: None
    """Called for each event that will not be written."""
    clock: Callable[[], float] = time.time
    _backlog: Backlog = field(default_factory=Backlog)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _rests_until: float = 0.0

    def publish(self, event: Event) -> None:
        """Take an event in; it is dropped where too many wait."""
        with self._lock:
            is_taken = self._backlog.offer(event, self.clock())
        if not is_taken:
            self.dropped()

    def tick(self) -> float:
        """Write what is due, one Event at most; the seconds until the next call. The body of a loop."""
        now = self.clock()
        if now < self._rests_until:
            return self._rests_until - now
        with self._lock:
            series = self._backlog.next_due()
            due_at = series.due_at() if series else None
            count = series.count if series else 0
        if series is None or due_at is None:
            return IDLE_SECONDS
        if due_at > now:
            return min(due_at - now, IDLE_SECONDS)
        rest = self._attempt(series, count, now)
        self._rests_until = now + rest
        return rest

    def _attempt(self, series: Series, count: int, now: float) -> float:
        """Write a series; the seconds until anything may be written again."""
        try:
            is_written = self._write(series)
        except RetryLater as error:
            return error.delay
        except ArgosyError as error:
            _LOG.warning("an event cannot be written", problem=str(error))
            is_written = False
        with self._lock:
            if is_written:
                series.written_at, series.written_count = now, count
            else:
                self._backlog.remove(series)
        if not is_written:
            self.dropped()
        return PACE_SECONDS

    def _write(self, series: Series) -> bool:
        """Whether the API server has taken it. Raises Misconfigured and RetryLater."""
        if series.name:
            answer = self._ask("patch", series, _progress(series), _content_type="application/merge-patch+json")
            if answer.status != HTTPStatus.NOT_FOUND:
                return _is_taken(answer)
        # Events end after an hour by default, so that of a long series may be gone.
        name = f"argosy.{uuid.uuid4().hex}"
        answer = self._ask("create", series, body_of(series, name, self.instance))
        if _is_taken(answer):
            series.name = name
        return _is_taken(answer)

    def _ask(self, verb: str, series: Series, body: dict[str, Any], **options: str) -> Answer:
        namespace = series.event.namespace
        named = (series.name,) if verb == "patch" else ()
        return ask(
            getattr(self.api, f"{verb}_namespaced_custom_object"),
            *(_GROUP, "v1", namespace, "events"),
            *named,
            body,
            permission=Permission(verb, f"events.{_GROUP}", namespace=namespace),
            answers=_ANSWERS,
            **options,
        )


def _is_taken(answer: Answer) -> bool:
    if answer.status < HTTPStatus.BAD_REQUEST:
        return True
    _LOG.warning("an event was refused", status=answer.status, problem=answer.message)
    return False


def _progress(series: Series) -> dict[str, Any]:
    """What a series adds to an Event; one alone is none."""
    if series.count == 1:
        return {}
    return {"series": {"count": series.count, "lastObservedTime": _moment(series.last_at)}}


def _moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
