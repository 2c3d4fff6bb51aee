"""What was used by admitted objects and is yet to be delivered and stamped: bounded, with equal things put together.

Handing over is all that an admission does of it, so it takes microseconds; what is written is made by the worker. It
holds what was taken, which the catalog has in memory as well, and never the objects that were admitted.
"""

from __future__ import annotations

import heapq
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple, cast

from argosy.agent.delivery.parcels import ParcelKey, key_of, one_of_each_name
from argosy.resolver.flattened import Mode
from argosy.resolver.manifests import Namespace

if TYPE_CHECKING:
    from collections.abc import Iterator

    from argosy.resolver.flattened import Flattened
    from argosy.resolver.lookup import Found
    from argosy.resolver.manifests import JsonObject, WorkflowTemplate

__all__ = ["CAPACITY", "GIVEN_UP_SECONDS", "NAMESPACE_CAPACITY", "STAMP_SECONDS", "Use", "UseQueue", "Used", "used_by"]

CAPACITY: Final = 4096
NAMESPACE_CAPACITY: Final = 1024
"""So that one namespace does not keep the templates of others from being delivered."""
STAMP_SECONDS: Final = 60.0
"""How often an object is written to for being used."""
GIVEN_UP_SECONDS: Final = 3600.0
"""After how long it is no longer attempted to deliver an object."""


@dataclass(frozen=True, slots=True)
class Used:
    """What one admitted object takes."""

    namespace: Namespace
    run_uuid: str
    """The uid of the admission."""
    taken: tuple[Found, ...]
    """To be there under their own names."""
    versioned: tuple[ParcelKey, ...] = ()
    """The objects of reference mode, which are there already and are only to be stamped."""


class Use(NamedTuple):
    """One object that is used."""

    namespace: Namespace
    """Of whoever uses it: a ClusterWorkflowTemplate has none of its own."""
    run_uuid: str
    found: Found | None
    """None where it is only to be stamped."""


@dataclass(slots=True)
class _Waiting:
    use: Use
    since: float
    due_at: float


@dataclass(slots=True)
class UseQueue:
    """Uses by the turn that they have, one for each object: the last. Not for threads at once."""

    capacity: int = CAPACITY
    namespace_capacity: int = NAMESPACE_CAPACITY
    _waiting: dict[ParcelKey, _Waiting] = field(default_factory=dict["ParcelKey", "_Waiting"])
    _turns: list[tuple[float, int, ParcelKey]] = field(default_factory=list[tuple[float, int, "ParcelKey"]])
    """A heap of when each is due; one that was put off is in it twice."""
    _turn: int = 0
    _sizes: dict[Namespace, int] = field(default_factory=dict["Namespace", int])
    _done_at: OrderedDict[ParcelKey, float] = field(default_factory=OrderedDict["ParcelKey", float])

    def __len__(self) -> int:
        return len(self._waiting)

    def offer(self, used: Used, now: float) -> int:
        """Take a use in; how many of its objects there was no room for."""
        return sum(not self._take(key, use, now) for key, use in _each(used))

    def next_due(self, now: float) -> tuple[ParcelKey, Use] | None:
        """The one whose turn was first, if any has come."""
        while self._turns and self._turns[0][0] <= now:
            due_at, _, key = self._turns[0]
            waiting = self._waiting.get(key)
            if waiting is not None and waiting.due_at == due_at:
                return key, waiting.use
            heapq.heappop(self._turns)
        return None

    def done(self, key: ParcelKey, use: Use, now: float) -> None:
        """It was written, or never can be. What came in meanwhile waits for its turn."""
        self._done_at[key] = now
        self._done_at.move_to_end(key)
        while len(self._done_at) > self.capacity:
            self._done_at.popitem(last=False)
        waiting = self._waiting.get(key)
        if waiting is not None and waiting.use is use:
            self._remove(key)
        elif waiting is not None:
            self._put_off(key, waiting, now + STAMP_SECONDS)

    def later(self, key: ParcelKey, delay: float, now: float) -> bool:
        """It could not be written now; False where it has been waiting for too long, and is given up."""
        waiting = self._waiting.get(key)
        if waiting is None:
            return True
        if now - waiting.since >= GIVEN_UP_SECONDS:
            self._remove(key)
            return False
        self._put_off(key, waiting, now + delay)
        return True

    def _take(self, key: ParcelKey, use: Use, now: float) -> bool:
        waiting = self._waiting.get(key)
        if waiting is not None:
            waiting.use = use
            return True
        size = self._sizes.get(key.namespace, 0)
        if len(self._waiting) >= self.capacity or size >= self.namespace_capacity:
            return False
        self._sizes[key.namespace] = size + 1
        self._waiting[key] = waiting = _Waiting(use, now, now)
        self._put_off(key, waiting, max(now, self._done_at.get(key, 0.0) + STAMP_SECONDS))
        return True

    def _put_off(self, key: ParcelKey, waiting: _Waiting, due_at: float) -> None:
        waiting.due_at = due_at
        self._turn += 1
        heapq.heappush(self._turns, (due_at, self._turn, key))

    def _remove(self, key: ParcelKey) -> None:
        del self._waiting[key]
        left = self._sizes.pop(key.namespace) - 1
        if left:
            self._sizes[key.namespace] = left


def used_by(flattened: Flattened, namespace: Namespace, run_uuid: str, mode: Mode) -> Used:
    """What becomes of a resolved object once it is admitted."""
    versioned: tuple[ParcelKey, ...] = ()
    if mode is Mode.REFERENCE:
        versioned = tuple(_versioned_key(one, namespace) for one in flattened.deliveries)
    return Used(namespace, run_uuid, flattened.taken, versioned)


def _versioned_key(template: WorkflowTemplate, namespace: Namespace) -> ParcelKey:
    manifest = cast("JsonObject", template)
    kind = manifest["kind"]
    own = namespace if kind == "WorkflowTemplate" else Namespace("")
    return ParcelKey(kind, own, manifest["metadata"]["name"])


def _each(used: Used) -> Iterator[tuple[ParcelKey, Use]]:
    for found in one_of_each_name(used.taken):
        yield key_of(found, used.namespace), Use(used.namespace, used.run_uuid, found)
    for key in used.versioned:
        yield key, Use(used.namespace, used.run_uuid, None)
