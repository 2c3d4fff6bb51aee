"""Delivered templates as the API server would hand them out, and as plans see them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from argosy.gc.templates import DeliveredTemplate, delivered_template, moment
from argosy.gc.uses import uses_labels
from argosy.resolver import contract

if TYPE_CHECKING:
    from argosy.resolver.manifests import JsonObject, ResourceKind

NOW = 1_796_205_600.0
HOUR = 3600.0
DAY = 24 * HOUR
OURS = "argosy-agent-0001"


def delivered(
    name: str,
    *,
    namespace: str = "team",
    used: float | None = -2 * DAY,
    delete_at: str = "",
    refers_to: tuple[str, ...] = (),
    labels: dict[str, str] | None = None,
    annotations: dict[str, str] | None = None,
    **metadata: Any,
) -> JsonObject:
    """Last used so many seconds from NOW; a name with a colon before it refers to one for the whole cluster."""
    stamp = {} if used is None else {contract.LAST_USED_TIMESTAMP: str(int(NOW + used))}
    steps = [
        {"templateRef": {"name": one.lstrip(":"), "template": "t", "clusterScope": one.startswith(":")}}
        for one in refers_to
    ]
    manifest: Any = {"spec": {"templates": [{"name": "t", "steps": [steps]}]}}
    own = {contract.RUNNER: OURS, contract.DELIVER: "OnUse", **stamp, **uses_labels(manifest)}
    return {
        "apiVersion": contract.API_VERSION,
        "kind": kind_of(namespace),
        **manifest,
        "metadata": {
            "name": name,
            **({"namespace": namespace} if namespace else {}),
            "uid": f"uid-{name}",
            "resourceVersion": "1",
            "creationTimestamp": moment(NOW - 30 * DAY),
            "labels": {**own, **(labels or {})},
            "annotations": {**({contract.DELETE_AT: delete_at} if delete_at else {}), **(annotations or {})},
            **metadata,
        },
    }


def kind_of(namespace: str) -> ResourceKind:
    return "WorkflowTemplate" if namespace else "ClusterWorkflowTemplate"


def template(name: str, **given: Any) -> DeliveredTemplate:
    manifest = delivered(name, **given)
    return delivered_template(manifest["kind"], manifest)
