"""What was used lately, within a number of bytes; what was used longest ago goes first."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar

if TYPE_CHECKING:
    from collections.abc import Hashable

__all__ = ["Lookups", "Recent"]

_Key = TypeVar("_Key", bound="Hashable")
_Value = TypeVar("_Value")


class Lookups(NamedTuple):
    """How often something was looked for, since the process started."""

    hits: int
    misses: int


class Recent(Generic[_Key, _Value]):
    """A mapping that forgets; threads may share it. What alone is larger than the budget is not kept at all."""

    def __init__(self, budget_bytes: int) -> None:
        self._budget_bytes = budget_bytes
        self._lock = threading.Lock()
        self._items: OrderedDict[_Key, tuple[_Value, int]] = OrderedDict()
        self._bytes = 0
        self._hits = 0
        self._misses = 0

    @property
    def lookups(self) -> Lookups:
        """How often `get` found something, and how often not."""
        return Lookups(self._hits, self._misses)

    @property
    def used_bytes(self) -> int:
        """What all that is kept takes, as its owners told."""
        return self._bytes

    def get(self, key: _Key) -> _Value | None:
        """What was put under this key, if it is still here."""
        with self._lock:
            known = self._items.get(key)
            if known is None:
                self._misses += 1
                return None
            self._hits += 1
            self._items.move_to_end(key)
            return known[0]

    def put(self, key: _Key, value: _Value, size: int) -> None:
        """Keep it, as the most recently used."""
        with self._lock:
            self._bytes -= self._items.pop(key, (None, 0))[1]
            if size > self._budget_bytes:
                return
            self._items[key] = (value, size)
            self._bytes += size
            while self._bytes > self._budget_bytes:
                _, (_, gone) = self._items.popitem(last=False)
                self._bytes -= gone
