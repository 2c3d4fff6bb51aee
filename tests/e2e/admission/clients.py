"""Many clients of the API server at once, without a process for each."""

from __future__ import annotations

import json
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import urllib3

from tests.resolver.template_repositories import images

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable

    from argosy.resolver.manifests import Manifest
    from tests.controlplane.cluster import ControlPlane

SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Created:
    """What the API server answered to one create."""

    status: int
    body: Any
    retry_after: str

    @property
    def outcome(self) -> tuple[int, str]:
        """What a test tells answers apart by: the status, and the images that will run or the reason why not."""
        return self.status, " ".join(images(self.body)) if self.status == 201 else self.body.get("reason", "")


def counted(answers: Iterable[Created]) -> Counter[tuple[int, str]]:
    return Counter(one.outcome for one in answers)


def create_all(plane: ControlPlane, namespace: str, manifests: Iterable[Manifest], *, clients: int) -> list[Created]:
    """Create Workflows by so many clients at once, in the order of the answers' questions."""
    with _client(plane, namespace, clients) as create, ThreadPoolExecutor(clients) as threads:
        return list(threads.map(create, manifests))


@contextmanager
def creating(plane: ControlPlane, namespace: str, manifest: Manifest, *, clients: int) -> Generator[list[Created]]:
    """Create Workflows, one after the other by each client, until the block ends; gives the answers so far."""
    answers: list[Created] = []
    ended = threading.Event()

    def go_on(create: Callable[[Manifest], Created]) -> None:
        while not ended.wait(0.01):
            answers.append(create(manifest))

    with _client(plane, namespace, clients) as create, ThreadPoolExecutor(clients) as threads:
        running = [threads.submit(go_on, create) for _ in range(clients)]
        try:
            yield answers
        finally:
            ended.set()
        for one in running:
            one.result()


@contextmanager
def _client(plane: ControlPlane, namespace: str, clients: int) -> Generator[Callable[[Manifest], Created]]:
    config = json.loads(plane.kubeconfig("developer").read_text(encoding="utf-8"))
    token = config["users"][0]["user"]["token"]
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    path = f"{plane.url}/apis/argoproj.io/v1alpha1/namespaces/{namespace}/workflows"
    with urllib3.PoolManager(maxsize=clients, ca_certs=str(plane.authority), headers=headers) as http:

        def create(manifest: Manifest) -> Created:
            answer = http.request("POST", path, body=json.dumps(manifest), timeout=SECONDS, retries=False)
            return Created(answer.status, json.loads(answer.data), answer.headers.get("Retry-After", ""))

        yield create
