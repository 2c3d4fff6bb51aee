"""WorkflowTemplates at the API server. What is not ours is never written to.

::

    read      not there         created, which the API server refuses where somebody was faster
              somebody else's   left alone
              ours              left alone, stamped, or changed, on the condition that it is as it was read

The stamp tells when it was last used; with it goes what the sweeper has announced. The patch that changes an object
replaces `spec` whole. Server-side apply would leave in it what other field managers have put there, and would write
into an object that somebody else has created in between.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from argosy.agent.cluster.asking import ANSWERS, Answer, Permission, ask
from argosy.agent.cluster.scope import EVERYWHERE, Scope
from argosy.agent.delivery.placing import Placed, Placement, Stamp, Templates
from argosy.resolver import contract
from argosy.resolver.errors import ArgosyError, Denied, Reason, RetryLater
from argosy.resolver.repositories import Deliver

if TYPE_CHECKING:
    from collections.abc import Callable

    from kubernetes.client import CustomObjectsApi

    from argosy.agent.delivery.parcels import Parcel, ParcelKey
    from argosy.resolver.manifests import JsonObject

__all__ = ["FIELD_MANAGER", "ClusterTemplates", "change", "stamped"]

FIELD_MANAGER: Final = "argosy"
_ATTEMPTS: Final = 4
_REFUSALS: Final = frozenset(
    {HTTPStatus.BAD_REQUEST, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, HTTPStatus.UNPROCESSABLE_ENTITY}
)
"""The content is at fault, and no retry helps."""


def change(parcel: Parcel, metadata: Any, stamp: Stamp) -> list[dict[str, Any]]:
    """The JSON patch that makes an object with this metadata the parcel, if nobody has written to it since.

    Labels and annotations that somebody else has put there stay.
    """
    manifest: Any = parcel.manifest
    labels = {key: value for key, value in (metadata.get("labels") or {}).items() if not key.startswith(contract.USES)}
    annotations = {
        key: value for key, value in (metadata.get("annotations") or {}).items() if key != contract.DELETE_AT
    }
    labels |= {**manifest["metadata"]["labels"], **stamp.labels}
    annotations |= manifest["metadata"]["annotations"]
    return [
        {"op": "replace", "path": "/metadata/resourceVersion", "value": metadata["resourceVersion"]},
        {"op": "add", "path": "/metadata/labels", "value": labels},
        {"op": "add", "path": "/metadata/annotations", "value": annotations},
        {"op": "add", "path": "/spec", "value": manifest["spec"]},
    ]


def stamped(metadata: Any, stamp: Stamp) -> dict[str, Any]:
    """The merge patch that stamps an object with this metadata, if nobody has written to it since."""
    written = {"labels": stamp.labels, "annotations": {contract.DELETE_AT: None}}
    return {"metadata": {"resourceVersion": metadata["resourceVersion"], **written}}


@dataclass(frozen=True, slots=True)
class ClusterTemplates(Templates):
    """The WorkflowTemplates and ClusterWorkflowTemplates of a cluster, or of some of its namespaces."""

    api: CustomObjectsApi
    scope: Scope = field(default=EVERYWHERE, kw_only=True)
    instance_id: Callable[[], str] = field(default=str, kw_only=True)
    """That of Argo's controller, empty for one that has none. Raises RetryLater while it is not known."""

    def place(self, parcel: Parcel, stamp: Stamp) -> Placement:
        """Put an object in place, stamped, unless somebody else's has its name.

        Raises Denied, RetryLater and Misconfigured.
        """
        parcel = parcel.of_instance(self.instance_id())

        def attempt(metadata: Any) -> Placement | None:
            if metadata is None:
                return self._create(parcel, stamp)
            if parcel.replaces(metadata):
                return self._change(parcel, metadata, stamp)
            return self._stamp(parcel.key, metadata, stamp)

        return self._settled(parcel.key, parcel.labels[contract.RUNNER], attempt)

    def stamp(self, key: ParcelKey, runner: str, stamp: Stamp) -> Placement:
        """Note that an object of this installation is used, if it is there. Raises RetryLater and Misconfigured."""

        def attempt(metadata: Any) -> Placement | None:
            return Placement(Placed.ABSENT, 0.0) if metadata is None else self._stamp(key, metadata, stamp)

        return self._settled(key, runner, attempt)

    def release(self, key: ParcelKey, metadata: JsonObject) -> None:
        """Label as delivered on use, if nobody has written to it since. Raises RetryLater and Misconfigured."""
        labels = {contract.DELIVER: str(Deliver.ON_USE)}
        patch = {"metadata": {"resourceVersion": metadata["resourceVersion"], "labels": labels}}
        self._patch(key, patch, "application/merge-patch+json")

    def _settled(self, key: ParcelKey, runner: str, attempt: Callable[[Any], Placement | None]) -> Placement:
        """What came of an attempt that nobody was faster than; what is not ours is not attempted."""
        if not self.scope.holds(key.namespace):
            return Placement(Placed.OUTSIDE, 0.0)
        for _ in range(_ATTEMPTS):
            metadata = self._metadata(key)
            if metadata is not None:
                if metadata.get("labels", {}).get(contract.RUNNER) != runner:
                    return Placement(Placed.FOREIGN, _created_at(metadata), metadata.get("uid", ""))
                if metadata.get("deletionTimestamp"):
                    raise _unsettled(key, "is being deleted")
            if placement := attempt(metadata):
                return placement
        raise _unsettled(key, "changes all the time")

    def _metadata(self, key: ParcelKey) -> Any:
        answer = self._ask("get", key, named=True)
        return None if answer.status == HTTPStatus.NOT_FOUND else answer.content["metadata"]

    def _create(self, parcel: Parcel, stamp: Stamp) -> Placement | None:
        """None where somebody was faster."""
        manifest: Any = parcel.manifest
        metadata = manifest["metadata"]
        body = {**manifest, "metadata": {**metadata, "labels": {**metadata["labels"], **stamp.labels}}}
        answer = self._ask("create", parcel.key, body, named=False, field_manager=FIELD_MANAGER)
        if answer.status == HTTPStatus.CONFLICT:
            return None
        if answer.status == HTTPStatus.NOT_FOUND:
            # Neither a name nor a version is asked for: it is the namespace or the kind that is not there.
            raise _unsettled(parcel.key, f"cannot be created: {answer.message}")
        _check_taken(answer, parcel.key)
        return Placement(Placed.CREATED, _created_at(answer.content["metadata"]))

    def _change(self, parcel: Parcel, metadata: Any, stamp: Stamp) -> Placement | None:
        """None where somebody has written to it, or deleted it, since it was read."""
        is_taken = self._patch(parcel.key, change(parcel, metadata, stamp), "application/json-patch+json")
        return Placement(Placed.CHANGED, _created_at(metadata)) if is_taken else None

    def _stamp(self, key: ParcelKey, metadata: Any, stamp: Stamp) -> Placement | None:
        """None as for a change."""
        if not stamp.is_due(metadata):
            return Placement(Placed.PRESENT, _created_at(metadata))
        is_taken = self._patch(key, stamped(metadata, stamp), "application/merge-patch+json")
        return Placement(Placed.STAMPED, _created_at(metadata)) if is_taken else None

    def _patch(self, key: ParcelKey, patch: object, content_type: str) -> bool:
        answer = self._ask("patch", key, patch, named=True, field_manager=FIELD_MANAGER, _content_type=content_type)
        if answer.status in (HTTPStatus.CONFLICT, HTTPStatus.NOT_FOUND):
            return False
        _check_taken(answer, key)
        return True

    def _ask(self, verb: str, key: ParcelKey, *body: object, named: bool, **options: str) -> Answer:
        scope = "namespaced" if key.namespace else "cluster"
        plural = f"{key.kind.lower()}s"
        group, version = contract.API_VERSION.split("/")
        place = (group, version, key.namespace, plural) if key.namespace else (group, version, plural)
        name = key.name if named else ""
        return ask(
            getattr(self.api, f"{verb}_{scope}_custom_object"),
            *place,
            *((name,) if named else ()),
            *body,
            permission=Permission(verb, f"{plural}.{group}", name, key.namespace),
            answers=ANSWERS | _REFUSALS,
            **options,
        )


def _check_taken(answer: Answer, key: ParcelKey) -> None:
    if answer.status in _REFUSALS:
        raise Denied(
            Reason.INVALID_MANIFEST,
            f"the API server does not take {key.kind} {key.name!r}: {answer.message}",
            remedy="mend the template in git",
        )


def _created_at(metadata: Any) -> float:
    return datetime.fromisoformat(metadata["creationTimestamp"]).timestamp()


def _unsettled(key: ParcelKey, problem: str) -> ArgosyError:
    return RetryLater(
        Reason.CLUSTER_UNAVAILABLE,
        f"{key.kind} {key.name!r} {problem}",
        remedy="see who else writes to it, if it goes on",
    )
