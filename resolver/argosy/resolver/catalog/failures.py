"""An error as plain data: it crosses from process to process, and each waiting thread raises its own copy."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Final, Self

from argosy.resolver.errors import ArgosyError, Denied, Misconfigured, Reason, RetryLater

if TYPE_CHECKING:
    from argosy.resolver.manifests import JsonObject

__all__ = ["Failure"]

_DELAY_SECONDS: Final = 10.0


@dataclass(frozen=True, slots=True)
class Failure:
    """What went wrong, and what to do next."""

    action: str
    """Name of the class that says what to do next."""
    reason: str
    problem: str
    remedy: str = ""
    site: str = ""
    delay: float = _DELAY_SECONDS

    @classmethod
    def of(cls, error: Exception) -> Self:
        """The failure behind an error; what nobody foresaw may be gone the next time."""
        if not isinstance(error, ArgosyError):
            problem = f"templates could not be read: {type(error).__name__}: {error}"
            return cls(RetryLater.__name__, Reason.INTERNAL, problem, remedy="see the log of the agent")
        delay = error.delay if isinstance(error, RetryLater) else 0.0
        return cls(_action(error), error.reason, error.problem, error.remedy, error.site, delay)

    @classmethod
    def from_json(cls, failure: JsonObject) -> Self:
        """What `as_json` gave."""
        return cls(**failure)

    def as_json(self) -> JsonObject:
        """As JSON has it."""
        return asdict(self)

    def error(self) -> ArgosyError:
        """A new error to raise."""
        reason = Reason(self.reason)
        if self.action == RetryLater.__name__:
            return RetryLater(reason, self.problem, remedy=self.remedy, site=self.site, delay=self.delay)
        kind = Denied if self.action == Denied.__name__ else Misconfigured
        return kind(reason, self.problem, remedy=self.remedy, site=self.site)


def _action(error: ArgosyError) -> str:
    """The one of the three classes that it is, also when it is a kind of one."""
    return next((kind.__name__ for kind in (Denied, RetryLater) if isinstance(error, kind)), Misconfigured.__name__)
