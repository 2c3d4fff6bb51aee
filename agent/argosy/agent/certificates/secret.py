"""The bundle in a Secret; its resource version tells who wrote last."""

from __future__ import annotations

import binascii
from base64 import b64decode, b64encode
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from argosy.agent.certificates.bundle import Bundle
from argosy.agent.certificates.stores import Conflict, Store, Stored
from argosy.agent.cluster.asking import Permission, ask
from argosy.resolver.errors import Misconfigured, Reason

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from kubernetes.client import CoreV1Api

__all__ = ["SecretStore"]


@dataclass(frozen=True, slots=True)
class SecretStore(Store):
    """One Secret. It may be there beforehand, empty, so that no rule need allow to create Secrets."""

    api: CoreV1Api
    namespace: str
    name: str
    release: Callable[[], Mapping[str, Mapping[str, str]]]
    """Metadata for a Secret that has to be created, so that the release that installed the agent goes on owning it."""

    def read(self) -> Stored | None:
        """The bundle in the Secret, None where there is no Secret; what cannot be decoded is empty."""
        permission = self._permission("get")
        answer = ask(self.api.read_namespaced_secret, self.name, self.namespace, permission=permission)
        if answer.status == HTTPStatus.NOT_FOUND:
            return None
        data: dict[str, Any] = answer.content.get("data") or {}
        files = {name: _decoded(value) for name, value in data.items()}
        return Stored(Bundle.of(files), answer.content["metadata"]["resourceVersion"])

    def write(self, bundle: Bundle, version: str | None) -> None:
        """Create the Secret, or put the bundle into it; labels, annotations and other keys stay."""
        data = {name: b64encode(content).decode() for name, content in bundle.files().items()}
        status = self._create(data) if version is None else self._patch(data, version)
        if status in (HTTPStatus.CONFLICT, HTTPStatus.NOT_FOUND):
            raise Conflict(self.name)
        if status == HTTPStatus.UNPROCESSABLE_ENTITY:
            raise Misconfigured(
                Reason.CERTIFICATE_UNUSABLE,
                f"Secret {self.namespace}/{self.name} does not take the serving certificate",
                remedy="delete it if it is immutable or of another use, and it will be made again",
            )

    def _create(self, data: dict[str, str]) -> int:
        metadata = {**self.release(), "name": self.name, "namespace": self.namespace}
        # Of the chart's type, which could not be changed back: Helm upgrades what was made anew as if it were its own.
        body = {"apiVersion": "v1", "kind": "Secret", "type": "Opaque", "metadata": metadata, "data": data}
        permission = Permission("create", "secrets", namespace=self.namespace)
        return ask(self.api.create_namespaced_secret, self.namespace, body, permission=permission).status

    def _patch(self, data: dict[str, str], version: str) -> int:
        return ask(
            self.api.patch_namespaced_secret,
            self.name,
            self.namespace,
            {"metadata": {"resourceVersion": version}, "data": data},
            permission=self._permission("patch"),
            _content_type="application/merge-patch+json",
        ).status

    def _permission(self, verb: str) -> Permission:
        return Permission(verb, "secrets", self.name, self.namespace)


def _decoded(value: object) -> bytes:
    try:
        return b64decode(value, validate=True) if isinstance(value, str) else b""
    except binascii.Error:
        return b""
