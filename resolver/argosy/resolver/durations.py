"""Durations as people write them in settings: `30s`, `5m`, `24h`, `7d`, `1h30m`."""

from __future__ import annotations

import re
from typing import Final

_SECONDS: Final = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86_400.0, "w": 604_800.0}
_PART: Final = re.compile(r"([0-9]+(?:\.[0-9]+)?)(ms|[smhdw])")
_WHOLE: Final = re.compile(rf"(?:{_PART.pattern})+")


def parse_duration(text: str) -> float:
    """Seconds. Go's notation, with days and weeks; a bare number is refused, except 0, since it hides its unit.

    >>> parse_duration("1h30m")
    5400.0
    >>> parse_duration("90")
    Traceback (most recent call last):
    ValueError: '90' is not a duration; write a number with a unit, as 30s, 5m, 24h or 7d
    """
    text = text.strip()
    if text == "0":
        return 0.0
    if not _WHOLE.fullmatch(text):
        raise ValueError(f"{text!r} is not a duration; write a number with a unit, as 30s, 5m, 24h or 7d")
    return sum(float(number) * _SECONDS[unit] for number, unit in _PART.findall(text))


def format_duration(seconds: float) -> str:
    """The two largest units of a duration, as people say an age.

    >>> format_duration(93_784)
    '1d2h'
    >>> format_duration(0.2)
    '0s'
    """
    whole = int(seconds)
    parts: list[str] = []
    for unit in ("d", "h", "m", "s"):
        count, whole = divmod(whole, int(_SECONDS[unit]))
        if count:
            parts.append(f"{count}{unit}")
    return "".join(parts[:2]) or "0s"
