"""Reading the body of a request from a stranger: so many bytes, in so many seconds, whatever its headers say."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from argosy.agent.pushes.outcomes import Outcome, Refused

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, MutableMapping
    from typing import Any

    from argosy.agent.pushes.limits import Limits

    Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]

__all__ = ["Bodies", "Gone"]


class Gone(Exception):
    """The client hung up: there is nobody to answer."""


@dataclass(slots=True)
class Bodies:
    """All bodies being read at one time, which share the memory they may take."""

    limits: Limits
    held: int = 0
    """Bytes that are held now."""

    async def read(self, receive: Receive, declared: bytes | None) -> bytes:
        """The whole body; raises Refused when it is too large or too slow, or memory is short, and Gone.

        What the client declares can only make it refused earlier.
        """
        if declared is not None and declared.isdigit() and int(declared[:20]) > self.limits.body_bytes:
            raise Refused(Outcome.TOO_LARGE)
        body = bytearray()
        try:
            async with asyncio.timeout(self.limits.body_seconds):
                await self._fill(body, receive)
        except TimeoutError as error:
            raise Refused(Outcome.TOO_SLOW) from error
        finally:
            self.held -= len(body)
        return bytes(body)

    async def _fill(self, body: bytearray, receive: Receive) -> None:
        more = True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise Gone
            chunk: bytes = message.get("body", b"")
            if len(body) + len(chunk) > self.limits.body_bytes:
                raise Refused(Outcome.TOO_LARGE)
            if self.held + len(chunk) > self.limits.held_bytes:
                raise Refused(Outcome.RATE_LIMITED)
            body += chunk
            self.held += len(chunk)
            more = message.get("more_body", False)
