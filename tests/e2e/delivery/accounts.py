"""Service accounts that may do what a test says, and nothing else."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from kubernetes.client import CustomObjectsApi

from argosy.agent.cluster.client import api_client

if TYPE_CHECKING:
    from collections.abc import Generator

    from tests.controlplane.cluster import ControlPlane

ARGO = {"apiGroups": ["argoproj.io"], "resources": ["workflowtemplates", "clusterworkflowtemplates"]}
EVENTS = {"apiGroups": ["events.k8s.io"], "resources": ["events"], "verbs": ["create", "patch"]}
DELIVERS = {**ARGO, "verbs": ["get", "create", "patch"]}
READS = {**ARGO, "verbs": ["get"]}


@contextmanager
def client_of(plane: ControlPlane, namespace: str, *rules: dict[str, Any]) -> Generator[CustomObjectsApi]:
    """A client with these rights in all of the cluster, as the chart gives them to the agent."""
    name = f"agent-{namespace}"
    group = "rbac.authorization.k8s.io"
    subject = {"kind": "ServiceAccount", "name": "agent", "namespace": namespace}
    reference = {"apiGroup": group, "kind": "ClusterRole", "name": name}
    plane.apply(
        {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "agent", "namespace": namespace}},
        {"apiVersion": f"{group}/v1", "kind": "ClusterRole", "metadata": {"name": name}, "rules": list(rules)},
        {
            "apiVersion": f"{group}/v1",
            "kind": "ClusterRoleBinding",
            "metadata": {"name": name},
            "roleRef": reference,
            "subjects": [subject],
        },
    )
    client = api_client(plane.token_kubeconfig(namespace, "agent"))
    try:
        yield CustomObjectsApi(client)
    finally:
        client.rest_client.close()
        plane.must("delete", f"clusterrole/{name}", f"clusterrolebinding/{name}")
