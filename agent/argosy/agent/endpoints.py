"""What whoever runs the agent asks it, `/livez`, `/readyz`, `/metrics`: a bare ASGI application over plain HTTP.

What it tells is for everybody who reaches its port: no name of an object, no secret, no path of the machine.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from argosy.agent.logs import Logger
from argosy.agent.logs.values import clean, on_one_line

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, MutableMapping

    from argosy.agent.metrics import Metrics

    Scope = MutableMapping[str, Any]
    Message = MutableMapping[str, Any]
    Receive = Callable[[], Awaitable[Message]]
    Send = Callable[[Message], Awaitable[None]]

__all__ = ["Endpoints"]

_PLAIN: Final = "text/plain; charset=utf-8"
_METHODS: Final = ("GET", "HEAD")
_MAX_SCRAPES: Final = 8
"""That may wait for each other. Prometheus needs one; whoever asks more often must not make the agent slow."""
_LOG: Final = Logger(__name__)


@dataclass(frozen=True, slots=True)
class _Answer:
    status: HTTPStatus
    body: bytes
    content_type: str = _PLAIN
    headers: tuple[tuple[bytes, bytes], ...] = ()


@dataclass(slots=True)
class Endpoints:
    """The ASGI application. It is to be served without lifespan and websockets, on a port of its own."""

    metrics: Metrics
    ready: Callable[[], Mapping[str, str]]
    """What is missing until the agent is ready, and why; empty when it is. Called in the event loop: it must not block.
    Its texts are shown to whoever asks."""
    _scraper: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1, "scrape"))
    """A thread of its own: a scrape waits for another scrape, and for no other work."""
    _scrapes: int = 0

    async def __call__(self, scope: Scope, _receive: Receive, send: Send) -> None:
        """Answer one request; its body, if there is one, is never read."""
        if scope["type"] != "http":
            return
        answer = await self._answer(scope)
        await _send(send, answer, head=scope["method"] == "HEAD")

    async def _answer(self, scope: Scope) -> _Answer:
        endpoint = {"/livez": self._live, "/readyz": self._ready, "/metrics": self._metrics}.get(scope["path"])
        if endpoint is None:
            return _told(HTTPStatus.NOT_FOUND, "there is nothing here")
        if scope["method"] not in _METHODS:
            allowed = ", ".join(_METHODS).encode()
            return _told(HTTPStatus.METHOD_NOT_ALLOWED, "use GET", (b"allow", allowed))
        try:
            return await endpoint(scope)
        except Exception:  # noqa: BLE001 - the server would write the traceback itself, and hang up
            _LOG.exception("an endpoint failed", path=scope["path"])
            return _told(HTTPStatus.INTERNAL_SERVER_ERROR, "failed; the log says why")

    async def _live(self, _: Scope) -> _Answer:
        """That the event loop turns is all there is to it: nothing else is mended by starting anew."""
        return _told(HTTPStatus.OK, "ok")

    async def _ready(self, scope: Scope) -> _Answer:
        """What is missing by name; with `?verbose`, why as well."""
        missing = self.ready()
        if not missing:
            return _told(HTTPStatus.OK, "ok")
        verbose = scope["query_string"].split(b"=")[0] == b"verbose"
        names = [f"{name}: {why}" if verbose else name for name, why in sorted(missing.items())]
        lines = [f"[-] {on_one_line(clean(name))}" for name in names]
        return _told(HTTPStatus.SERVICE_UNAVAILABLE, "\n".join(["not ready", *lines]))

    async def _metrics(self, scope: Scope) -> _Answer:
        """One at a time, away from the event loop: it takes milliseconds, and reads files."""
        if self._scrapes >= _MAX_SCRAPES:
            return _told(HTTPStatus.SERVICE_UNAVAILABLE, "too many scrapes at once")
        self._scrapes += 1
        try:
            loop = asyncio.get_running_loop()
            body, content_type = await loop.run_in_executor(self._scraper, self.metrics.exposition, _accept(scope))
        finally:
            self._scrapes -= 1
        return _Answer(HTTPStatus.OK, body, content_type)


def _told(status: HTTPStatus, text: str, *headers: tuple[bytes, bytes]) -> _Answer:
    return _Answer(status, f"{text}\n".encode(), headers=headers)


def _accept(scope: Scope) -> str:
    return b",".join(value for name, value in scope["headers"] if name == b"accept").decode("latin-1")


async def _send(send: Send, answer: _Answer, *, head: bool) -> None:
    headers = [
        (b"content-type", answer.content_type.encode("ascii")),
        (b"content-length", str(len(answer.body)).encode("ascii")),
        (b"cache-control", b"no-store"),
        *answer.headers,
    ]
    if answer.status >= HTTPStatus.BAD_REQUEST:
        # What is left of a refused body is not waited for.
        headers.append((b"connection", b"close"))
    await send({"type": "http.response.start", "status": int(answer.status), "headers": headers})
    await send({"type": "http.response.body", "body": b"" if head else answer.body})
