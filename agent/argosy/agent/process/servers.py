"""The HTTP servers of the agent, in one event loop: uvicorn with httptools and uvloop."""

from __future__ import annotations

import asyncio
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

import uvicorn

if TYPE_CHECKING:
    import socket
    import ssl
    from collections.abc import Callable, Generator

__all__ = ["KEEP_ALIVE_SECONDS", "LEAVING_SECONDS", "Server"]

KEEP_ALIVE_SECONDS: Final = 120
"""Longer than the 90 seconds for which API servers keep idle connections: a POST on one that was closed under it is
lost, since Go's client does not send it again."""
LEAVING_SECONDS: Final = 1.0
"""For the same reason a connection that is in use is not closed at the end, but by the answer on it that says so; one
on which nothing comes for so long is hardly in use."""
_STEP_SECONDS: Final = 0.01


class Server(uvicorn.Server):
    """One port; signals are the process's business, not each server's."""

    def __init__(
        self,
        application: Any,
        *,
        host: str,
        port: int,
        tls: Callable[..., ssl.SSLContext] | None = None,
        drain_seconds: float = 0.0,
    ) -> None:
        config = uvicorn.Config(
            application,
            host=host or None,  # type: ignore[arg-type]  # asyncio's word for every address of the machine
            port=port,
            loop="none",
            http="httptools",
            ws="none",
            lifespan="off",
            interface="asgi3",
            access_log=False,
            log_config=None,
            server_header=False,
            date_header=False,
            timeout_keep_alive=KEEP_ALIVE_SECONDS,
            timeout_graceful_shutdown=max(1, round(drain_seconds)),
            ssl_context_factory=tls,
        )
        super().__init__(config)
        self._leaving_seconds = min(LEAVING_SECONDS, drain_seconds)

    @property
    def port(self) -> int:
        """The port it listens at; known once `started`."""
        return int(self.servers[0].sockets[0].getsockname()[1])

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Let clients go by themselves first, with the answer that each gets to what it asks meanwhile."""
        self.server_state.default_headers = [(b"connection", b"close")]
        for _ in range(round(self._leaving_seconds / _STEP_SECONDS)):
            if not self.server_state.connections:
                break
            await asyncio.sleep(_STEP_SECONDS)
        await super().shutdown(sockets)

    @contextmanager
    def capture_signals(self) -> Generator[None]:
        """Leave SIGTERM and SIGINT to the agent."""
        yield
