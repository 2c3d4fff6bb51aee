"""How much the receiver takes: the size, time and number of requests."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Limits", "Rate", "TokenBucket"]


@dataclass(frozen=True, slots=True)
class Rate:
    """So many at once, and then so many a second."""

    burst: int
    per_second: float


@dataclass(frozen=True, slots=True)
class Limits:
    """The defaults leave room for the busiest of hosts, and bound what a stranger can make the process spend."""

    body_bytes: int = 1024 * 1024
    body_seconds: float = 10.0
    """From the first byte asked for to the last byte received."""
    held_bytes: int = 16 * 1024 * 1024
    """Of all bodies being read at one time."""
    requests: Rate = Rate(burst=200, per_second=50.0)
    """Requests whose sender is not yet proved, of both hosts together."""
    refreshes: Rate = Rate(burst=10, per_second=1.0)
    """Proved pushes for one repository that would start a refresh."""


@dataclass(slots=True)
class TokenBucket:
    """A rate, kept: full at the start, a token for each `take`, refilled as time passes."""

    rate: Rate
    clock: Callable[[], float]
    """Seconds that never go back."""
    _tokens: float = field(init=False)
    _filled_at: float = field(init=False)

    def __post_init__(self) -> None:
        self._tokens = float(self.rate.burst)
        self._filled_at = self.clock()

    def take(self) -> bool:
        """Take a token; False, and nothing taken, where there is none."""
        now = self.clock()
        gained = max(0.0, now - self._filled_at) * self.rate.per_second
        self._tokens = min(float(self.rate.burst), self._tokens + gained)
        self._filled_at = now
        if self._tokens < 1.0:
            return False
        self._tokens -= 1.0
        return True
