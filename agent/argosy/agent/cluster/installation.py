"""What tells this installation from every other: the uid of the namespace that it runs in."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from argosy.agent.cluster.asking import Permission, ask
from argosy.resolver.errors import Misconfigured, Reason

if TYPE_CHECKING:
    from kubernetes.client import CoreV1Api

__all__ = ["installation"]


def installation(api: CoreV1Api, namespace: str) -> str:
    """The uid of the agent's own namespace: the same for all replicas, and another in every cluster.

    Raises Misconfigured and RetryLater.
    """
    answer = ask(api.read_namespace, namespace, permission=Permission("get", "namespaces", namespace))
    if answer.status == HTTPStatus.NOT_FOUND:
        raise Misconfigured(
            Reason.INVALID_SETTINGS,
            f"there is no namespace {namespace!r}",
            remedy="set the namespace that the agent runs in",
        )
    return str(answer.content["metadata"]["uid"])
