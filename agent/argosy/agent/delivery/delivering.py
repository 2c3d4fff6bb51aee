"""Delivers what an admission needs, and says when it is too early to rely on it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from argosy.agent.delivery.parcels import Sender, parcels_of
from argosy.agent.delivery.placing import Placed, Stamp
from argosy.agent.delivery.settling import Settling
from argosy.agent.events import Event
from argosy.agent.metrics import Delivered
from argosy.resolver import contract
from argosy.resolver.cold import Cold
from argosy.resolver.errors import ArgosyError, Denied, Misconfigured, Reason, RetryLater
from argosy.resolver.flattened import Mode

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from argosy.agent.delivery.parcels import Parcel, ParcelKey
    from argosy.agent.delivery.placing import Placement, Templates
    from argosy.resolver.flattened import Flattened
    from argosy.resolver.manifests import Namespace

__all__ = ["COUNTED", "FRESH_PART", "KNOWN_PART", "Order", "TemplateDelivery", "foreign_event"]

COUNTED: Final = {
    Placed.CREATED: Delivered.CREATED,
    Placed.CHANGED: Delivered.UPDATED,
    Placed.STAMPED: Delivered.STAMPED,
    Placed.FOREIGN: Delivered.FOREIGN,
}
KNOWN_PART: Final = 0.25
FRESH_PART: Final = 0.5
"""Of the TTL. What an admission relies on was stamped so lately, and seen so lately, that it is not swept meanwhile."""


def _uncounted(_: Delivered) -> None:
    """Nobody counts."""


@dataclass(frozen=True, slots=True)
class Order:
    """Whom something is delivered for, and how."""

    namespace: Namespace
    run_uuid: str
    """The uid of the admission."""
    mode: Mode
    ttl_seconds: float
    """After how long without use an object is swept."""


@dataclass(slots=True)
class TemplateDelivery:
    """What an Admitter delivers through. Threads may share it."""

    templates: Templates
    runner: str
    """This installation, as the label `workflows.pipekit.io/runner` names it."""
    clock: Callable[[], float]
    """Epoch seconds."""
    settling: Settling = field(default_factory=Settling)
    count: Callable[[Delivered], None] = _uncounted

    def deliver(self, order: Order, flattened: Flattened, *, at_hand: bool = False) -> None:
        """What the object refers to is in place on return, and the controller knows it.

        Raises RetryLater(NOT_DELIVERED) while it may not, Denied(NAME_TAKEN), and what the API server's refusals are;
        with `at_hand` Cold, where the API server would have to be asked.
        """
        parcels = parcels_of(flattened, Sender(order.namespace, self.runner, order.run_uuid), mode=order.mode)
        unknown = self.settling.unknown(parcels, self.clock(), order.ttl_seconds * KNOWN_PART)
        if unknown and at_hand:
            raise Cold
        for parcel in unknown:
            self._place(parcel, order)
        self._wait(parcels)

    def _place(self, parcel: Parcel, order: Order) -> None:
        try:
            placement = self.templates.place(parcel, Stamp(self.clock(), order.ttl_seconds * FRESH_PART))
        except ArgosyError:
            self.count(Delivered.FAILED)
            raise
        if placement.outcome in COUNTED:
            self.count(COUNTED[placement.outcome])
        if placement.outcome is Placed.FOREIGN and order.mode is Mode.REFERENCE:
            raise _taken_name(parcel.key)
        if placement.outcome is Placed.OUTSIDE and order.mode is Mode.REFERENCE:
            raise _outside(parcel.key)
        self.settling.note(parcel, placement, self.clock())

    def _wait(self, parcels: Sequence[Parcel]) -> None:
        seconds = self.settling.seconds_left(parcels, self.clock())
        if seconds > 0:
            raise RetryLater(
                Reason.NOT_DELIVERED,
                "the WorkflowTemplates it refers to were delivered this moment",
                remedy="try again, when the workflow-controller knows them",
                delay=seconds,
            )


def foreign_event(key: ParcelKey, placement: Placement, namespace: Namespace) -> Event:
    """What is told about somebody else's object that nobody has to wait for, in the namespace of who uses it."""
    told = _taken_name(key)
    return Event(
        namespace,
        contract.API_VERSION,
        key.kind,
        key.name,
        placement.uid,
        reason=told.reason,
        message=f"{told.problem}: Workflows are flattened from git all the same",
    )


def _outside(key: ParcelKey) -> Misconfigured:
    return Misconfigured(
        Reason.CLUSTER_FORBIDDEN,
        f"{key.kind} {key.name!r} has to be delivered, and this installation works in some namespaces only",
        remedy="make it a WorkflowTemplate in git, or install Argosy for the whole cluster",
    )


def _taken_name(key: ParcelKey) -> Denied:
    """What is told about somebody else's object in the place of one from git."""
    kind, namespace, name = key
    where = f" in namespace {namespace!r}" if namespace else ""
    return Denied(
        Reason.NAME_TAKEN,
        f"there is a {kind} {name!r}{where} that was not delivered by this installation",
        remedy="delete or rename it, so that the one from git can be delivered",
    )
