"""Delivered templates at a real API server, and a sweeper that may do what the chart allows it and nothing else."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from argosy.agent.sweeping.cluster_objects import ClusterObjects
from argosy.gc.plan import Rules
from argosy.gc.sweeping import Report, Sweep
from argosy.gc.templates import moment
from argosy.resolver import contract
from tests.e2e.delivery.accounts import ARGO, client_of
from tests.gc.delivered import DAY, HOUR, NOW, delivered

if TYPE_CHECKING:
    from collections.abc import Generator

    from kubernetes.client import CustomObjectsApi

    from argosy.gc.sweeping import Cluster, Result
    from argosy.resolver.manifests import JsonObject
    from tests.controlplane.cluster import ControlPlane

SWEEPS = {**ARGO, "verbs": ["get", "list", "create", "patch", "delete"]}
READS_USERS = {"apiGroups": ["argoproj.io"], "resources": ["workflows", "cronworkflows"], "verbs": ["list"]}


@dataclass(slots=True)
class Place:
    """A namespace with delivered templates of an installation of its own."""

    plane: ControlPlane
    namespace: str
    api: CustomObjectsApi
    runner: str

    @property
    def cluster(self) -> ClusterObjects:
        return ClusterObjects(self.api)

    def deliver(self, name: str, *, namespace: str | None = None, labels: Any = None, **given: Any) -> JsonObject:
        where = self.namespace if namespace is None else namespace
        manifest = delivered(name, namespace=where, labels={contract.RUNNER: self.runner, **(labels or {})}, **given)
        for field in ("uid", "resourceVersion", "creationTimestamp"):
            del manifest["metadata"][field]
        manifest["spec"]["templates"] = [{"name": "t", "suspend": {}}]
        self.plane.apply(manifest)
        return manifest

    def rules(self, *, grace: float = 0.0) -> Rules:
        return Rules(self.runner, DAY, grace)

    def sweep(self, now: float = NOW, *, grace: float = 0.0, cluster: Cluster | None = None, **options: Any) -> Report:
        return Sweep(cluster or self.cluster, self.rules(grace=grace), now, **options).run()

    def annotate(self, name: str, *annotations: str) -> None:
        where = f"--namespace={self.namespace}"
        self.plane.must("annotate", "--overwrite", f"workflowtemplate/{name}", where, *annotations)

    def stamp(self, name: str, seconds: float) -> None:
        """As the delivery does it."""
        metadata = {
            "labels": {contract.LAST_USED_TIMESTAMP: str(int(seconds))},
            "annotations": {contract.DELETE_AT: None},
        }
        patch = json.dumps({"metadata": metadata})
        where = (f"workflowtemplate/{name}", f"--namespace={self.namespace}")
        self.plane.must("patch", *where, "--type=merge", f"--patch={patch}")

    def names(self) -> list[str]:
        listed = self.plane.must("get", "workflowtemplates", f"--namespace={self.namespace}", "--output=json")
        return sorted(one["metadata"]["name"] for one in json.loads(listed)["items"])

    def annotations(self, name: str) -> dict[str, str]:
        where = (f"workflowtemplate/{name}", f"--namespace={self.namespace}")
        stored = json.loads(self.plane.must("get", *where, "--output=json"))
        return dict(stored["metadata"].get("annotations") or {})


def results(report: Report) -> dict[str, Result]:
    assert [str(problem) for _, problem in report.problems] == []
    return {row.decision.template.key.name: row.result for row in report.rows}


@pytest.fixture
def place(control_plane: ControlPlane) -> Generator[Place]:
    namespace = control_plane.namespace("sweeping")
    # An API server that has just started answers 429 until it has each kind in its cache; kubectl waits for that.
    control_plane.must("get", "clusterworkflowtemplates,workflowtemplates,workflows,cronworkflows")
    with client_of(control_plane, namespace, SWEEPS, READS_USERS) as api:
        yield Place(control_plane, namespace, api, f"argosy-agent-{namespace}")


__all__ = ["DAY", "HOUR", "NOW", "Place", "moment", "place", "results"]
