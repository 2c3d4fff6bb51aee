"""One address for several agents, as a Service is."""

from __future__ import annotations

import itertools
from contextlib import contextmanager
from dataclasses import dataclass, field
from socketserver import BaseRequestHandler
from typing import TYPE_CHECKING

from tests.loopback import Listener, listening, tunnel

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator


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
            tunnel(self.request, forwarder.next_port())

    listener = Listener(Handler)
    forwarder = Forwarder(listener.server_port)
    with listening(listener):
        yield forwarder
