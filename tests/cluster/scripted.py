"""An API server that answers what it is told to, in that order, and keeps what it was asked."""

from __future__ import annotations

import threading
from collections import deque
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import parse_qsl, urlsplit

from kubernetes.client import ApiClient, Configuration, CoreV1Api, CustomObjectsApi

from tests.loopback import HttpHandler, Listener, listening

if TYPE_CHECKING:
    from collections.abc import Generator


class Asked(NamedTuple):
    """One request."""

    method: str
    path: str
    query: dict[str, str]
    content_type: str
    body: Any


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer; `hangs` never comes."""

    status: int = 200
    content: Any = None
    headers: dict[str, str] = field(default_factory=dict[str, str])
    hangs: bool = False


@dataclass(slots=True)
class ScriptedApi:
    """When the script has ended, everything is answered with 500."""

    url: str = ""
    script: deque[Reply] = field(default_factory=deque[Reply])
    asked: list[Asked] = field(default_factory=list[Asked])
    ended: threading.Event = field(default_factory=threading.Event)

    def answers(self, *replies: Reply) -> None:
        self.script.extend(replies)

    def took(self) -> list[tuple[str, str]]:
        """Method and path of each request."""
        return [(one.method, one.path) for one in self.asked]

    def objects(self) -> CustomObjectsApi:
        return CustomObjectsApi(self._client())

    def core(self) -> CoreV1Api:
        return CoreV1Api(self._client())

    def _client(self) -> ApiClient:
        configuration = Configuration(host=self.url)
        configuration.retries = False
        return ApiClient(configuration)


@contextmanager
def scripted_api() -> Generator[ScriptedApi]:
    """A server on loopback until the end of the block."""
    api = ScriptedApi()

    class Handler(HttpHandler):
        def respond(self) -> None:
            parts = urlsplit(self.path)
            query, content_type = dict(parse_qsl(parts.query)), self.headers.get("content-type", "")
            api.asked.append(Asked(self.command, parts.path, query, content_type, self.json_content()))
            reply = api.script.popleft() if api.script else Reply(500)
            if reply.hangs:
                api.ended.wait(30)
                self.close_connection = True
            else:
                self.reply_json(reply.status, reply.content, reply.headers)

    listener = Listener(Handler)
    api.url = f"http://127.0.0.1:{listener.server_port}"
    with listening(listener):
        try:
            yield api
        finally:
            api.ended.set()
