"""The receiver of pushes: `POST /github` and `POST /gitlab`, a bare ASGI application.

A request passes these gates in order, and the first that is shut answers::

    path 404, method 405, a configured secret 404, a proof at all 401, rate 429, body 413 408 429,
    the proof 401, the event 200 202, JSON 400, a configured repository 202, its rate 429, enqueued 202

Until the proof nothing is parsed, and after it the payload's URLs are compared with configured ones and forgotten.
A push sent twice is a refresh too many and nothing else, so no delivery ids are kept.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import orjson

from argosy.agent.pushes.bodies import Bodies, Gone
from argosy.agent.pushes.hosts import HOSTS, told_urls
from argosy.agent.pushes.limits import Limits, TokenBucket
from argosy.agent.pushes.outcomes import Answer, Outcome, Refused
from argosy.agent.pushes.urls import same_repository

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Mapping, MutableMapping

    from argosy.agent.pushes.hosts import Host, HostName
    from argosy.agent.pushes.refreshes import Refreshes
    from argosy.agent.pushes.signatures import Secret
    from argosy.resolver.repositories import Repository
    from argosy.resolver.sources import RepositoryAlias

    Scope = MutableMapping[str, Any]
    Message = MutableMapping[str, Any]
    Receive = Callable[[], Awaitable[Message]]
    Send = Callable[[Message], Awaitable[None]]

__all__ = ["Receiver"]

_FIRST_FAILURE = 400


@dataclass(slots=True)
class Receiver:
    """The ASGI application. It is to be served without lifespan and websockets, on a port that nothing else has."""

    repositories: Callable[[], Iterable[Repository]]
    """The configured ones, as they are now."""
    secrets: Mapping[HostName, Secret]
    """A host without one, or with an empty one, is not served."""
    refreshes: Refreshes
    note: Callable[[HostName | None, Outcome], None]
    """Counts an outcome; the host is None where the path is no host's."""
    limits: Limits = field(default_factory=Limits)
    clock: Callable[[], float] = time.monotonic
    _bodies: Bodies = field(init=False)
    _requests: TokenBucket = field(init=False)
    _by_alias: dict[RepositoryAlias, TokenBucket] = field(default_factory=dict["RepositoryAlias", TokenBucket])

    def __post_init__(self) -> None:
        self._bodies = Bodies(self.limits)
        self._requests = TokenBucket(self.limits.requests, self.clock)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        host = HOSTS.get(scope["path"])
        try:
            outcome = await self._outcome(host, scope, receive)
        except Refused as refused:
            outcome = refused.outcome
        except Gone:
            return
        self.note(host.name if host else None, outcome)
        await _answer(send, outcome)

    async def _outcome(self, host: Host | None, scope: Scope, receive: Receive) -> Outcome:
        secret = self._secret(host)
        if host is None or not secret:
            return Outcome.NOT_FOUND
        if scope["method"] != "POST":
            return Outcome.WRONG_METHOD
        proof = _only(scope, host.proof)
        if proof is None:
            return Outcome.UNPROVED
        if not self._requests.take():
            return Outcome.RATE_LIMITED
        body = await self._bodies.read(receive, _only(scope, b"content-length"))
        if not host.is_proof(body, proof, secret):
            return Outcome.UNPROVED
        outcome = host.outcomes.get(_only(scope, host.event) or b"", Outcome.IGNORED)
        return self._pushed(told_urls(host, body)) if outcome is Outcome.ENQUEUED else outcome

    def _secret(self, host: Host | None) -> bytes:
        read = self.secrets.get(host.name) if host else None
        return read() if read else b""

    def _pushed(self, urls: tuple[str, ...]) -> Outcome:
        """Several aliases may mean the pushed repository; the answer is that of the one that gained most."""
        meant = [one for one in self.repositories() if any(same_repository(one.url, url) for url in urls)]
        outcomes = {self._enqueued(repository.alias) for repository in meant}
        order = (Outcome.ENQUEUED, Outcome.PENDING, Outcome.RATE_LIMITED)
        return next((outcome for outcome in order if outcome in outcomes), Outcome.UNKNOWN_REPOSITORY)

    def _enqueued(self, alias: RepositoryAlias) -> Outcome:
        if self.refreshes.is_waiting(alias):
            return Outcome.PENDING
        bucket = self._by_alias.get(alias)
        if bucket is None:
            bucket = self._by_alias[alias] = TokenBucket(self.limits.refreshes, self.clock)
        if not bucket.take():
            return Outcome.RATE_LIMITED
        self.refreshes.enqueue(alias)
        return Outcome.ENQUEUED


def _only(scope: Scope, name: bytes) -> bytes | None:
    """The value of a header that is given once; what is given twice could be read in two ways."""
    values = [value for key, value in scope["headers"] if key == name]
    return values[0] if len(values) == 1 else None


async def _answer(send: Send, outcome: Outcome) -> None:
    body = orjson.dumps(Answer(message=outcome.message))
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    if outcome.status >= _FIRST_FAILURE:
        # What is left of a refused body is not waited for.
        headers.append((b"connection", b"close"))
    if outcome is Outcome.WRONG_METHOD:
        headers.append((b"allow", b"POST"))
    await send({"type": "http.response.start", "status": int(outcome.status), "headers": headers})
    await send({"type": "http.response.body", "body": body})
