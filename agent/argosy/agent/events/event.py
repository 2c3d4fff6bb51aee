"""What is told, about which object."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from argosy.resolver.manifests import Namespace

__all__ = ["Event", "EventType", "Events"]


class EventType(StrEnum):
    """The two that Kubernetes has."""

    NORMAL = "Normal"
    WARNING = "Warning"


@dataclass(frozen=True, slots=True)
class Event:
    """One thing to be told about an object. Equal ones that follow each other are told as one, with their number."""

    namespace: Namespace
    """The object's, and so the Event's."""
    api_version: str
    kind: str
    name: str
    uid: str
    """Empty where it is not known; `kubectl describe` then does not show the Event, `kubectl events` does."""
    reason: str
    """In CamelCase."""
    message: str
    type: EventType = EventType.WARNING
    action: str = "Resolve"
    """What was done or tried, in CamelCase."""


class Events(Protocol):
    """Where events are told."""

    def publish(self, event: Event) -> None:
        """Returns at once, and never raises: an event may be lost, an admission must not wait for one."""
        ...
