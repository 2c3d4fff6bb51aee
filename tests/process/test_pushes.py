"""A push that a git host tells of reaches the clone, through a port that serves nothing else."""

from __future__ import annotations

import hashlib
import hmac
import time
from contextlib import closing
from http.client import HTTPConnection
from typing import TYPE_CHECKING

import orjson
import pytest

from tests.admission.reviewing import applied, review
from tests.controlplane.processes import free_ports
from tests.gitservers.http_server import serve_http
from tests.process.running import Running, running_agent
from tests.resolver.template_repositories import TemplateRepository, images, workflow

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

SECRET = b"of-github"
SECONDS = 20.0


@pytest.fixture
def templates(tmp_path: Path) -> TemplateRepository:
    repository = TemplateRepository.create(tmp_path / "templates")
    repository.commit(hello="image:1")
    return repository


@pytest.fixture
def port() -> int:
    return free_ports(1)[0]


@pytest.fixture
def url(tmp_path: Path, templates: TemplateRepository) -> Generator[str]:
    with serve_http(templates.folder.parent, tls_folder=tmp_path) as git:
        yield f"{git.url}/templates/.git"


@pytest.fixture
def agent(tmp_path: Path, url: str, port: int) -> Generator[Running]:
    """One that would look at its branches once an hour."""
    (tmp_path / "secret").write_bytes(SECRET)
    repository = {"url": url, "caFile": str(tmp_path / "ca.pem"), "freshness": "1h"}
    pushes = {"host": "127.0.0.1", "port": port, "githubSecretFile": str(tmp_path / "secret")}
    settings = tmp_path / "settings.yaml"
    settings.write_bytes(orjson.dumps({"repositories": [repository], "pushes": pushes}))
    with running_agent(tmp_path, "--config", str(settings)) as running:
        running.wait_ready()
        yield running


def _post(port: int, path: str, body: bytes, secret: bytes = SECRET) -> int:
    signature = hmac.new(secret, body, hashlib.sha256).hexdigest()
    headers = {"X-GitHub-Event": "push", "X-Hub-Signature-256": f"sha256={signature}"}
    with closing(HTTPConnection("127.0.0.1", port, timeout=SECONDS)) as connection:
        connection.request("POST", path, body, {"Content-Type": "application/json", **headers})
        return connection.getresponse().status


def _runs(agent: Running) -> list[str]:
    manifest = workflow("main")
    return images(applied(manifest, agent.admit(review(manifest))))


def test_what_was_pushed_is_taken_long_before_the_branch_would_be_looked_up_anew(
    agent: Running, templates: TemplateRepository, url: str, port: int
) -> None:
    body = orjson.dumps({"ref": "refs/heads/main", "repository": {"clone_url": url}})
    before = _runs(agent)
    templates.commit(hello="image:2")

    forged = _post(port, "/github", body, b"of-somebody-else")
    unmoved = _runs(agent)
    told = _post(port, "/github", body)
    until = time.monotonic() + SECONDS
    while (after := _runs(agent)) == before and time.monotonic() < until:
        time.sleep(0.05)

    assert (forged, told) == (401, 202)
    assert (before, unmoved, after) == (["image:1"], ["image:1"], ["image:2"])
    assert 'argosy_pushes_total{host="github",outcome="enqueued"} 1.0' in agent.get("/metrics")[1]


def test_the_port_of_pushes_answers_no_reviews_and_the_others_take_no_pushes(agent: Running, port: int) -> None:
    assert _post(port, "/admit", review(workflow("main"))) == 404
    assert _post(port, "/metrics", b"{}") == 404
    assert _post(agent.ports["http"], "/github", b"{}") == 404
