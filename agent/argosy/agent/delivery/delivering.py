"""Delivers what an admission needs, and says when it is too early to rely on it."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from argosy.agent.delivery.parcels import parcels_of
from argosy.agent.delivery.placing import Placed
from argosy.agent.delivery.settling import Settling
from argosy.agent.metrics import Delivered
from argosy.resolver.cold import Cold
from argosy.resolver.errors import ArgosyError, Denied, Reason, RetryLater
from argosy.resolver.flattened import Mode

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from argosy.agent.delivery.parcels import Parcel
    from argosy.agent.delivery.placing import Templates
    from argosy.resolver.flattened import Flattened
    from argosy.resolver.manifests import Namespace

__all__ = ["TemplateDelivery"]

_COUNTED: Final = {
    Placed.CREATED: Delivered.CREATED,
    Placed.CHANGED: Delivered.UPDATED,
    Placed.FOREIGN: Delivered.FOREIGN,
}


def _uncounted(_: Delivered) -> None:
    """Nobody counts."""


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
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def deliver(self, namespace: Namespace, flattened: Flattened, *, mode: Mode, at_hand: bool = False) -> None:
        """What the object refers to is in place on return, and the controller knows it.

        Raises RetryLater(NOT_DELIVERED) while it may not, Denied(NAME_TAKEN), and what the API server's refusals are;
        with `at_hand` Cold, where the API server would have to be asked.
        """
        parcels = parcels_of(flattened, mode=mode, namespace=namespace, runner=self.runner)
        with self._lock:
            unknown = self.settling.unknown(parcels, self.clock())
        if unknown and at_hand:
            raise Cold
        for parcel in unknown:
            self._place(parcel, mode)
        self._wait(parcels)

    def _place(self, parcel: Parcel, mode: Mode) -> None:
        try:
            placement = self.templates.place(parcel)
        except ArgosyError:
            self.count(Delivered.FAILED)
            raise
        if placement.outcome in _COUNTED:
            self.count(_COUNTED[placement.outcome])
        if placement.outcome is Placed.FOREIGN and mode is Mode.REFERENCE:
            raise _taken(parcel)
        with self._lock:
            self.settling.note(parcel, placement, self.clock())

    def _wait(self, parcels: Sequence[Parcel]) -> None:
        with self._lock:
            seconds = self.settling.seconds_left(parcels, self.clock())
        if seconds > 0:
            raise RetryLater(
                Reason.NOT_DELIVERED,
                "the WorkflowTemplates it refers to were delivered this moment",
                remedy="try again, when the workflow-controller knows them",
                delay=seconds,
            )


def _taken(parcel: Parcel) -> Denied:
    kind, namespace, name = parcel.key
    where = f" in namespace {namespace!r}" if namespace else ""
    return Denied(
        Reason.NAME_TAKEN,
        f"there is a {kind} {name!r}{where} that was not delivered by this installation",
        remedy="delete or rename it, so that the one from git can be delivered",
    )
