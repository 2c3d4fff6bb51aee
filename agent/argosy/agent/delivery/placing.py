"""The WorkflowTemplates of a cluster, as far as delivering needs them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

from argosy.resolver import contract

if TYPE_CHECKING:
    from argosy.agent.delivery.parcels import Parcel, ParcelKey
    from argosy.resolver.manifests import JsonObject

__all__ = ["Placed", "Placement", "Stamp", "Templates"]

_SKEW_SECONDS: Final = 60
"""By how much the clocks of replicas may differ. A stamp from further ahead is nobody's, and is written over."""
_MAX_DIGITS: Final = 12


class Placed(StrEnum):
    """What became of a parcel."""

    CREATED = "created"
    CHANGED = "changed"
    PRESENT = "present"
    """It was there already, as it should be, and stamped not long ago."""
    STAMPED = "stamped"
    """It was there already, as it should be, and it was noted that it is used."""
    FOREIGN = "foreign"
    """Somebody else's object has that name, and was left alone."""
    ABSENT = "absent"
    """It is not there, and was only to be stamped."""
    OUTSIDE = "outside"
    """It belongs to the whole cluster, or to a namespace, in which this installation may write nothing."""


@dataclass(frozen=True, slots=True)
class Placement:
    """What became of a parcel, and since when an object of that name exists."""

    outcome: Placed
    created_at: float
    """Epoch seconds, by the API server's clock and in whole seconds."""
    uid: str = ""
    """Of somebody else's object."""


class Stamp(NamedTuple):
    """The note on a delivered object that it is used."""

    at: float
    """Epoch seconds."""
    stale_seconds: float
    """An object whose stamp is younger than this is not stamped."""

    @property
    def labels(self) -> dict[str, str]:
        """As it is written."""
        return {contract.LAST_USED_TIMESTAMP: str(int(self.at))}

    def is_due(self, metadata: JsonObject) -> bool:
        """Whether an object with this metadata is to be stamped."""
        text = (metadata.get("labels") or {}).get(contract.LAST_USED_TIMESTAMP, "")
        if not (text.isascii() and text.isdigit() and len(text) <= _MAX_DIGITS):
            return True
        return not -_SKEW_SECONDS <= int(self.at) - int(text) < self.stale_seconds


class Templates(Protocol):
    """Where WorkflowTemplates stand. Threads may share it."""

    def place(self, parcel: Parcel, stamp: Stamp) -> Placement:
        """Put an object in place, stamped, unless somebody else's has its name.

        Raises Denied, RetryLater and Misconfigured.
        """
        ...

    def stamp(self, key: ParcelKey, runner: str, stamp: Stamp) -> Placement:
        """Note that an object of this installation is used, if it is there. Raises RetryLater and Misconfigured."""
        ...
