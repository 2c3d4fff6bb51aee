"""One WorkflowTemplate or ClusterWorkflowTemplate at the API server, by its name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from argosy.agent.cluster.asking import Answer, Permission, ask
from argosy.resolver import contract

if TYPE_CHECKING:
    from collections.abc import Collection

    from kubernetes.client import CustomObjectsApi

    from argosy.gc.templates import TemplateKey

__all__ = ["ask_one"]


def ask_one(
    api: CustomObjectsApi, verb: str, key: TemplateKey, *body: object, answers: Collection[int], **options: object
) -> Answer:
    """Get, patch or delete one object. Raises RetryLater and Misconfigured."""
    kind, namespace, name = key
    group, version = contract.API_VERSION.split("/")
    plural = f"{kind.lower()}s"
    return ask(
        getattr(api, f"{verb}_{'namespaced' if namespace else 'cluster'}_custom_object"),
        *((group, version, namespace, plural, name) if namespace else (group, version, plural, name)),
        *body,
        permission=Permission(verb, f"{plural}.{group}", name, namespace),
        answers=answers,
        **options,
    )
