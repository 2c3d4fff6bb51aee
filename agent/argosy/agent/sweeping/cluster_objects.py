"""What a sweep reads and changes, at the API server."""

from __future__ import annotations

from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Final, cast

from kubernetes.client import V1DeleteOptions, V1Preconditions

from argosy.agent.cluster.one_object import ask_one
from argosy.agent.cluster.scope import EVERYWHERE, Scope
from argosy.gc.sweeping import Cluster, Outcome
from argosy.resolver import contract

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kubernetes.client import CustomObjectsApi

    from argosy.gc.templates import DeliveredTemplate
    from argosy.resolver.manifests import JsonObject, Manifest, ResourceKind

__all__ = ["ClusterObjects"]

_FIELD_MANAGER: Final = "argosy"
_OUTCOMES: Final = {HTTPStatus.NOT_FOUND: Outcome.GONE, HTTPStatus.CONFLICT: Outcome.CHANGED}


@dataclass(frozen=True, slots=True)
class ClusterObjects(Cluster):
    """The Cluster of a Sweep. Every change is made on the condition that the object is as it was read."""

    api: CustomObjectsApi
    scope: Scope = field(default=EVERYWHERE, kw_only=True)

    def templates(
        self, kind: ResourceKind, namespace: str, selector: str, *, whole: bool = False
    ) -> Iterator[JsonObject]:
        """By label, with their metadata or whole."""
        return self.scope.listed(self.api, f"{kind.lower()}s", namespace, selector=selector, whole=whole)

    def workflows(self, namespace: str) -> Iterator[Manifest]:
        """Whole, completed ones too: what they refer to is in their specs."""
        return cast("Iterator[Manifest]", self.scope.listed(self.api, "workflows", namespace, whole=True))

    def cron_workflows(self, namespace: str) -> Iterator[Manifest]:
        """Whole."""
        return cast("Iterator[Manifest]", self.scope.listed(self.api, "cronworkflows", namespace, whole=True))

    def announce(self, template: DeliveredTemplate, delete_at: str) -> Outcome:
        """Only the annotation is written."""
        annotations = {contract.DELETE_AT: delete_at or None}
        # The resourceVersion in a patch makes it a condition.
        body = {"metadata": {"resourceVersion": template.resource_version, "annotations": annotations}}
        return self._changed(
            "patch", template, body, field_manager=_FIELD_MANAGER, _content_type="application/merge-patch+json"
        )

    def delete(self, template: DeliveredTemplate) -> Outcome:
        """By uid and resourceVersion."""
        same = V1Preconditions(uid=template.uid, resource_version=template.resource_version)
        return self._changed("delete", template, body=V1DeleteOptions(preconditions=same))

    def _changed(self, verb: str, template: DeliveredTemplate, *body: object, **options: object) -> Outcome:
        answer = ask_one(self.api, verb, template.key, *body, answers=_OUTCOMES.keys(), **options)
        return _OUTCOMES.get(HTTPStatus(answer.status), Outcome.DONE)
