"""Ratios of two ways, measured side by side: alternated rounds, medians, since these machines are noisy."""

from __future__ import annotations

import gc
import statistics
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

ROUNDS = 5


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table."""

    goal: str
    measured: float | None
    budget: float | None = None
    at_least: bool = False
    """Whether the measured value must reach the budget, instead of staying below it."""
    detail: str = ""
    """What the ratio is of; where nothing could be measured, what is needed for it."""

    @property
    def kept(self) -> bool:
        """Whether the budget is kept; a row without one, or not measured, is for information."""
        if self.budget is None or self.measured is None:
            return True
        return self.measured >= self.budget if self.at_least else self.measured <= self.budget


@dataclass(frozen=True, slots=True)
class Medians:
    """Seconds of the two ways."""

    measured: float
    reference: float

    @property
    def ratio(self) -> float:
        return self.measured / self.reference

    @property
    def detail(self) -> str:
        return f"{milliseconds(self.measured)} / {milliseconds(self.reference)}"


def side_by_side(
    measured: Callable[[], object], reference: Callable[[], object], *, rounds: int = ROUNDS, repeat: int = 1
) -> Medians:
    """Run both ways in turn, each `repeat` times a round, and take the median of the rounds."""
    ours: list[float] = []
    theirs: list[float] = []
    for _ in range(rounds):
        ours.append(seconds(measured, repeat))
        theirs.append(seconds(reference, repeat))
    return Medians(statistics.median(ours), statistics.median(theirs))


def seconds(action: Callable[[], object], repeat: int = 1) -> float:
    """The time of one run, the garbage collector kept from counting for whichever way it happens to hit."""
    gc.collect()
    started = time.perf_counter()
    for _ in range(repeat):
        action()
    return (time.perf_counter() - started) / repeat


def milliseconds(value: float) -> str:
    return f"{value * 1000:.3g} ms" if value < 1 else f"{value:.2f} s"
