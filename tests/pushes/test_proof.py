"""Who may ask for a refresh: only who knows the secret of the host, as it is now."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from argosy.agent.pushes import HostName, Outcome, secret_in
from argosy.agent.pushes.signatures import is_github_signature, is_gitlab_token
from tests.pushes.receiving import GITHUB_PUSH, GITHUB_SECRET, GITLAB_PUSH, GITLAB_TOKEN, receiving, signature

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

    from tests.pushes.receiving import Running

BODY = json.dumps(GITHUB_PUSH).encode()
RIGHT = signature(BODY)


@pytest.fixture(scope="module")
def running() -> Generator[Running]:
    with receiving() as running:
        yield running


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Hub-Signature-256": ""},
        {"X-Hub-Signature-256": "sha256="},
        {"X-Hub-Signature-256": RIGHT[:-1]},
        {"X-Hub-Signature-256": RIGHT + "0"},
        {"X-Hub-Signature-256": RIGHT.removeprefix("sha256=")},
        {"X-Hub-Signature-256": RIGHT.upper()},
        {"X-Hub-Signature-256": signature(BODY + b" ")},
        {"X-Hub-Signature-256": signature(BODY, b"another")},
        {"X-Hub-Signature-256": signature(BODY, b"")},
        {"X-Hub-Signature-256": signature(BODY, algorithm="sha1")},
        {"X-Hub-Signature-256": signature(BODY, algorithm="sha512")},
        {"X-Hub-Signature": signature(BODY, algorithm="sha1")},
        {"X-Hub-Signature": RIGHT},
        {"X-Hub-Signature-256": GITHUB_SECRET.decode()},
        {"X-Hub-Signature-256": "sha256=" + "\xe9" * 64},
        {"X-Gitlab-Token": GITLAB_TOKEN.decode()},
        {"Authorization": f"Bearer {GITHUB_SECRET.decode()}"},
    ],
)
def test_a_push_of_github_without_the_right_signature_is_refused(running: Running, headers: dict[str, str]) -> None:
    answer = running.post("/github", BODY, {"X-GitHub-Event": "push", **headers})

    assert answer == (401, Outcome.UNPROVED.message)
    assert running.refreshed == []


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Gitlab-Token": ""},
        {"X-Gitlab-Token": GITLAB_TOKEN[:-1].decode()},
        {"X-Gitlab-Token": GITLAB_TOKEN.decode() + "x"},
        {"X-Gitlab-Token": GITLAB_TOKEN.decode().upper()},
        {"X-Gitlab-Token": GITHUB_SECRET.decode()},
        {"X-Hub-Signature-256": signature(json.dumps(GITLAB_PUSH).encode(), GITLAB_TOKEN)},
    ],
)
def test_a_push_of_gitlab_without_the_right_token_is_refused(running: Running, headers: dict[str, str]) -> None:
    answer = running.post("/gitlab", GITLAB_PUSH, {"X-Gitlab-Event": "Push Hook", **headers})

    assert answer == (401, Outcome.UNPROVED.message)
    assert running.refreshed == []


@pytest.mark.parametrize("first", [RIGHT, "sha256=0"])
def test_two_signatures_prove_nothing(running: Running, first: str) -> None:
    headers = f"X-Hub-Signature-256: {first}\r\nx-hub-signature-256: {RIGHT}\r\nX-GitHub-Event: push\r\n"

    request = f"POST /github HTTP/1.1\r\nHost: a\r\n{headers}Content-Length: {len(BODY)}\r\n\r\n".encode()

    assert running.raw(request + BODY).startswith(b"HTTP/1.1 401 ")
    assert running.refreshed == []


def test_the_right_proof_is_taken() -> None:
    with receiving() as running:
        answers = [running.github(), running.gitlab(), running.gitlab(event="Tag Push Hook")]

        assert [status for status, _ in answers] == [202, 202, 202]
        assert sorted(set(running.wait_refreshed(2))) == ["platform", "science"]


def test_a_replayed_push_is_a_refresh_too_many_and_nothing_else() -> None:
    with receiving() as running:
        running.github()
        running.wait_refreshed(1)
        running.github()

        assert running.wait_refreshed(2) == ["platform", "platform"]


def test_a_secret_can_be_rotated_and_taken_away_while_running() -> None:
    with receiving() as running:
        running.secrets[HostName.GITHUB] = b"the next one"
        rotated = running.github()
        running.secrets[HostName.GITHUB] = b""
        taken_away = running.github()
        running.secrets[HostName.GITHUB] = GITHUB_SECRET
        back = running.github()

    assert [rotated[0], taken_away[0], back[0]] == [401, 404, 202]


def test_a_secret_is_read_from_its_file_at_each_use(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    read = secret_in(file)

    seen = [read()]
    for content in ("first\n", "second", " \n"):
        file.write_text(content, encoding="utf-8")
        seen.append(read())

    assert seen == [b"", b"first", b"second", b""]


def test_a_secret_that_cannot_be_read_is_none_and_is_told(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    assert secret_in(tmp_path)() == b""
    assert caplog.messages == [f"the secret of the push webhook cannot be read from {tmp_path}: Is a directory"]


def test_an_empty_secret_proves_nothing() -> None:
    assert not is_github_signature(BODY, signature(BODY, b"").encode(), b"")
    assert not is_gitlab_token(BODY, b"", b"")
