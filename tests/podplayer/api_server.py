"""The API server, asked in plain JSON: what the kubelet and the wait container would say to it."""

from __future__ import annotations

import json
import time
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import orjson
import urllib3

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping

    from argosy.resolver.manifests import JsonObject
    from tests.controlplane.cluster import ControlPlane

ARGO = "/apis/argoproj.io/v1alpha1"
MERGE_PATCH = "application/merge-patch+json"
CONNECTIONS = 16
SECONDS = 40.0
ATTEMPTS = 20


@dataclass(frozen=True, slots=True)
class Answer:
    """The status and the body of an answer."""

    status: int
    body: Any
    retry_after: float = 0.0

    @property
    def is_refusal(self) -> bool:
        return self.status >= HTTPStatus.BAD_REQUEST


class RefusedError(Exception):
    """The API server would not do what a test cannot go on without."""


@dataclass(frozen=True, slots=True)
class ApiServer:
    """One user's way to it; threads may share it."""

    url: str
    http: urllib3.PoolManager

    def ask(self, method: str, path: str, body: object = None, content_type: str = "application/json") -> Answer:
        """Again, where the server is too busy."""
        content = None if body is None else orjson.dumps(body)
        headers = {**self.http.headers, "Content-Type": content_type}
        answer = self.http.request(method, self.url + path, body=content, headers=headers)
        for _ in range(ATTEMPTS):
            if answer.status != HTTPStatus.TOO_MANY_REQUESTS:
                break
            time.sleep(float(answer.headers.get("Retry-After") or 1))
            answer = self.http.request(method, self.url + path, body=content, headers=headers)
        return Answer(answer.status, orjson.loads(answer.data), float(answer.headers.get("Retry-After") or 0))

    def items(self, path: str, **query: str) -> list[JsonObject]:
        """All objects of a list."""
        answer = self.ask("GET", f"{path}?{urlencode(query)}" if query else path)
        if answer.is_refusal:
            raise RefusedError(f"GET {path}: {answer.body}")
        found: list[JsonObject] = answer.body["items"]
        return found

    def create(self, path: str, manifest: Mapping[str, object]) -> Answer:
        return self.ask("POST", path, manifest)

    def merge(self, path: str, patch: Mapping[str, object]) -> Answer:
        return self.ask("PATCH", path, patch, MERGE_PATCH)

    def delete_all(self, path: str) -> None:
        """Delete what is in a collection now."""
        answer = self.ask("DELETE", path)
        if answer.is_refusal:
            raise RefusedError(f"DELETE {path}: {answer.body}")


@contextmanager
def api_server(plane: ControlPlane, user: str = "admin") -> Generator[ApiServer]:
    """The control plane's, as one of its users who have a token."""
    config = json.loads(plane.kubeconfig(user).read_text(encoding="utf-8"))
    headers = {"Authorization": f"Bearer {config['users'][0]['user']['token']}"}
    timeout = urllib3.Timeout(SECONDS)
    with urllib3.PoolManager(
        maxsize=CONNECTIONS, ca_certs=str(plane.authority), headers=headers, timeout=timeout, retries=False
    ) as http:
        yield ApiServer(plane.url, http)
