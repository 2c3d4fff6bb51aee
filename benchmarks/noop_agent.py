"""The agent's own command line, with one more path beside the webhook: `/noop` reads a body and answers at once.

What it takes is what any answer of this server takes, TLS and HTTP and the body, in the same process and event loop.
"""

from __future__ import annotations

import os
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from unittest import mock

from argosy.agent.cli import main as command_line
from argosy.agent.process import agent
from argosy.agent.process.servers import Server

if TYPE_CHECKING:
    from argosy.agent.admission.application import Receive, Scope, Send

PATH = "/noop"


class _Beside:
    """An ASGI application with the path beside it."""

    def __init__(self, application: Any) -> None:
        self.application = application

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] != PATH:
            await self.application(scope, receive, send)
            return
        while (await receive()).get("more_body"):
            pass
        # Who answers, for those who want to know that it is still the same process.
        body = b'{"pid":%d}' % os.getpid()
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": int(HTTPStatus.OK), "headers": headers})
        await send({"type": "http.response.body", "body": body})


def _server(application: Any, **options: Any) -> Server:
    return Server(_Beside(application) if options.get("tls") else application, **options)


def main() -> None:
    with mock.patch.object(agent, "Server", _server):
        command_line()


if __name__ == "__main__":
    main()
