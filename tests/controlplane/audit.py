"""The API server's own record of the requests it answered."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

POLICY: dict[str, Any] = {
    "apiVersion": "audit.k8s.io/v1",
    "kind": "Policy",
    "omitStages": ["RequestReceived", "ResponseStarted"],
    "rules": [{"level": "None", "users": ["system:apiserver", "system:anonymous"]}, {"level": "Metadata"}],
}
"""One line for each answer, without bodies; what the server asks itself is left out.

A watch is told of when it ends.
"""


@dataclass(frozen=True, slots=True)
class Request:
    """One answered request; empty where a part does not apply."""

    user: str
    verb: str
    resource: str
    """With its subresource: `workflows/status`."""
    namespace: str
    name: str
    code: int
    agent: str
    """What the client calls itself."""


@dataclass(frozen=True, slots=True)
class Audit:
    """The file that the API server appends to, before it answers."""

    path: Path

    def position(self) -> int:
        """Where the record ends now, to read from later."""
        return self.path.stat().st_size

    def since(self, position: int) -> list[Request]:
        """The requests answered since then, in the order of their answers."""
        with self.path.open("rb") as file:
            file.seek(position)
            return [_request(json.loads(line)) for line in file if line.endswith(b"\n")]


def _request(event: dict[str, Any]) -> Request:
    target = event.get("objectRef", {})
    parts = (target.get("resource", ""), target.get("subresource", ""))
    return Request(
        user=event["user"].get("username", ""),
        verb=event["verb"],
        resource="/".join(part for part in parts if part),
        namespace=target.get("namespace", ""),
        name=target.get("name", ""),
        code=event.get("responseStatus", {}).get("code", 0),
        agent=event.get("userAgent", ""),
    )
