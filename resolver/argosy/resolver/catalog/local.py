"""Reading in this very process: for a command, where starting another one would take longer than the work."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from argosy.resolver.catalog.requests import answer

if TYPE_CHECKING:
    from argosy.resolver.catalog.frames import Message
    from argosy.resolver.catalog.indexing import Indexer
    from argosy.resolver.manifests import JsonObject

__all__ = ["Local"]


class Local:
    """Answers with the caller's own thread; threads wait for each other."""

    def __init__(self, indexer: Indexer) -> None:
        self._indexer = indexer
        self._lock = threading.Lock()

    def ask(self, request: JsonObject) -> Message:
        """The answer to one request."""
        with self._lock:
            try:
                return answer(self._indexer, request)
            finally:
                self._indexer.write()

    def close(self) -> None:
        """Nothing is held."""
