"""What each request is answered, and what it sets going."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from argosy.agent.pushes import HostName, Limits, Outcome
from argosy.agent.pushes.limits import Rate
from tests.pushes.receiving import GITHUB_PUSH, nested, receiving

if TYPE_CHECKING:
    from collections.abc import Generator

    from tests.pushes.receiving import Running


@pytest.fixture(scope="module")
def running() -> Generator[Running]:
    with receiving() as running:
        yield running


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/github", 405),
        ("PUT", "/gitlab", 405),
        ("OPTIONS", "/github", 405),
        ("POST", "/", 404),
        ("POST", "/GITHUB", 404),
        ("POST", "/github/", 404),
        ("POST", "/bitbucket", 404),
        ("POST", "/../github", 404),
        ("GET", "/healthz", 404),
    ],
)
def test_nothing_else_is_served(running: Running, method: str, path: str, status: int) -> None:
    assert running.post(path, b"", method=method)[0] == status


def test_a_wrong_method_names_the_right_one(running: Running) -> None:
    assert b"\r\nallow: POST\r\n" in running.raw(b"GET /github HTTP/1.1\r\nHost: a\r\n\r\n")


def test_a_ping_is_answered_and_sets_nothing_going(running: Running) -> None:
    assert running.github({"zen": "Keep it logically awesome."}, event="ping") == (200, Outcome.PING.message)
    assert running.refreshed == []


@pytest.mark.parametrize("event", ["issues", "create", "", "PUSH", "Push Hook"])
def test_another_event_is_ignored(running: Running, event: str) -> None:
    assert running.github(event=event) == (202, Outcome.IGNORED.message)
    assert running.gitlab(event=event.replace("Push Hook", "push")) == (202, Outcome.IGNORED.message)
    assert running.refreshed == []


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"payload=%7B%22repository%22%3A%7B%7D%7D",
        b"null",
        b"[]",
        b"{}",
        b'"repository"',
        b'{"repository": null}',
        b'{"repository": []}',
        b'{"repository": {"clone_url": null, "ssh_url": 7, "git_url": {}}}',
        b'{"repository": {"clone_url": "https://github.com/acme/templates.git"}',
        b'{"repository": {"clone_url": "\xff"}}',
        b'{"project": {"git_http_url": "https://github.com/acme/templates.git"}}',
        b'{"clone_url": "https://github.com/acme/templates.git"}',
        nested(500_000),
        b'{"a":' * 150_000 + b"1" + b"}" * 150_000,
        b'{"repository": ' + nested(1000) + b"}",
    ],
    ids=lambda body: body[:40].decode("latin-1"),
)
def test_a_body_that_is_no_push_is_malformed(running: Running, body: bytes) -> None:
    assert running.github(body) == (400, Outcome.MALFORMED.message)
    assert running.refreshed == []


def test_only_a_configured_repository_is_refreshed(running: Running) -> None:
    unknown = {"repository": {"clone_url": "https://github.com/acme/another.git"}}

    assert running.github(unknown) == (202, Outcome.UNKNOWN_REPOSITORY.message)
    assert running.refreshed == []


def test_nothing_else_of_the_payload_is_used() -> None:
    lying: dict[str, Any] = {
        **GITHUB_PUSH,
        "ref": "--upload-pack=/bin/sh",
        "after": "../../etc/passwd",
        "repository": {**GITHUB_PUSH["repository"], "name": "science", "full_name": "science/templates"},  # type: ignore[dict-item]  # one of its values is a mapping
    }

    with receiving() as running:
        assert running.github(lying)[0] == 202
        assert running.wait_refreshed(1) == ["platform"]


def test_every_alias_of_the_pushed_repository_is_refreshed() -> None:
    url = "https://github.com/acme/templates"
    with receiving(one=url, two="ssh://git@github.com/acme/templates.git", three=f"{url}2") as running:
        running.github()

        assert sorted(running.wait_refreshed(2)) == ["one", "two"]


def test_pushes_during_a_refresh_become_one_more() -> None:
    with receiving() as running:
        running.gate.clear()
        running.github()
        running.wait_refreshed(1)
        messages = [running.github()[1] for _ in range(20)]
        running.gate.set()

        assert running.wait_refreshed(2) == ["platform", "platform"]
        assert messages == [Outcome.ENQUEUED.message] + [Outcome.PENDING.message] * 19


def test_each_outcome_is_counted_with_its_host() -> None:
    with receiving() as running:
        running.github(event="ping")
        running.gitlab({"project": {"git_http_url": "https://gitlab.example/else"}})
        running.post("/elsewhere", b"")

    assert running.outcomes == [
        (HostName.GITHUB, Outcome.PING),
        (HostName.GITLAB, Outcome.UNKNOWN_REPOSITORY),
        (None, Outcome.NOT_FOUND),
    ]


def test_pushes_of_one_repository_beyond_its_rate_wait_their_turn() -> None:
    with receiving(Limits(refreshes=Rate(burst=2, per_second=0.1))) as running:

        def push(count: int) -> int:
            status = running.github()[0]
            running.wait_refreshed(count)
            return status

        first = [push(1), push(2), push(2), running.gitlab()[0]]
        running.now[0] += 9.9
        still = push(2)
        running.now[0] += 0.2
        later = push(4)

    assert (first, still, later) == ([202, 202, 429, 202], 429, 202)


def test_requests_beyond_the_rate_are_refused_before_their_body_is_read() -> None:
    with receiving(Limits(requests=Rate(burst=3, per_second=1.0))) as running:
        wrong = {"X-Hub-Signature-256": "sha256=0"}
        statuses = [running.post("/github", b"{}", wrong)[0] for _ in range(3)] + [running.github()[0]]
        running.now[0] += 1.0
        statuses.append(running.github()[0])

    assert statuses == [401, 401, 401, 429, 202]
