"""Bodies of strangers: too large, too slow, and not what their headers say."""

from __future__ import annotations

import json
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from argosy.agent.pushes import Limits, Outcome
from argosy.agent.pushes.limits import Rate
from tests.pushes.receiving import GITHUB_PUSH, receiving, signature

if TYPE_CHECKING:
    from collections.abc import Generator

    from tests.pushes.receiving import Running

LIMIT = 4096
SECONDS = 0.3
HEAD = b"POST /github HTTP/1.1\r\nHost: a\r\nX-GitHub-Event: push\r\n"


@pytest.fixture(scope="module")
def running() -> Generator[Running]:
    limits = Limits(body_bytes=LIMIT, body_seconds=SECONDS, refreshes=Rate(burst=1000, per_second=1.0))
    with receiving(limits) as running:
        yield running


def padded(size: int) -> bytes:
    """A push of exactly so many bytes."""
    body = json.dumps(GITHUB_PUSH).encode()
    return body + b" " * (size - len(body))


def head(*headers: str, body: bytes = b"{}") -> bytes:
    lines = [f"X-Hub-Signature-256: {signature(body)}", *headers]
    return HEAD + "".join(f"{line}\r\n" for line in lines).encode() + b"\r\n"


def chunked(body: bytes, size: int) -> bytes:
    pieces = [body[start : start + size] for start in range(0, len(body), size)]
    return b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"


def status(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1])


@pytest.mark.parametrize(("size", "expected"), [(LIMIT - 1, 202), (LIMIT, 202), (LIMIT + 1, 413), (10 * LIMIT, 413)])
def test_the_limit_is_exact(running: Running, size: int, expected: int) -> None:
    assert running.github(padded(size))[0] == expected


@pytest.mark.parametrize(("size", "expected"), [(LIMIT, 202), (LIMIT + 1, 413), (10 * LIMIT, 413)])
@pytest.mark.parametrize("piece", [7, 1000, 100_000])
def test_the_limit_holds_for_chunked_bodies(running: Running, size: int, piece: int, expected: int) -> None:
    body = padded(size)

    answer = running.raw(head("Transfer-Encoding: chunked", body=body) + chunked(body, piece))

    assert status(answer) == expected


def test_a_body_without_end_is_cut_at_the_limit(running: Running) -> None:
    with socket.create_connection(("127.0.0.1", running.port), timeout=10) as connection:
        connection.sendall(head("Transfer-Encoding: chunked") + b"%x\r\n" % 10**12 + b" " * (LIMIT + 1))

        assert status(connection.recv(4096)) == 413
        assert connection.recv(4096) == b"", "the server hangs up and reads no further"


@pytest.mark.parametrize("declared", [str(LIMIT + 1), "9" * 18])
def test_a_declared_size_beyond_the_limit_is_refused_before_the_body(running: Running, declared: str) -> None:
    assert status(running.raw(head(f"Content-Length: {declared}"))) == 413


@pytest.mark.parametrize(
    "headers",
    [
        ("Content-Length: 2", "Content-Length: 3"),
        ("Content-Length: 2", "Transfer-Encoding: chunked"),
        ("Content-Length: -1",),
        ("Content-Length: 2x",),
        (f"Content-Length: {'9' * 40}",),
    ],
)
def test_sizes_that_contradict_each_other_are_refused(running: Running, headers: tuple[str, ...]) -> None:
    assert status(running.raw(head(*headers), b"{}")) == 400


def test_more_bytes_than_declared_are_another_request_without_proof(running: Running) -> None:
    body = padded(200)
    request = head("Content-Length: 200", body=body) + body

    with socket.create_connection(("127.0.0.1", running.port), timeout=10) as connection:
        connection.sendall(request + b"POST /github HTTP/1.1\r\nHost: a\r\n\r\n")
        answers = b"".join(iter(lambda: connection.recv(4096), b""))

    assert [int(answer[:3]) for answer in answers.split(b"HTTP/1.1 ")[1:]] == [202, 401]


def test_fewer_bytes_than_declared_are_waited_for_until_the_deadline(running: Running) -> None:
    started = time.monotonic()

    assert status(running.raw(head("Content-Length: 100"), b"{}")) == 408
    assert SECONDS * 0.9 <= time.monotonic() - started < 5


def test_a_body_that_trickles_is_cut_by_the_same_deadline(running: Running) -> None:
    stop = threading.Event()

    def trickle(connection: socket.socket) -> None:
        while not stop.wait(SECONDS / 10):
            try:
                connection.sendall(b"1\r\n \r\n")
            except OSError:
                return

    with (
        socket.create_connection(("127.0.0.1", running.port), timeout=10) as connection,
        ThreadPoolExecutor(1) as pool,
    ):
        connection.sendall(head("Transfer-Encoding: chunked"))
        started = time.monotonic()
        sending = pool.submit(trickle, connection)
        answer = connection.recv(4096)
        stop.set()
        sending.result()

    assert status(answer) == 408
    assert time.monotonic() - started < 5


def test_slow_strangers_do_not_keep_a_push_waiting(running: Running) -> None:
    connections = [socket.create_connection(("127.0.0.1", running.port), timeout=10) for _ in range(50)]
    try:
        for connection in connections:
            connection.sendall(head("Content-Length: 100") + b"{")

        assert running.github()[0] == 202
        assert {status(connection.recv(4096)) for connection in connections} == {408}
    finally:
        for connection in connections:
            connection.close()


def test_all_bodies_together_take_a_bounded_memory() -> None:
    with receiving(Limits(body_bytes=LIMIT, held_bytes=2 * LIMIT, body_seconds=5.0)) as running:
        held = [socket.create_connection(("127.0.0.1", running.port), timeout=10) for _ in range(3)]
        try:
            for connection in held:
                connection.sendall(head(f"Content-Length: {LIMIT}") + b" " * (LIMIT - 1))
            refused = next(answer for answer in map(_answered, held) if answer)

            assert status(refused) == 429
        finally:
            for connection in held:
                connection.close()
        until = time.monotonic() + 10
        while (answer := running.github(padded(LIMIT)))[0] == 429 and time.monotonic() < until:
            time.sleep(0.01)

    assert answer == (202, Outcome.ENQUEUED.message)


def _answered(connection: socket.socket) -> bytes:
    connection.settimeout(0.5)
    try:
        return connection.recv(4096)
    except TimeoutError:
        return b""


def test_a_client_that_hangs_up_is_not_counted(running: Running) -> None:
    running.outcomes.clear()
    with socket.create_connection(("127.0.0.1", running.port), timeout=10) as connection:
        connection.sendall(head("Content-Length: 100") + b"{")
    time.sleep(SECONDS * 2)
    running.github({}, event="ping")

    assert [outcome for _, outcome in running.outcomes] == [Outcome.PING]
