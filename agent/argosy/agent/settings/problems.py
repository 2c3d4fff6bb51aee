"""What is wrong with settings, told all at once: who mends a file wants to do so in one go."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from argosy.resolver.errors import Misconfigured, Reason

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

__all__ = ["Problems", "as_one"]


@dataclass(slots=True)
class Problems:
    """Collects instead of giving up at the first."""

    found: list[Misconfigured] = field(default_factory=list[Misconfigured])

    @contextmanager
    def collected(self) -> Generator[None]:
        """Go on after the block that found a problem."""
        try:
            yield
        except Misconfigured as error:
            self.found.append(error)


def as_one(problems: Sequence[Misconfigured]) -> Misconfigured:
    """The one problem as it is, or several in one text."""
    if len(problems) == 1:
        return problems[0]
    text = "; ".join(f"({number}) {problem}" for number, problem in enumerate(problems, start=1))
    return Misconfigured(Reason.INVALID_SETTINGS, f"{len(problems)} settings are wrong: {text}")
