from __future__ import annotations

import threading
import time
from datetime import UTC, datetime

from argosy.gc.schedule import Schedule


def test_the_first_run_is_soon_and_more_follow() -> None:
    runs: list[float] = []
    second = threading.Event()

    def job() -> None:
        runs.append(time.monotonic())
        if len(runs) == 2:
            second.set()

    began = time.monotonic()
    schedule = Schedule(1.0, first_seconds=0.0)
    schedule.start(job)
    is_run = second.wait(10)
    schedule.stop()

    assert is_run
    assert runs[0] - began < 1.0 <= runs[1] - began + 0.1


def test_a_run_that_takes_long_is_not_joined_by_another_and_is_waited_for_at_the_end() -> None:
    entered, running, most, ended = threading.Event(), [0], [0], threading.Event()

    def job() -> None:
        running[0] += 1
        most[0] = max(most[0], running[0])
        entered.set()
        time.sleep(1.5)
        running[0] -= 1
        ended.set()

    schedule = Schedule(1.0, first_seconds=0.0)
    schedule.start(job)
    assert entered.wait(10)
    time.sleep(1.2)
    schedule.stop()

    assert (most[0], ended.is_set()) == (1, True)


def test_replicas_that_started_together_do_not_go_on_together() -> None:
    schedule = Schedule(3600.0)
    schedule.start(lambda: None)
    (job,) = schedule._scheduler.get_jobs()
    now = datetime.now(UTC)

    pauses = {(job.trigger.get_next_fire_time(now, now) - now).total_seconds() for _ in range(50)}
    schedule.stop()

    assert 3600 <= min(pauses) < 3700
    assert 3860 < max(pauses) <= 3960
