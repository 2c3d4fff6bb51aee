"""A receiver of pushes on loopback: the real server, real HTTP, and a list of what it refreshed."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import socket
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from typing import TYPE_CHECKING, Any

import uvicorn

from argosy.agent.pushes import HostName, Limits, Outcome, Receiver, Refreshes
from argosy.resolver.repositories import Repository
from argosy.resolver.sources import RepositoryAlias

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping

GITHUB_SECRET = b"of-github"
GITLAB_TOKEN = b"of-gitlab"
REPOSITORIES = {
    "platform": "https://github.com/acme/templates.git",
    "science": "git@gitlab.example:science/templates.git",
}
GITHUB_PUSH = {"ref": "refs/heads/main", "repository": {"clone_url": "https://github.com/acme/templates.git"}}
GITLAB_PUSH = {"ref": "refs/tags/v1", "project": {"git_ssh_url": "git@gitlab.example:science/templates.git"}}
STARTING_SECONDS = 10.0


@dataclass(slots=True)
class Running:
    """A receiver that answers on a port."""

    port: int
    secrets: dict[HostName, bytes]
    """May be changed at any time."""
    now: list[float]
    """The clock of the rates, moved by hand."""
    refreshed: list[str] = field(default_factory=list[str])
    outcomes: list[tuple[HostName | None, Outcome]] = field(default_factory=list[tuple[HostName | None, Outcome]])
    gate: threading.Event = field(default_factory=threading.Event)
    """Refreshes end only while this is set."""

    def post(
        self, path: str, body: object, headers: Mapping[str, str] | None = None, *, method: str = "POST"
    ) -> tuple[int, str]:
        """The status and the message of one request."""
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        connection = HTTPConnection("127.0.0.1", self.port, timeout=STARTING_SECONDS)
        try:
            connection.request(method, path, content, dict(headers or {}))
            response = connection.getresponse()
            return response.status, json.loads(response.read())["message"]
        finally:
            connection.close()

    def github(self, body: object = GITHUB_PUSH, event: str = "push") -> tuple[int, str]:
        """A push as GitHub sends it."""
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.post("/github", content, {"X-GitHub-Event": event, "X-Hub-Signature-256": signature(content)})

    def gitlab(self, body: object = GITLAB_PUSH, event: str = "Push Hook") -> tuple[int, str]:
        """A push as GitLab sends it."""
        return self.post("/gitlab", body, {"X-Gitlab-Event": event, "X-Gitlab-Token": GITLAB_TOKEN.decode()})

    def raw(self, *parts: bytes) -> bytes:
        """What comes back for these bytes, until the server hangs up or has answered."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=STARTING_SECONDS) as connection:
            for part in parts:
                connection.sendall(part)
            return connection.recv(65_536)

    def wait_refreshed(self, count: int) -> list[str]:
        """What was refreshed, once it is so many."""
        until = time.monotonic() + STARTING_SECONDS
        while len(self.refreshed) < count and time.monotonic() < until:
            time.sleep(0.005)
        return self.refreshed


def signature(content: bytes, secret: bytes = GITHUB_SECRET, algorithm: str = "sha256") -> str:
    """The value of GitHub's header for a body."""
    return f"{algorithm}={hmac.new(secret, content, getattr(hashlib, algorithm)).hexdigest()}"


@contextmanager
def receiving(limits: Limits | None = None, **repositories: str) -> Generator[Running]:
    """Serve until the block ends."""
    listener = socket.create_server(("127.0.0.1", 0))
    secrets = {HostName.GITHUB: GITHUB_SECRET, HostName.GITLAB: GITLAB_TOKEN}
    running = Running(listener.getsockname()[1], secrets, now=[0.0])
    running.gate.set()

    async def refresh(alias: RepositoryAlias) -> None:
        running.refreshed.append(alias)
        await asyncio.to_thread(running.gate.wait, STARTING_SECONDS)

    configured = [Repository(RepositoryAlias(alias), url) for alias, url in (repositories or REPOSITORIES).items()]
    receiver = Receiver(
        repositories=lambda: configured,
        secrets={name: lambda name=name: secrets.get(name, b"") for name in HostName},  # type: ignore[misc]  # mypy cannot infer a lambda with a default
        refreshes=Refreshes(refresh),
        note=lambda host, outcome: running.outcomes.append((host, outcome)),
        limits=limits or Limits(),
        clock=lambda: running.now[0],
    )
    config = uvicorn.Config(receiver, http="httptools", ws="none", lifespan="off", log_config=None, access_log=False)
    with _thread(uvicorn.Server(config), listener):
        yield running
        running.gate.set()


@contextmanager
def _thread(server: uvicorn.Server, listener: socket.socket) -> Generator[None]:
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.should_exit = True
        thread.join(STARTING_SECONDS)
        listener.close()


def nested(depth: int) -> Any:
    """JSON of so many lists, each in another."""
    return b"[" * depth + b"]" * depth
