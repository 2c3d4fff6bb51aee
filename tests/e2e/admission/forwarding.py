"""One address for several agents, as a Service is."""

from __future__ import annotations

import itertools
import socket
import threading
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from socketserver import BaseRequestHandler, ThreadingTCPServer
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

HOST = "127.0.0.1"


@dataclass(slots=True)
class Forwarder:
    """Each new connection goes to the next of the ports; one that is open stays where it is."""

    port: int
    ports: tuple[int, ...] = ()
    _turns: Iterator[int] = field(default_factory=itertools.count)

    def next_port(self) -> int:
        return self.ports[next(self._turns) % len(self.ports)]


@contextmanager
def forwarding() -> Generator[Forwarder]:
    """Forward until the block ends; to whom is to be set before the first connection."""

    class Handler(BaseRequestHandler):
        def handle(self) -> None:
            with suppress(OSError), socket.create_connection((HOST, forwarder.next_port())) as agent:
                answers = threading.Thread(target=_pump, args=(agent, self.request), daemon=True)
                answers.start()
                _pump(self.request, agent)
                answers.join()

    listener = _Listener((HOST, 0), Handler)
    forwarder = Forwarder(listener.server_address[1])
    thread = threading.Thread(target=listener.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield forwarder
    finally:
        listener.shutdown()
        listener.server_close()
        thread.join()


class _Listener(ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128


def _pump(source: socket.socket, sink: socket.socket) -> None:
    with suppress(OSError):
        while chunk := source.recv(65536):
            sink.sendall(chunk)
    with suppress(OSError):
        sink.shutdown(socket.SHUT_WR)
