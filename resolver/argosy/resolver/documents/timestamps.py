"""Which texts Go takes for a date or a time: only an explicit `!!timestamp` asks, and the value stays text."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

__all__ = ["is_timestamp"]

# time.Parse with the four layouts of resolve.go: a date, a date and a time with a zone, or after one space without.
_TIMESTAMP: Final = re.compile(
    r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})"
    r"(?:(?P<between>[Tt ])([0-9]{1,2}):([0-9]{1,2}):([0-9]{1,2})(?:[.,][0-9]+)?"
    r"(?P<zone>Z|[-+]([0-9]{2}):([0-9]{2}))?)?"
).fullmatch
_BOUNDS: Final = (24, 60, 60)
_ZONE_BOUNDS: Final = (25, 61)


def is_timestamp(text: str) -> bool:
    """Whether the text is a date, or a date and a time, in one of the forms that Go's reader knows.

    >>> is_timestamp("2001-12-14T21:59:43.10-05:00"), is_timestamp("2001-02-30")
    (True, False)
    """
    match = _TIMESTAMP(text)
    if not match:
        return False
    year, month, day, _, *clock = match.groups()
    between, zone = match["between"], match["zone"]
    if between is not None and (between == " ") is (zone is not None):
        return False
    time = zip(clock[:3], _BOUNDS, strict=True)
    offset = zip(clock[4:], _ZONE_BOUNDS, strict=True)
    return _is_day(int(year), int(month), int(day)) and all(
        part is None or int(part) < bound for part, bound in (*time, *offset)
    )


def _is_day(year: int, month: int, day: int) -> bool:
    try:
        # Go has a year 0, a leap year, as is 2000.
        date(year or 2000, month, day)
    except ValueError:
        return False
    return True
