"""Keeps the cluster in step with the default versions of repositories that are delivered always.

What is gone from git is given over to the sweeper: it is labelled as delivered on use, with the stamp that it has. So
it goes at the next sweep unless somebody uses it or has used it lately; to delete it here would end what runs by it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

from argosy.agent.delivery.delivering import COUNTED, foreign_event
from argosy.agent.delivery.library import library_of
from argosy.agent.delivery.placing import Placed, Stamp, Templates
from argosy.agent.logs import Logger
from argosy.agent.metrics import Delivered
from argosy.resolver import contract
from argosy.resolver.errors import ArgosyError, RetryLater
from argosy.resolver.manifests import Namespace
from argosy.resolver.repositories import Deliver

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from argosy.agent.delivery.library import Library
    from argosy.agent.delivery.parcels import Parcel, ParcelKey
    from argosy.agent.delivery.standing import Standing
    from argosy.agent.events import Event
    from argosy.resolver.manifests import JsonObject
    from argosy.resolver.resolver import Resolver

__all__ = ["LOOK_SECONDS", "REPEAT_SECONDS", "AlwaysDelivery", "ReleasingTemplates"]

_LOG: Final = Logger(__name__)
LOOK_SECONDS: Final = 5.0
"""How often it is seen whether a fetch has brought anything; no request is made for it."""
REPEAT_SECONDS: Final = 600.0
"""After how long it is looked at the cluster though git has not moved: somebody may have deleted or changed one."""


class ReleasingTemplates(Templates, Protocol):
    """Where templates stand that may be given over to the sweeper."""

    def release(self, key: ParcelKey, metadata: JsonObject) -> None:
        """Label as delivered on use, if nobody has written to it since. Raises RetryLater and Misconfigured."""
        ...


@dataclass(slots=True)
class AlwaysDelivery:
    """The body of a loop of the replica that leads."""

    templates: ReleasingTemplates
    standing: Standing
    runner: str
    clock: Callable[[], float]
    """Epoch seconds."""
    count: Callable[[Delivered], None]
    publish: Callable[[Event], None]
    may_act: Callable[[], bool]
    """Whether this replica leads, now."""
    _seen: Hashable = None
    _looked_at: float = 0.0
    _problem: str = ""

    def tick(self, resolver: Resolver) -> float:
        """Bring the cluster in step, if git has moved; the seconds until the next look."""
        now = self.clock()
        if not self.may_act():
            self._seen = None
            return LOOK_SECONDS
        try:
            state = _state(resolver)
            if state == self._seen and now - self._looked_at < REPEAT_SECONDS:
                return LOOK_SECONDS
            self._bring_in_step(library_of(resolver, self.runner), resolver)
        except ArgosyError as error:
            if str(error) != self._problem:
                _LOG.warning("what is delivered always is not in step with git", problem=str(error))
            self._problem = str(error)
            return max(LOOK_SECONDS, error.delay if isinstance(error, RetryLater) else 0.0)
        self._seen, self._looked_at, self._problem = state, now, ""
        return LOOK_SECONDS

    def _bring_in_step(self, library: Library, resolver: Resolver) -> None:
        """Only what differs is written to."""
        standing = dict(self.standing.always())
        for key, parcel in library.parcels.items():
            if key not in standing or parcel.replaces(standing[key]):
                self._place(parcel)
        for key, metadata in standing.items():
            alias = (metadata.get("annotations") or {}).get(contract.TAKEN_REPOSITORY, "")
            is_read = alias not in library.incomplete or alias not in resolver.repositories
            if key not in library.parcels and is_read and self.may_act():
                self.templates.release(key, metadata)

    def _place(self, parcel: Parcel) -> None:
        if not self.may_act():
            return
        try:
            placement = self.templates.place(parcel, Stamp(self.clock(), REPEAT_SECONDS))
        except RetryLater:
            raise
        except ArgosyError as error:
            _LOG.warning("a template cannot be delivered", name=parcel.key.name, problem=str(error))
            self.count(Delivered.FAILED)
            return
        if placement.outcome in COUNTED:
            self.count(COUNTED[placement.outcome])
        if placement.outcome is Placed.FOREIGN:
            self.publish(foreign_event(parcel.key, placement, parcel.key.namespace or Namespace("default")))


def _state(resolver: Resolver) -> Hashable:
    """What decides about the library: other than this it stays as it was."""
    always = [one for one in resolver.repositories.values() if one.deliver is Deliver.ALWAYS]
    refs = [resolver.mirror(one).refs() for one in always]
    return (
        tuple(always),
        resolver.settings.policy,
        tuple((frozenset(one.tags.items()), frozenset(one.branches.items())) for one in refs),
    )
