"""What users say of a delivered template, written as its annotations."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from argosy.agent.cluster.one_object import ask_one
from argosy.resolver import contract
from argosy.resolver.errors import Denied, Reason

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kubernetes.client import CustomObjectsApi

    from argosy.gc.templates import TemplateKey

__all__ = ["annotate"]

_ANSWERS: Final = (HTTPStatus.NOT_FOUND,)
_MERGE: Final = "application/merge-patch+json"


def annotate(api: CustomObjectsApi, key: TemplateKey, annotations: Mapping[str, str | None]) -> None:
    """Write these, and take those of None away. Raises Denied where there is no delivered template of that name."""
    answer = ask_one(api, "get", key, answers=_ANSWERS)
    if answer.status == HTTPStatus.OK:
        if contract.RUNNER not in (answer.content["metadata"].get("labels") or {}):
            problem = f"{key} was not delivered by Argosy"
            raise Denied(Reason.TEMPLATE_NOT_FOUND, problem, remedy="nothing to do: it is never swept")
        body = {"metadata": {"annotations": dict(annotations)}}
        answer = ask_one(api, "patch", key, body, answers=_ANSWERS, _content_type=_MERGE)
    if answer.status == HTTPStatus.NOT_FOUND:
        remedy = "look at its name and namespace; it may be gone already, and comes back when it is used"
        raise Denied(Reason.TEMPLATE_NOT_FOUND, f"there is no {key}", remedy=remedy)
