"""Many threads with one question: one of them asks, and all get the answer."""

from __future__ import annotations

import threading
from concurrent.futures import Future
from typing import TYPE_CHECKING, Generic, TypeVar

from argosy.resolver.catalog.failures import Failure
from argosy.resolver.errors import ArgosyError

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

__all__ = ["Flights"]

_Key = TypeVar("_Key", bound="Hashable")
_Value = TypeVar("_Value")


class Flights(Generic[_Key, _Value]):
    """The questions that are under way. An error is told to all, to each as its own copy, and is not remembered."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: dict[_Key, Future[_Value | Failure]] = {}

    def join(self, key: _Key, ask: Callable[[], _Value]) -> _Value:
        """The answer to this question: of who asks it already, or by asking it."""
        with self._lock:
            future = self._waiting.get(key)
            if mine := future is None:
                future = self._waiting[key] = Future()
        if mine:
            self._ask(key, future, ask)
        answer = future.result()
        if isinstance(answer, Failure):
            raise answer.error()
        return answer

    def _ask(self, key: _Key, future: Future[_Value | Failure], ask: Callable[[], _Value]) -> None:
        try:
            future.set_result(ask())
        except ArgosyError as error:
            future.set_result(Failure.of(error))
        except BaseException as error:  # noqa: BLE001 - whoever waits must be told, whatever it was
            future.set_exception(error)
        finally:
            with self._lock:
                del self._waiting[key]
