"""The WorkflowTemplates of a cluster, as far as delivering needs them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from argosy.agent.delivery.parcels import Parcel

__all__ = ["Placed", "Placement", "Templates"]


class Placed(StrEnum):
    """What became of a parcel."""

    CREATED = "created"
    CHANGED = "changed"
    PRESENT = "present"
    """It was there already, as it should be."""
    FOREIGN = "foreign"
    """Somebody else's object has that name, and was left alone."""


@dataclass(frozen=True, slots=True)
class Placement:
    """What became of a parcel, and since when an object of that name exists."""

    outcome: Placed
    created_at: float
    """Epoch seconds, by the API server's clock and in whole seconds."""


class Templates(Protocol):
    """Where WorkflowTemplates stand."""

    def place(self, parcel: Parcel) -> Placement:
        """Put an object in place, unless somebody else's has its name. Raises Denied, RetryLater and Misconfigured."""
        ...
