"""What probes and scrapers get, over real HTTP."""

from __future__ import annotations

import http.client
import io
import json
import logging
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NoReturn

import pytest
import uvicorn

from argosy.agent.endpoints import Endpoints
from argosy.agent.logs import LogFormat, configure
from argosy.agent.metrics import Kind, Metrics, Outcome, Readings, RepositoryReading
from argosy.resolver.sources import RepositoryAlias

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping

SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    body: str
    headers: Mapping[str, str]


@dataclass(slots=True)
class Served:
    """Endpoints behind a port, and what they are asked to tell."""

    port: int
    missing: dict[str, str] = field(default_factory=dict[str, str])
    metrics: Metrics = field(default_factory=lambda: Metrics("1"))

    def ask(self, path: str, method: str = "GET", **headers: str) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=SECONDS)
        try:
            connection.request(method, path, headers=headers)
            response = connection.getresponse()
            body = response.read().decode()
            return Answer(response.status, body, {name.lower(): value for name, value in response.getheaders()})
        finally:
            connection.close()


@contextmanager
def serving() -> Generator[Served]:
    listener = socket.create_server(("127.0.0.1", 0))
    served = Served(listener.getsockname()[1])
    application = Endpoints(served.metrics, lambda: served.missing)
    config = uvicorn.Config(application, http="httptools", ws="none", lifespan="off", log_config=None, access_log=False)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        yield served
    finally:
        server.should_exit = True
        thread.join(SECONDS)
        listener.close()


@pytest.fixture
def served() -> Generator[Served]:
    with serving() as running:
        yield running


@pytest.fixture
def log() -> Generator[io.StringIO]:
    root, ours = logging.getLogger(), logging.getLogger("argosy")
    before = list(root.handlers), root.level, ours.level
    stream = io.StringIO()
    configure(LogFormat.JSON, logging.INFO, stream)
    yield stream
    root.handlers[:] = before[0]
    root.setLevel(before[1])
    ours.setLevel(before[2])


def test_a_process_that_answers_is_alive_and_ready(served: Served) -> None:
    assert (served.ask("/livez").status, served.ask("/livez").body) == (200, "ok\n")
    assert (served.ask("/readyz").status, served.ask("/readyz").body) == (200, "ok\n")


def test_what_is_missing_makes_it_unready_and_not_dead(served: Served) -> None:
    served.missing.update({"repository main": "the first clone is under way", "certificate": "none yet"})

    assert served.ask("/livez").status == 200
    answer = served.ask("/readyz")
    assert (answer.status, answer.body) == (503, "not ready\n[-] certificate\n[-] repository main\n")


def test_it_says_why_when_it_is_asked_to(served: Served) -> None:
    served.missing.update({"repository main": "the first clone is under way"})

    assert served.ask("/readyz?verbose").body == "not ready\n[-] repository main: the first clone is under way\n"
    served.missing.clear()
    assert served.ask("/readyz?verbose").body == "ok\n"


@pytest.mark.parametrize(
    ("why", "shown"),
    [
        ("cannot read https://me:s3cr3t@git.example/a.git", "cannot read https://***@git.example/a.git"),
        ("a\nok", r"a\nok"),
        ("a\x1b[2Kb", r"a\x1b[2Kb"),
        ("a\ud800b", r"a\ud800b"),
    ],
)
def test_the_reasons_hold_no_secret_and_no_other_line(served: Served, why: str, shown: str) -> None:
    served.missing["repository main"] = why

    assert served.ask("/readyz?verbose").body == f"not ready\n[-] repository main: {shown}\n"


def test_metrics_are_what_has_happened(served: Served) -> None:
    served.metrics.admission(
        kind=Kind.WORKFLOW, outcome=Outcome.FLATTENED, reason=None, warm=True, dry_run=False, seconds=0.001
    )

    answer = served.ask("/metrics")

    assert answer.status == 200
    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    line = 'argosy_admissions_total{dry_run="false",kind="Workflow",outcome="flattened",reason=""} 1.0'
    assert line in answer.body.splitlines()


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("application/openmetrics-text", "application/openmetrics-text; version=1.0.0; charset=utf-8"),
        ("application/openmetrics-text;version=7", "text/plain; version=0.0.4; charset=utf-8"),
        ("application/openmetrics-text;version=\xff", "text/plain; version=0.0.4; charset=utf-8"),
    ],
)
def test_metrics_come_in_the_format_that_is_accepted(served: Served, accept: str, expected: str) -> None:
    answer = served.ask("/metrics", accept=accept)

    assert (answer.status, answer.headers["content-type"]) == (200, expected)
    assert answer.body.endswith("# EOF\n") == expected.startswith("application/openmetrics-text")


