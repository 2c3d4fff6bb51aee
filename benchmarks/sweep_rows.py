"""What a sweep asks of the API server: it follows the stale templates, not those that are in use."""

from __future__ import annotations

import json
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any

import urllib3
from kubernetes.client import CustomObjectsApi

from argosy.agent.cluster.client import api_client
from argosy.agent.sweeping.cluster_objects import ClusterObjects
from argosy.gc.plan import Rules
from argosy.gc.sweeping import Result, Sweep
from argosy.resolver import contract
from benchmarks.measuring import Row
from tests.controlplane.cluster import control_plane
from tests.controlplane.programs import NEEDED, place
from tests.gc.delivered import DAY, HOUR, NOW, delivered
from tests.golang.builds import GoUnavailableError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.controlplane.cluster import ControlPlane

_GOAL = "sweep of 100 stale templates, among 10,000 delivered / among 100"
_BUDGET = 1.2
_NAMESPACES = 10
_STALE = 10
_FRESH = 990
"""Both in each namespace."""
_CONNECTIONS = 8


@dataclass(slots=True)
class Cost:
    """What one sweep took."""

    requests: int = 0
    read: int = 0
    seconds: float = 0.0


def rows() -> Iterator[Row]:
    """Needs the programs of the control plane, which are not built here."""
    if not all(place(name).exists() for name in NEEDED):
        yield Row(_GOAL, None, detail="needs the programs of make e2e")
        return
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="argosy-bench-sweep-")))
        try:
            plane = stack.enter_context(control_plane(folder))
        except GoUnavailableError:
            yield Row(_GOAL, None, detail="needs go")
            return
        if not plane.own:
            yield Row(_GOAL, None, detail="needs an API server of its own")
            return
        few = _swept(plane, "few", fresh=0)
        many = _swept(plane, "many", fresh=_FRESH)
    yield Row(f"{_GOAL}: requests", many.requests / few.requests, _BUDGET, detail=f"{many.requests} / {few.requests}")
    yield Row(f"{_GOAL}: bytes", many.read / few.read, _BUDGET, detail=f"{many.read:,} / {few.read:,}")
    yield Row(f"{_GOAL}: time", many.seconds / few.seconds, detail=f"{many.seconds:.1f} s / {few.seconds:.1f} s")


def _swept(plane: ControlPlane, runner: str, *, fresh: int) -> Cost:
    namespaces = [plane.namespace(runner) for _ in range(_NAMESPACES)]
    manifests = (
        _manifest(runner, namespace, number, used=-2 * DAY if number < _STALE else -HOUR)
        for namespace in namespaces
        for number in range(_STALE + fresh)
    )
    _create(plane, manifests)
    client = api_client(plane.kubeconfig())
    rest_client: Any = client.rest_client
    rest_client.pool_manager = counting = _Counting(rest_client.pool_manager)
    began = time.perf_counter()
    report = Sweep(ClusterObjects(CustomObjectsApi(client)), Rules(runner, DAY), NOW).run()
    cost = Cost(len(counting.answers), sum(one.tell() for one in counting.answers), time.perf_counter() - began)
    assert [row.result for row in report.rows] == [Result.DELETED] * _STALE * _NAMESPACES, report.problems
    return cost


@dataclass(slots=True)
class _Counting:
    """A pool of connections that keeps its answers, each of which knows how much of it was read."""

    pool: Any
    answers: list[Any] = field(default_factory=list[Any])

    def request(self, *arguments: Any, **options: Any) -> Any:
        answer = self.pool.request(*arguments, **options)
        self.answers.append(answer)
        return answer


def _manifest(runner: str, namespace: str, number: int, *, used: float) -> Any:
    """Each refers to its neighbour, as templates do."""
    name = f"template-{number}"
    manifest = delivered(
        name, namespace=namespace, used=used, refers_to=(f"template-{number + 1}",), labels={contract.RUNNER: runner}
    )
    for server_side in ("uid", "resourceVersion", "creationTimestamp"):
        del manifest["metadata"][server_side]
    return manifest


def _create(plane: ControlPlane, manifests: Iterator[Any]) -> None:
    user = json.loads(plane.kubeconfig().read_text(encoding="utf-8"))["users"][0]["user"]
    headers = {"Authorization": f"Bearer {user['token']}", "Content-Type": "application/json"}
    url = f"{plane.url}/apis/argoproj.io/v1alpha1/namespaces"
    # An API server that has just started answers 429 until it has the kind in its cache; kubectl waits for that.
    plane.must("get", "clusterworkflowtemplates,workflowtemplates,workflows,cronworkflows")
    with (
        urllib3.PoolManager(maxsize=_CONNECTIONS, ca_certs=str(plane.authority), headers=headers) as http,
        ThreadPoolExecutor(_CONNECTIONS) as threads,
    ):

        def create(manifest: Any) -> int:
            namespace = manifest["metadata"]["namespace"]
            answer = http.request("POST", f"{url}/{namespace}/workflowtemplates", body=json.dumps(manifest))
            return answer.status

        assert set(threads.map(create, manifests)) == {HTTPStatus.CREATED}
