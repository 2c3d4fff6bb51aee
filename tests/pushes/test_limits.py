"""The token bucket, on a clock that is moved by hand."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from argosy.agent.pushes.limits import Rate, TokenBucket


def test_a_bucket_is_full_at_the_start_and_refills_with_time() -> None:
    now = [100.0]
    bucket = TokenBucket(Rate(burst=2, per_second=0.5), lambda: now[0])

    taken = [bucket.take() for _ in range(3)]
    now[0] += 1.0
    too_early = bucket.take()
    now[0] += 1.0
    in_time = bucket.take()
    now[0] += 1000.0
    after_a_pause = [bucket.take() for _ in range(3)]

    assert taken == [True, True, False]
    assert (too_early, in_time) == (False, True)
    assert after_a_pause == [True, True, False]


def test_a_clock_that_goes_back_gives_nothing() -> None:
    now = [100.0]
    bucket = TokenBucket(Rate(burst=1, per_second=1.0), lambda: now[0])
    bucket.take()
    now[0] = 0.0

    assert not bucket.take()


@given(waits=st.lists(st.floats(0, 10), max_size=50))
def test_no_more_is_taken_than_burst_and_rate_allow(waits: list[float]) -> None:
    now = [0.0]
    bucket = TokenBucket(Rate(burst=3, per_second=0.7), lambda: now[0])
    taken = 0
    for wait in waits:
        now[0] += wait
        taken += bucket.take()

    assert taken <= 3 + 0.7 * now[0] + 1e-6
