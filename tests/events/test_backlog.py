"""Equal events put together, within bounds, in virtual time."""

from __future__ import annotations

import pytest

from argosy.agent.events import Event
from argosy.agent.events.backlog import CAPACITY, NAMESPACE_CAPACITY, QUIET_SECONDS, REPEAT_SECONDS, Backlog, Series
from argosy.resolver.manifests import Namespace

NOW = 1_000_000.0


def _event(number: int = 0, namespace: str = "team-a") -> Event:
    return Event(Namespace(namespace), "argoproj.io/v1alpha1", "CronWorkflow", f"c{number}", "", "Reason", "text")


def _written(series: Series, at: float) -> None:
    series.name, series.written_at, series.written_count = "argosy.1", at, series.count


def _next(backlog: Backlog) -> Series:
    series = backlog.next_due()
    assert series is not None
    return series


def test_equal_events_are_one_series() -> None:
    backlog = Backlog()
    for second in range(5):
        assert backlog.offer(_event(), NOW + second)

    series = _next(backlog)
    assert (series.count, series.first_at, series.last_at, series.due_at()) == (5, NOW, NOW + 4, NOW)


@pytest.mark.parametrize(("after", "due_at"), [(1.0, NOW + REPEAT_SECONDS), (QUIET_SECONDS - 1, NOW + REPEAT_SECONDS)])
def test_that_an_event_goes_on_is_written_now_and_then(after: float, due_at: float) -> None:
    backlog = Backlog()
    backlog.offer(_event(), NOW)
    _written(_next(backlog), NOW)
    assert backlog.next_due() is None

    backlog.offer(_event(), NOW + after)

    assert (_next(backlog).count, _next(backlog).due_at()) == (2, due_at)


def test_an_event_that_comes_back_after_long_is_a_new_one() -> None:
    backlog = Backlog()
    backlog.offer(_event(), NOW)
    _written(_next(backlog), NOW)

    backlog.offer(_event(), NOW + QUIET_SECONDS)

    series = _next(backlog)
    assert (series.count, series.name, series.first_at) == (1, "", NOW + QUIET_SECONDS)


def test_a_series_that_could_not_be_written_for_long_is_not_begun_anew() -> None:
    backlog = Backlog()
    backlog.offer(_event(), NOW)

    backlog.offer(_event(), NOW + 10 * QUIET_SECONDS)

    assert (_next(backlog).count, _next(backlog).first_at) == (2, NOW)


def test_the_first_come_is_the_first_written() -> None:
    backlog = Backlog()
    for number in range(3):
        backlog.offer(_event(number), NOW + number)
    order: list[str] = []
    while series := backlog.next_due():
        order.append(series.event.name)
        _written(series, NOW + 10)

    assert order == ["c0", "c1", "c2"]


def test_one_namespace_cannot_keep_others_from_being_told() -> None:
    backlog = Backlog()
    taken = [backlog.offer(_event(number, "noisy"), NOW) for number in range(NAMESPACE_CAPACITY + 10)]

    assert taken.count(True) == NAMESPACE_CAPACITY
    assert backlog.offer(_event(0, "quiet"), NOW)


def test_what_waits_is_bounded() -> None:
    backlog = Backlog()
    taken = [backlog.offer(_event(0, f"team-{number}"), NOW) for number in range(CAPACITY + 10)]

    assert taken == [True] * CAPACITY + [False] * 10


def test_what_is_written_makes_room_the_quietest_first() -> None:
    backlog = Backlog()
    for number in range(NAMESPACE_CAPACITY):
        backlog.offer(_event(number), NOW + number)
        if number in (3, 4):
            _written(backlog._series[_event(number)], NOW)

    assert backlog.offer(_event(1000), NOW + 100)
    assert _event(3) not in backlog._series
    assert _event(4) in backlog._series
