"""An HTTP proxy that opens tunnels, and remembers what it was asked with."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from socketserver import StreamRequestHandler
from typing import TYPE_CHECKING

from tests.loopback import Listener, listening, tunnel

if TYPE_CHECKING:
    from collections.abc import Generator


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
                host, _, port = request[""].split()[1].rpartition(":")
                tunnel(self.connection, int(port), host)
            else:
                self._answer(status, "Content-Length: 0")

        def _answer(self, status: str, *headers: str) -> None:
            closing = () if status == "200 OK" else ("Connection: close",)
            self.wfile.write("\r\n".join((f"HTTP/1.1 {status}", *headers, *closing, "", "")).encode("ascii"))

    listener = Listener(Handler)
    proxy = Proxy(listener.server_port)
    with listening(listener):
        yield proxy
