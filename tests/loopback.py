"""Servers of tests: each listens on loopback, and answers in a thread of its own until a block ends."""

from __future__ import annotations

import json
import socket
import threading
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping
    from socketserver import BaseRequestHandler, BaseServer

HOST = "127.0.0.1"
POLL_SECONDS = 0.02
"""How late a listener hears that it is to end."""
_CHUNK_BYTES = 65536


@contextmanager
def listening(listener: BaseServer) -> Generator[None]:
    """Answer until the block ends, and then listen no more."""
    thread = threading.Thread(target=listener.serve_forever, args=(POLL_SECONDS,), daemon=True)
    with listener:
        thread.start()
        try:
            yield
        finally:
            listener.shutdown()
            thread.join()


class Listener(ThreadingHTTPServer):
    """On a port of its own, for HTTP or for bare connections; it waits for none that is open still when it ends."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, handler: type[BaseRequestHandler]) -> None:
        super().__init__((HOST, 0), handler)


class HttpHandler(BaseHTTPRequestHandler):
    """Prints nothing, and knows how an answer is written; what it answers is for `respond`."""

    def respond(self) -> None:
        """Answer one request, whatever its method."""
        raise NotImplementedError

    def do_GET(self) -> None:
        self.respond()

    def do_POST(self) -> None:
        self.respond()

    def do_PATCH(self) -> None:
        self.respond()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name the base class gives it
        """Print nothing."""

    def content(self) -> bytes:
        """The body of the request."""
        return self.rfile.read(int(self.headers.get("content-length", 0)))

    def json_content(self) -> Any:
        content = self.content()
        return json.loads(content) if content else None

    def reply(self, status: int, content: bytes, headers: Mapping[str, str]) -> None:
        self.send_response(status)
        for name, value in {**headers, "content-length": str(len(content))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def reply_json(self, status: int, content: Any, headers: Mapping[str, str] | None = None) -> None:
        """Bytes are written as they are: they may be no JSON."""
        encoded = content if isinstance(content, bytes) else json.dumps(content).encode()
        self.reply(status, encoded, {"content-type": "application/json", **(headers or {})})


def tunnel(client: socket.socket, port: int, host: str = HOST) -> None:
    """Carry all bytes both ways, until both sides have ended; nothing where nobody listens there."""
    with suppress(OSError), socket.create_connection((host, port)) as server:
        back = threading.Thread(target=_pump, args=(server, client), daemon=True)
        back.start()
        _pump(client, server)
        back.join()


def _pump(source: socket.socket, sink: socket.socket) -> None:
    with suppress(OSError):
        while chunk := source.recv(_CHUNK_BYTES):
            sink.sendall(chunk)
    with suppress(OSError):
        sink.shutdown(socket.SHUT_WR)
