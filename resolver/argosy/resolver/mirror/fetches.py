"""Many who want the same fetch, one fetch: over the threads of this process and over processes.

A fetch answers everybody who asked before it began. It runs in a thread of its own under its own deadline, so that
a caller who cannot wait any longer leaves alone. A failure answers those it was asked for, and for as long as its
`delay` also those who would be content with a fetch from before it; while the server asks for patience
(GIT_RATE_LIMITED) it answers everybody.
"""

from __future__ import annotations

import copy
import math
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from argosy.resolver.errors import ArgosyError, Reason, RetryLater
from argosy.resolver.mirror.failures import cache_failure
from argosy.resolver.mirror.locks import locked
from argosy.resolver.mirror.transport import Work

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_DENIAL_SECONDS: Final = 30.0
_MAX_FAILURES: Final = 1000


@dataclass(frozen=True, slots=True)
class Errand:
    """One thing to be fetched."""

    key: str
    """Equal for the same thing."""
    perform: Callable[[Work, float], None]
    """Does it, under the lock; is given the time it begins at, in epoch seconds."""
    is_done: Callable[[float], bool]
    """Whether it was done, by anybody, not before a time in epoch seconds."""
    deadline_seconds: float
    """For the fetch itself, however long its callers wait."""
    afterwards: Callable[[], object] = bool
    """Done when the errand was, and nobody waits any more."""
    report: Callable[[float, ArgosyError | None], object] | None = None
    """Told how many seconds the errand took, and its error: not where another process had done it already."""


@dataclass(slots=True)
class _Flight:
    not_before: float
    began: float | None = None
    error: ArgosyError | None = None
    over: threading.Event = field(default_factory=threading.Event)

    def answers(self, not_before: float) -> bool:
        return self.began is None or self.began >= not_before


@dataclass(frozen=True, slots=True)
class _Failure:
    error: ArgosyError
    began: float
    until: float


class Fetches:
    """The fetches into one clone."""

    def __init__(self, lock: Path, clock: Callable[[], float]) -> None:
        self._lock_file = lock
        self.clock = clock
        self._mutex = threading.Lock()
        self._flights: dict[str, _Flight] = {}
        self._failures: dict[str, _Failure] = {}

    def run(self, errand: Errand, *, not_before: float, deadline_seconds: float | None) -> None:
        """Return when the errand was done by a fetch that began at or after `not_before` (epoch seconds).

        Raises the fetch's error, or RetryLater(GIT_TIMEOUT) when the deadline passes first; the fetch goes on then.
        """
        until = time.monotonic() + deadline_seconds if deadline_seconds is not None else math.inf
        while not errand.is_done(not_before):
            flight, answers = self._join(errand, not_before)
            if not flight.over.wait(min(max(until - time.monotonic(), 0.0), threading.TIMEOUT_MAX)):
                raise RetryLater(
                    Reason.GIT_TIMEOUT,
                    f"git did not answer within {deadline_seconds} seconds",
                    remedy="the fetch goes on: try again",
                )
            if answers and flight.error:
                raise _another(flight.error) from flight.error
            if answers:
                return

    def start(self, errand: Errand) -> None:
        """Have the errand done, and wait for nothing."""
        with suppress(ArgosyError):
            self._join(errand, 0.0)

    def _join(self, errand: Errand, not_before: float) -> tuple[_Flight, bool]:
        """The flight to wait for, and whether it will answer; a new one when there is none."""
        with self._mutex:
            self._raise_known_failure(errand.key, not_before)
            flight = self._flights.get(errand.key)
            if flight is None:
                flight = self._flights[errand.key] = _Flight(not_before)
                threading.Thread(
                    target=self._fly, args=(errand, flight), name=f"fetch {errand.key}", daemon=True
                ).start()
                return flight, True
            if flight.began is None:
                flight.not_before = max(flight.not_before, not_before)
            return flight, flight.answers(not_before)

    def _fly(self, errand: Errand, flight: _Flight) -> None:
        try:
            self._perform(errand, flight)
        finally:
            self._land(errand.key, flight)
        if not flight.error:
            errand.afterwards()

    def _perform(self, errand: Errand, flight: _Flight) -> None:
        started = time.monotonic()
        ends_at = started + errand.deadline_seconds
        performed = False
        try:
            self._lock_file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with locked(self._lock_file, deadline_seconds=errand.deadline_seconds) as lock:
                began = self._begin(flight)
                if not errand.is_done(flight.not_before):
                    performed, started = True, time.monotonic()
                    errand.perform(Work(lock, max(ends_at, started + errand.deadline_seconds / 2)), began)
        except ArgosyError as error:
            flight.error = error
        except Exception as error:  # noqa: BLE001 - whoever waits must hear of it, whatever it is
            flight.error = _unforeseen(error)
            flight.error.__cause__ = error
        if errand.report and (performed or flight.error):
            errand.report(time.monotonic() - started, flight.error)

    def _begin(self, flight: _Flight) -> float:
        with self._mutex:
            flight.began = self.clock()
            return flight.began

    def _land(self, key: str, flight: _Flight) -> None:
        with self._mutex:
            del self._flights[key]
            self._failures.pop(key, None)
            if flight.error:
                self._note_failure(key, flight.error, flight.began)
        flight.over.set()

    def _note_failure(self, key: str, error: ArgosyError, began: float | None) -> None:
        if len(self._failures) >= _MAX_FAILURES:
            self._failures.clear()
        now = self.clock()
        delay = error.delay if isinstance(error, RetryLater) else _DENIAL_SECONDS
        # A server that asks for patience asks it of all requests.
        name = "" if error.reason is Reason.GIT_RATE_LIMITED else key
        self._failures[name] = _Failure(error, now if began is None else began, now + delay)

    def _raise_known_failure(self, key: str, not_before: float) -> None:
        now = self.clock()
        for name in ("", key):
            failure = self._failures.get(name)
            if failure and failure.began <= now < failure.until and (not name or failure.began > not_before):
                raise _another(failure.error, delay=failure.until - now) from failure.error


def _unforeseen(error: Exception) -> RetryLater:
    told = cache_failure(error) if isinstance(error, OSError) else None
    return told or RetryLater(Reason.INTERNAL, f"the fetch failed: {type(error).__name__}: {error}")


def _another(error: ArgosyError, delay: float | None = None) -> ArgosyError:
    """An error of its own for each caller: they note on it the place of their own reference."""
    another = copy.copy(error)
    if isinstance(another, RetryLater) and delay is not None:
        another.delay = delay
    return another


_SHARED: Final[dict[Path, list[Fetches]]] = {}
_SHARED_MUTEX: Final = threading.Lock()


def fetches_into(clone: Path, clock: Callable[[], float]) -> Fetches:
    """The same for all mirrors of a clone that live by the same clock, whoever made them."""
    with _SHARED_MUTEX:
        known = _SHARED.setdefault(clone, [])
        for fetches in known:
            if fetches.clock == clock:
                return fetches
        known.append(Fetches(clone.with_suffix(".lock"), clock))
        return known[-1]
