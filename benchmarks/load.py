"""The program that asks: so many connections, each with one question at a time, for so many seconds.

It reads jobs from its standard input and writes what it measured to its standard output, a line of JSON each. It runs
in a process of its own, so that it takes nothing from the server's, and without an event loop, which would cost more
than the answers that it waits for.
"""

from __future__ import annotations

import gc
import json
import select
import socket
import ssl
import sys
import time
import uuid
from dataclasses import asdict, dataclass, field
from itertools import cycle
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

UID = "00000000-0000-4000-8000-000000000000"
"""Stands in the body of a job for the uid that each question has of its own."""
UIDS = 64
ANSWER_SECONDS = 20.0
_CHUNK = 65536
_HEAD_END = b"\r\n\r\n"
_LENGTH = b"content-length: "


@dataclass(frozen=True, slots=True)
class Job:
    """What is to be asked."""

    port: int
    path: str
    body: str
    ca_file: str
    connections: int = 1
    seconds: float = 1.0
    patched: bool = True
    """Whether each answer must allow what was asked, and carry a patch."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What came of a job, in seconds."""

    answers: int
    seconds: float
    p50: float
    p99: float
    busy: float
    """The part of the time in which this process had the processor: near 1, it is what was measured."""


@dataclass(slots=True)
class Connection:
    """One client, which asks again when it was answered."""

    socket: ssl.SSLSocket
    questions: Iterator[tuple[bytes, bytes]]
    patched: bool
    asked_at: float = 0.0
    uid: bytes = b""
    latencies: list[float] = field(default_factory=list[float])

    def ask(self) -> None:
        self.uid, question = next(self.questions)
        self.asked_at = time.perf_counter()
        self.socket.sendall(question)

    def hear(self) -> None:
        """Read the whole answer, and look at it once the time is taken."""
        head, answer = self._read()
        self.latencies.append(time.perf_counter() - self.asked_at)
        assert head.startswith(b"http/1.1 200"), head
        if self.patched:
            told = (b'"allowed":true', b'"patch":"', b'"uid":"' + self.uid)
            assert all(one in answer for one in told), answer[:2000]

    def _read(self) -> tuple[bytes, bytes]:
        received = self._some()
        while (end := received.find(_HEAD_END)) < 0:
            received += self._some()
        head = received[:end].lower()
        length = int(head.partition(_LENGTH)[2].split(b"\r\n", 1)[0])
        missing = end + len(_HEAD_END) + length - len(received)
        parts = [received]
        while missing > 0:
            parts.append(self._some())
            missing -= len(parts[-1])
        return head, b"".join(parts)[end + len(_HEAD_END) :]

    def _some(self) -> bytes:
        some = self.socket.recv(_CHUNK)
        assert some, "the server hung up"
        return some


def measured(job: Job) -> Measured:
    """Ask for a tenth of the time without measuring, then for all of it."""
    connections = [Connection(_connected(job), _questions(job), job.patched) for _ in range(job.connections)]
    try:
        _asked(connections, job.seconds / 10)
        for connection in connections:
            connection.latencies.clear()
        began, began_busy = time.perf_counter(), time.process_time()
        _asked(connections, job.seconds)
        seconds, busy = time.perf_counter() - began, time.process_time() - began_busy
    finally:
        for connection in connections:
            connection.socket.close()
    latencies = sorted(latency for connection in connections for latency in connection.latencies)
    count = len(latencies)
    return Measured(count, seconds, latencies[count // 2], latencies[count * 99 // 100], busy / seconds)


def _asked(connections: list[Connection], seconds: float) -> None:
    """All ask until the time is over, and are answered then."""
    waiting = {connection.socket.fileno(): connection for connection in connections}
    with select.epoll() as poll:
        for number, connection in waiting.items():
            poll.register(number, select.EPOLLIN)
            connection.ask()
        until = time.perf_counter() + seconds
        while waiting:
            for number, _ in poll.poll(ANSWER_SECONDS):
                connection = waiting[number]
                connection.hear()
                if time.perf_counter() < until:
                    connection.ask()
                else:
                    del waiting[number]


def _connected(job: Job) -> ssl.SSLSocket:
    context = ssl.create_default_context(cafile=job.ca_file)
    plain = socket.create_connection(("127.0.0.1", job.port), ANSWER_SECONDS)
    plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return context.wrap_socket(plain, server_hostname="localhost")


def _questions(job: Job) -> Iterator[tuple[bytes, bytes]]:
    uids = [str(uuid.uuid4()) for _ in range(UIDS)]
    return cycle([(uid.encode(), _question(job, job.body.replace(UID, uid).encode())) for uid in uids])


def _question(job: Job, body: bytes) -> bytes:
    lines = (
        f"POST {job.path} HTTP/1.1",
        "Host: localhost",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
    )
    return "\r\n".join((*lines, "", "")).encode() + body


def main() -> None:
    """Work off the jobs, until there are no more."""
    for line in sys.stdin:
        job = Job(**json.loads(line))
        gc.collect()
        gc.disable()
        print(json.dumps(asdict(measured(job))), flush=True)
        gc.enable()


if __name__ == "__main__":
    main()
