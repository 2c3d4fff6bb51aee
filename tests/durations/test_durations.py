"""Durations as people write them."""

from __future__ import annotations

import pytest

from argosy.resolver.durations import format_duration, parse_duration


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("30s", 30.0),
        ("5m", 300.0),
        ("24h", 86_400.0),
        ("7d", 604_800.0),
        ("1h30m", 5400.0),
        ("0", 0.0),
        (" 2w ", 1_209_600.0),
        ("250ms", 0.25),
        ("1.5h", 5400.0),
    ],
)
def test_a_duration_is_a_number_with_a_unit(text: str, seconds: float) -> None:
    assert parse_duration(text) == pytest.approx(seconds)


@pytest.mark.parametrize("text", ["", "90", "1y", "h", "-5m", "5 m", "1h30", "٣s", "1e3s"])
def test_anything_else_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match="is not a duration; write a number with a unit"):
        parse_duration(text)


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "0s"), (59, "59s"), (61, "1m1s"), (3600, "1h"), (90_061, "1d1h"), (31 * 86_400, "31d")]
)
def test_an_age_is_told_in_its_two_largest_units(seconds: float, text: str) -> None:
    assert format_duration(seconds) == text
