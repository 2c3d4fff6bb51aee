"""Argo's objects at the API server, page by page."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from argosy.agent.cluster.asking import ANSWERS, Answer, Permission, ask
from argosy.resolver import contract
from argosy.resolver.errors import Reason, RetryLater

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kubernetes.client import CustomObjectsApi

    from argosy.resolver.manifests import JsonObject

__all__ = ["METADATA_PAGE", "WHOLE_PAGE", "listed"]

METADATA_PAGE: Final = 500
WHOLE_PAGE: Final = 100
"""A Workflow may be a megabyte, and a page is in memory at once."""
_METADATA_ONLY: Final = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"
_STARTS: Final = 2


def listed(
    api: CustomObjectsApi, plural: str, namespace: str = "", *, selector: str = "", whole: bool = False
) -> Iterator[JsonObject]:
    """Objects of a kind, each once, with their metadata or whole; an empty namespace means all of them.

    Raises RetryLater and Misconfigured. A list that takes so long that the API server forgets where it was (410) begins
    again once. Of a kind that the cluster does not have there is nothing.
    """
    seen: set[str] = set()
    for _ in range(_STARTS):
        token = ""
        while True:
            answer = _page(api, plural, namespace, selector, token, whole=whole)
            if answer.status == HTTPStatus.NOT_FOUND:
                return
            if answer.status == HTTPStatus.GONE:
                break
            for one in answer.content["items"] or ():  # null, where metadata only is asked for and there is none
                if one["metadata"]["uid"] not in seen:
                    seen.add(one["metadata"]["uid"])
                    yield one
            token = answer.content["metadata"].get("continue", "")
            if not token:
                return
    raise RetryLater(
        Reason.CLUSTER_UNAVAILABLE,
        f"a list of {plural} took longer than the API server remembers where it was",
        remedy="look at the API server if it goes on",
    )


def _page(api: CustomObjectsApi, plural: str, namespace: str, selector: str, token: str, *, whole: bool) -> Answer:
    group, version = contract.API_VERSION.split("/")
    options: dict[str, object] = {"limit": WHOLE_PAGE if whole else METADATA_PAGE}
    options |= {"label_selector": selector} if selector else {}
    options |= {"_continue": token} if token else {}
    options |= {} if whole else {"_headers": {"Accept": _METADATA_ONLY}}
    return ask(
        api.list_namespaced_custom_object if namespace else api.list_cluster_custom_object,
        *((group, version, namespace, plural) if namespace else (group, version, plural)),
        permission=Permission("list", f"{plural}.{group}", namespace=namespace),
        answers=ANSWERS | {HTTPStatus.GONE},
        **options,
    )
