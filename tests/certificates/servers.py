"""The webhook's server as it runs, on loopback, and clients that never stop asking."""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import uvicorn

from tests.certificates.parts import serial_of

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from argosy.agent.certificates.tls import ServingCertificate

HOST = "127.0.0.1"


async def _application(scope: Any, receive: Any, send: Any) -> None:
    if scope["type"] == "http":
        while (await receive()).get("more_body"):
            pass
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
        await send({"type": "http.response.body", "body": b"ok"})


@contextmanager
def serve(certificate: ServingCertificate) -> Generator[int]:
    """The port of a server that runs until the end of the block."""
    config = uvicorn.Config(
        _application,
        http="httptools",
        loop="uvloop",
        lifespan="off",
        log_config=None,
        ssl_context_factory=certificate.ssl_context_factory,
    )
    server = uvicorn.Server(config)
    with socket.create_server((HOST, 0)) as listener:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield listener.getsockname()[1]
        finally:
            server.should_exit = True
            thread.join()


def trusting(*authorities: bytes) -> ssl.SSLContext:
    """A client that knows these authorities only."""
    context = ssl.create_default_context(cadata=b"".join(authorities).decode())
    context.set_alpn_protocols(["h2", "http/1.1"])
    return context


def connect(port: int, context: ssl.SSLContext, *, name: str | None = HOST) -> ssl.SSLSocket:
    """A connection after its handshake."""
    return context.wrap_socket(socket.create_connection((HOST, port), timeout=10), server_hostname=name)


def serial_at(port: int, context: ssl.SSLContext) -> int:
    """The serial number that a new connection sees."""
    with connect(port, context) as connection:
        return serial_shown(connection)


def serial_shown(connection: ssl.SSLSocket) -> int:
    der = connection.getpeercert(binary_form=True)
    assert der
    return serial_of(ssl.DER_cert_to_PEM_cert(der).encode())


@dataclass(slots=True)
class Clients:
    """Some keep their connection, some make a new one for each request; what they saw is counted."""

    port: int
    context: ssl.SSLContext
    answers: int = 0
    failures: list[str] = field(default_factory=list[str])
    kept: set[int] = field(default_factory=set[int])
    """Serial numbers of connections that were kept."""
    renewed: set[int] = field(default_factory=set[int])
    """Serial numbers of connections made for one request."""
    _stop: threading.Event = field(default_factory=threading.Event)
    _counting: threading.Condition = field(default_factory=threading.Condition)

    @contextmanager
    def asking(self) -> Generator[None]:
        """Four clients at work until the end of the block."""
        kinds: tuple[Callable[[], None], ...] = (self._keep, self._keep, self._renew, self._renew)
        threads = [threading.Thread(target=kind) for kind in kinds]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self._stop.set()
            for thread in threads:
                thread.join()

    def wait_for_more(self, count: int = 40) -> None:
        """Until so many more requests were answered."""
        with self._counting:
            goal = self.answers + count
            assert self._counting.wait_for(lambda: self.answers >= goal, timeout=20)

    def _renew(self) -> None:
        while not self._stop.is_set():
            connection = self._connection()
            self._ask(connection, self.renewed)
            connection.close()

    def _keep(self) -> None:
        connection = self._connection()
        while not self._stop.is_set():
            self._ask(connection, self.kept)
        connection.close()

    def _connection(self) -> http.client.HTTPSConnection:
        return http.client.HTTPSConnection(HOST, self.port, context=self.context, timeout=10)

    def _ask(self, connection: http.client.HTTPSConnection, serials: set[int]) -> None:
        try:
            connection.request("POST", "/mutate", body=b"{}" * 1000)
            response = connection.getresponse()
            assert (response.status, response.read()) == (200, b"ok")
            assert isinstance(connection.sock, ssl.SSLSocket)
            serial = serial_shown(connection.sock)
        except (AssertionError, OSError, http.client.HTTPException) as error:
            self.failures.append(repr(error))
            connection.close()
            return
        with self._counting:
            self.answers += 1
            serials.add(serial)
            self._counting.notify_all()
