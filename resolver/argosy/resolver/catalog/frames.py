"""Messages between the agent and its reading process: a JSON object, and bytes that no one has to take apart."""

from __future__ import annotations

import struct
import time
from typing import TYPE_CHECKING, Final, NamedTuple

import orjson

if TYPE_CHECKING:
    import socket

    from argosy.resolver.manifests import JsonObject

__all__ = ["Closed", "Message", "receive", "send"]

_LENGTHS: Final = struct.Struct("!IQ")
_PIECE: Final = 1 << 20


class Message(NamedTuple):
    """One request or reply."""

    head: JsonObject
    body: bytes = b""


class Closed(ConnectionError):
    """The other side has gone."""


def send(connection: socket.socket, message: Message) -> None:
    """Write one message."""
    head = orjson.dumps(message.head)
    connection.sendall(_LENGTHS.pack(len(head), len(message.body)) + head)
    connection.sendall(message.body)


def receive(connection: socket.socket, *, deadline: float | None = None) -> Message:
    """Read one message; raises TimeoutError at the deadline (by the monotonic clock), Closed when nobody is there."""
    lengths = _LENGTHS.unpack(_exactly(connection, _LENGTHS.size, deadline))
    head, body = (_exactly(connection, length, deadline) for length in lengths)
    return Message(orjson.loads(head), bytes(body))


def _exactly(connection: socket.socket, length: int, deadline: float | None) -> bytearray:
    received = bytearray(length)
    view = memoryview(received)
    position = 0
    while position < length:
        connection.settimeout(None if deadline is None else max(deadline - time.monotonic(), 0.001))
        count = connection.recv_into(view[position : position + _PIECE])
        if not count:
            raise Closed("the other side has gone")
        position += count
    return received