@pytest.mark.parametrize("path", ["/livez", "/readyz", "/metrics"])
def test_head_is_get_without_the_body(served: Served, path: str) -> None:
    head = served.ask(path, "HEAD")

    assert (head.status, head.body) == (200, "")
    assert int(head.headers["content-length"]) > 0


@pytest.mark.parametrize("path", ["/", "/healthz", "/metrics/", "//metrics", "/METRICS", "/livez/../metrics", "/debug"])
def test_there_is_nothing_elsewhere(served: Served, path: str) -> None:
    assert (served.ask(path).status, served.ask(path, "POST").status) == (404, 404)


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
@pytest.mark.parametrize("path", ["/livez", "/readyz", "/metrics"])
def test_nothing_can_be_changed(served: Served, method: str, path: str) -> None:
    answer = served.ask(path, method)

    assert (answer.status, answer.headers["allow"]) == (405, "GET, HEAD")


def test_probes_are_answered_while_a_scrape_hangs(served: Served) -> None:
    hanging, reached = threading.Event(), threading.Event()

    def read() -> Readings:
        reached.set()
        hanging.wait(SECONDS)
        return Readings()

    served.metrics.read_from(read)
    with ThreadPoolExecutor(1) as threads:
        scrape = threads.submit(served.ask, "/metrics")
        assert reached.wait(SECONDS)
        assert (served.ask("/livez").status, served.ask("/readyz").status) == (200, 200)
        assert not scrape.done()
        hanging.set()
        assert scrape.result().status == 200


def test_who_scrapes_too_often_at_once_is_sent_away(served: Served) -> None:
    hanging = threading.Event()

    def read() -> Readings:
        hanging.wait(SECONDS)
        return Readings()

    served.metrics.read_from(read)
    with ThreadPoolExecutor(40) as threads:
        scrapes = [threads.submit(served.ask, "/metrics") for _ in range(40)]
        while sum(scrape.done() for scrape in scrapes) < 32:
            time.sleep(0.01)
        hanging.set()
        statuses = [scrape.result().status for scrape in scrapes]

    assert (statuses.count(200), statuses.count(503)) == (8, 32)


def test_a_scrape_while_everything_is_counted_is_whole(served: Served) -> None:
    repositories = tuple(RepositoryReading(RepositoryAlias(f"r{number}"), 1.0, 1) for number in range(20))
    served.metrics.read_from(lambda: Readings(repositories))
    over = threading.Event()

    def count() -> None:
        while not over.is_set():
            served.metrics.admission(
                kind=Kind.WORKFLOW, outcome=Outcome.FLATTENED, reason=None, warm=True, dry_run=False, seconds=0.001
            )

    counting = threading.Thread(target=count)
    counting.start()
    try:
        answers = [served.ask("/metrics", accept="application/openmetrics-text") for _ in range(10)]
    finally:
        over.set()
        counting.join()

    assert [answer for answer in answers if answer.status != 200 or not answer.body.endswith("# EOF\n")] == []
    assert answers[0].body.count("argosy_repository_up{") == 20


def test_a_fault_is_in_the_log_and_not_in_the_answer(log: io.StringIO, served: Served) -> None:
    def fail() -> NoReturn:
        raise ValueError("https://me:s3cr3t@git.example")

    served.metrics.read_from(fail)
    answer = served.ask("/metrics")

    assert (answer.status, answer.body) == (500, "failed; the log says why\n")
    assert "s3cr3t" not in log.getvalue()
    (line,) = [one for one in map(json.loads, log.getvalue().splitlines()) if one["level"] == "error"]
    assert (line["message"], line["path"]) == ("an endpoint failed", "/metrics")
    assert served.ask("/livez").status == 200


def test_the_server_writes_its_lines_as_all_others_and_none_for_a_request(log: io.StringIO) -> None:
    with serving() as running:
        running.ask("/livez")
        with socket.create_connection(("127.0.0.1", running.port), SECONDS) as connection:
            connection.sendall(b"no request at all\r\n\r\n")
            connection.recv(1000)

    lines = [json.loads(line) for line in log.getvalue().splitlines()]

    assert {line["logger"] for line in lines} == {"uvicorn.error"}
    assert "Invalid HTTP request received." in [line["message"] for line in lines]
    assert [line for line in lines if "livez" in json.dumps(line)] == []
