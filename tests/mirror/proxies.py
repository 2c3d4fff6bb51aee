"""An HTTP proxy that opens tunnels, and remembers what it was asked with."""

from __future__ import annotations

import socket
import threading
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from socketserver import StreamRequestHandler, ThreadingTCPServer
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Generator

HOST = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Proxy:
    """A running proxy."""

    port: int
    asked: list[dict[str, str]] = field(default_factory=list[dict[str, str]])
    """The headers of each request, by names in small letters; the request itself has no name."""


@contextmanager
def proxying(authorization: str, *, status: str = "200 OK") -> Generator[Proxy]:
    """A proxy that answers so to whoever sends this header, and then opens the tunnel where that is success."""

    class Handler(StreamRequestHandler):
        timeout = 30

        def handle(self) -> None:
            lines = iter(lambda: self.rfile.readline().decode("ascii").strip(), "")
            request = {"": next(lines)}
            request |= {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
            proxy.asked.append(request)
            if request.get("proxy-authorization") != authorization:
                self._answer("407 Proxy Authentication Required", 'Proxy-Authenticate: Basic realm="proxy"')
            elif status == "200 OK":
                self._answer(status)
                self._tunnel(request[""].split()[1])
            else:
                self._answer(status, "Content-Length: 0")

        def _answer(self, status: str, *headers: str) -> None:
            closing = () if status == "200 OK" else ("Connection: close",)
            self.wfile.write("\r\n".join((f"HTTP/1.1 {status}", *headers, *closing, "", "")).encode("ascii"))

        def _tunnel(self, target: str) -> None:
            host, _, port = target.rpartition(":")
            with suppress(OSError), socket.create_connection((host, int(port))) as server:
                back = threading.Thread(target=_pump, args=(server, self.connection), daemon=True)
                back.start()
                _pump(self.connection, server)
                back.join()

    class Listener(ThreadingTCPServer):
        daemon_threads = True
        block_on_close = False

    with Listener((HOST, 0), Handler) as listener:
        proxy = Proxy(listener.server_address[1])
        thread = threading.Thread(target=listener.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        yield proxy
        listener.shutdown()
        thread.join()


def _pump(source: socket.socket, sink: socket.socket) -> None:
    with suppress(OSError):
        while chunk := source.recv(65536):
            sink.sendall(chunk)
    with suppress(OSError):
        sink.shutdown(socket.SHUT_WR)
