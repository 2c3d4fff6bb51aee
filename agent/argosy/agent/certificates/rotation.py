"""The body of the loop that keeps the served certificate young: look, and say when to look again."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from typing import Final, Protocol

from argosy.resolver.errors import ArgosyError

__all__ = ["LOOK_SECONDS", "RETRY_SECONDS", "Rotation", "Source"]

_LOGGER: Final = logging.getLogger(__name__)

LOOK_SECONDS: Final = 10 * 60.0
"""Not only for what ends: somebody may delete the Secret or overwrite a caBundle, and admissions fail until a look."""
RETRY_SECONDS: Final = 60.0
_SOONEST_SECONDS: Final = 1.0


class Source(Protocol):
    """Where the pair comes from."""

    def look(self, now: float) -> float:
        """Bring what is served up to date; the seconds until something is to be done again. Raises ArgosyError."""
        ...


@dataclass(slots=True)
class Rotation:
    """Looks at a source, and outlives its failures: what is served goes on being served."""

    source: Source
    problem: ArgosyError | None = field(default=None, init=False)
    """Why the last look failed; None after one that did not."""

    def tick(self, now: float) -> float:
        """Look once; the seconds until the next look: 10 minutes, sooner where something is due or has failed."""
        try:
            wait = self.source.look(now)
        except ArgosyError as error:
            self.problem = error
            _LOGGER.warning("the serving certificate could not be looked after: %s", error)
            return RETRY_SECONDS
        self.problem = None
        return min(LOOK_SECONDS, max(_SOONEST_SECONDS, wait))
