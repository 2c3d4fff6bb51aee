"""As much of an API server as certificates need: Secrets and webhook configurations, over HTTP on loopback."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import jsonpatch
from kubernetes.client import AdmissionregistrationV1Api, ApiClient, Configuration, CoreV1Api

from tests.loopback import HttpHandler, Listener, listening

if TYPE_CHECKING:
    from collections.abc import Generator


@dataclass(slots=True)
class ApiServer:
    """Objects by their path; requests that were made; what to refuse instead of answering."""

    objects: dict[str, Any] = field(default_factory=dict[str, Any])
    requests: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    refused: dict[str, int] = field(default_factory=dict[str, int])
    """Status by method."""
    refusal: Any = None
    """The body of what is refused."""
    url: str = ""

    def answer(self, method: str, path: str, body: Any, content_type: str) -> tuple[int, Any]:
        self.requests.append((method, path))
        if method in self.refused:
            return self.refused[method], self.refusal
        if method == "POST":
            return self._create(f"{path}/{body['metadata']['name']}", body)
        if path not in self.objects:
            return 404, {}
        if method == "PATCH":
            return self._patch(path, body, content_type)
        return 200, self.objects[path]

    def put(self, path: str, content: Any) -> None:
        """Write over an object, as anybody may between two requests."""
        version = int(self.objects.get(path, {}).get("metadata", {}).get("resourceVersion", "0")) + 1
        metadata = {**content.get("metadata", {}), "resourceVersion": str(version)}
        self.objects[path] = {**content, "metadata": metadata}

    def _create(self, path: str, body: Any) -> tuple[int, Any]:
        if path in self.objects:
            return 409, {}
        self.put(path, body)
        return 201, self.objects[path]

    def _patch(self, path: str, body: Any, content_type: str) -> tuple[int, Any]:
        before = self.objects[path]
        if content_type == "application/json-patch+json":
            try:
                after = jsonpatch.apply_patch(before, body)
            except jsonpatch.JsonPatchException:
                return 422, {}
        else:
            assert content_type == "application/merge-patch+json"
            if body["metadata"]["resourceVersion"] != before["metadata"]["resourceVersion"]:
                return 409, {}
            after = {**before, "data": {**(before.get("data") or {}), **body["data"]}}
        self.put(path, after)
        return 200, self.objects[path]

    def client(self) -> ApiClient:
        return ApiClient(Configuration(host=self.url))

    def core(self) -> CoreV1Api:
        return CoreV1Api(self.client())

    def admission(self) -> AdmissionregistrationV1Api:
        return AdmissionregistrationV1Api(self.client())


@contextmanager
def serve_api() -> Generator[ApiServer]:
    """A server with no objects, until the end of the block."""
    api = ApiServer()

    class Handler(HttpHandler):
        def respond(self) -> None:
            content_type = self.headers.get("content-type", "")
            self.reply_json(*api.answer(self.command, self.path, self.json_content(), content_type))

    listener = Listener(Handler)
    api.url = f"http://127.0.0.1:{listener.server_port}"
    with listening(listener):
        yield api
