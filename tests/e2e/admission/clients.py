"""Many clients of the API server at once, without a process for each."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import urllib3

if TYPE_CHECKING:
    from collections.abc import Iterable

    from argosy.resolver.manifests import Manifest
    from tests.controlplane.cluster import ControlPlane

SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Created:
    """What the API server answered to one create."""

    status: int
    body: Any
    retry_after: str


def create_all(plane: ControlPlane, namespace: str, manifests: Iterable[Manifest], *, clients: int) -> list[Created]:
    """Create Workflows by so many clients at once, in the order of the answers' questions."""
    config = json.loads(plane.kubeconfig("developer").read_text(encoding="utf-8"))
    token = config["users"][0]["user"]["token"]
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    path = f"{plane.url}/apis/argoproj.io/v1alpha1/namespaces/{namespace}/workflows"
    with (
        urllib3.PoolManager(maxsize=clients, ca_certs=str(plane.authority), headers=headers) as http,
        ThreadPoolExecutor(clients) as threads,
    ):

        def create(manifest: Manifest) -> Created:
            answer = http.request("POST", path, body=json.dumps(manifest), timeout=SECONDS, retries=False)
            return Created(answer.status, json.loads(answer.data), answer.headers.get("Retry-After", ""))

        return list(threads.map(create, manifests))
