"""What the webhook adds to a create at a real API server, with the chart's webhook installed."""

from __future__ import annotations

import json
import statistics
import tempfile
import time
from contextlib import ExitStack
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any

import urllib3

from benchmarks.measuring import Medians, Row
from benchmarks.submissions import SMALL, VERSION
from tests.controlplane.cluster import control_plane
from tests.controlplane.programs import NEEDED, place
from tests.e2e.admission.installing import installed_agent
from tests.golang.builds import GoUnavailableError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.scene import Scene
    from tests.controlplane.cluster import ControlPlane

_GOAL = "create at the API server, with a version / without one, 3 KB"
_WARM_UP = 20
_CREATES = 200


def rows(scene: Scene) -> Iterator[Row]:
    # A benchmark does not build for twenty minutes.
    if not all(place(name).exists() for name in (*NEEDED, "helm")):
        yield Row(_GOAL, None, detail="needs the programs of make e2e")
        return
    repository = {"alias": "bench", "url": scene.url, "caFile": str(scene.ca_file), "freshness": "1h"}
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="argosy-bench-cluster-")))
        try:
            plane = stack.enter_context(control_plane(folder))
        except GoUnavailableError:
            yield Row(_GOAL, None, detail="needs go")
            return
        if not plane.own:
            yield Row(_GOAL, None, detail="needs an API server of its own")
            return
        stack.enter_context(installed_agent(plane, folder, {"repositories": [repository]}))
        medians = _creates(plane)
    yield Row(_GOAL, medians.ratio, detail=medians.detail)


def _creates(plane: ControlPlane) -> Medians:
    """Creates of both kinds in turn, over one connection."""
    namespace = plane.namespace()
    asking = SMALL.workflow(VERSION)
    asking["metadata"]["namespace"] = namespace
    plain = {**asking, "metadata": {"generateName": "plain-", "namespace": namespace}}
    user = json.loads(plane.kubeconfig("developer").read_text(encoding="utf-8"))["users"][0]["user"]
    headers = {"Authorization": f"Bearer {user['token']}", "Content-Type": "application/json"}
    path = f"{plane.url}/apis/argoproj.io/v1alpha1/namespaces/{namespace}/workflows"
    taken: list[float] = []
    left: list[float] = []
    with urllib3.PoolManager(maxsize=1, ca_certs=str(plane.authority), headers=headers) as http:
        for _ in range(_WARM_UP + _CREATES):
            taken.append(_created(http, path, asking, taken=True))
            left.append(_created(http, path, plain, taken=False))
    return Medians(*(statistics.median(times[_WARM_UP:]) for times in (taken, left)))


def _created(http: urllib3.PoolManager, path: str, manifest: dict[str, Any], *, taken: bool) -> float:
    """The seconds of one create; what asks for a version must be stored without calls of templates elsewhere."""
    body = json.dumps(manifest)
    began = time.perf_counter()
    answer = http.request("POST", path, body=body, timeout=30.0, retries=False)
    seconds = time.perf_counter() - began
    assert answer.status == HTTPStatus.CREATED, answer.data
    assert (b"templateRef" in answer.data) is not taken, answer.data
    return seconds
