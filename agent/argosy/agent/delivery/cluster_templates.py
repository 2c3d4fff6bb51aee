"""WorkflowTemplates at the API server. What is not ours is never written to.

::

    read      not there         created, which the API server refuses where somebody was faster
              somebody else's   left alone
              ours              left alone, or patched on the condition that it is as it was read

The patch replaces `spec` whole. Server-side apply would leave in it what other field managers have put there, and would
write into an object that somebody else has created in between.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from argosy.agent.cluster.asking import ANSWERS, Answer, Permission, ask
from argosy.agent.delivery.placing import Placed, Placement, Templates
from argosy.resolver import contract
from argosy.resolver.errors import ArgosyError, Denied, Reason, RetryLater

if TYPE_CHECKING:
    from kubernetes.client import CustomObjectsApi

    from argosy.agent.delivery.parcels import Parcel, ParcelKey

__all__ = ["FIELD_MANAGER", "ClusterTemplates", "change"]

FIELD_MANAGER: Final = "argosy"
_ATTEMPTS: Final = 4
_REFUSALS: Final = frozenset(
    {HTTPStatus.BAD_REQUEST, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, HTTPStatus.UNPROCESSABLE_ENTITY}
)
"""The content is at fault, and no retry helps."""


def change(parcel: Parcel, metadata: Any) -> list[dict[str, Any]]:
    """The JSON patch that makes an object with this metadata the parcel, if nobody has written to it since.

    Labels and annotations that somebody else has put there stay.
    """
    manifest: Any = parcel.manifest
    whole = {
        field: {**(metadata.get(field) or {}), **manifest["metadata"][field]} for field in ("labels", "annotations")
    }
    return [
        {"op": "replace", "path": "/metadata/resourceVersion", "value": metadata["resourceVersion"]},
        *({"op": "add", "path": f"/metadata/{field}", "value": values} for field, values in whole.items()),
        {"op": "add", "path": "/spec", "value": manifest["spec"]},
    ]


@dataclass(frozen=True, slots=True)
class ClusterTemplates(Templates):
    """The WorkflowTemplates and ClusterWorkflowTemplates of a cluster."""

    api: CustomObjectsApi

    def place(self, parcel: Parcel) -> Placement:
        """Put an object in place, unless somebody else's has its name. Raises Denied, RetryLater and Misconfigured."""
        for _ in range(_ATTEMPTS):
            metadata = self._metadata(parcel.key)
            if metadata is None:
                written = self._create(parcel)
            elif metadata.get("labels", {}).get(contract.RUNNER) != parcel.labels[contract.RUNNER]:
                return Placement(Placed.FOREIGN, _created_at(metadata))
            elif metadata.get("deletionTimestamp"):
                raise _unsettled(parcel.key, "is being deleted")
            elif not parcel.changeable or parcel.is_like(metadata):
                return Placement(Placed.PRESENT, _created_at(metadata))
            else:
                written = self._change(parcel, metadata)
            if written:
                return written
        raise _unsettled(parcel.key, "changes all the time")

    def _metadata(self, key: ParcelKey) -> Any:
        answer = self._ask("get", key, named=True)
        return None if answer.status == HTTPStatus.NOT_FOUND else answer.content["metadata"]

    def _create(self, parcel: Parcel) -> Placement | None:
        """None where somebody was faster."""
        answer = self._ask("create", parcel.key, parcel.manifest, named=False, field_manager=FIELD_MANAGER)
        if answer.status == HTTPStatus.CONFLICT:
            return None
        if answer.status == HTTPStatus.NOT_FOUND:
            # Neither a name nor a version is asked for: it is the namespace or the kind that is not there.
            raise _unsettled(parcel.key, f"cannot be created: {answer.message}")
        _check_taken(answer, parcel.key)
        return Placement(Placed.CREATED, _created_at(answer.content["metadata"]))

    def _change(self, parcel: Parcel, metadata: Any) -> Placement | None:
        """None where somebody has written to it, or deleted it, since it was read."""
        answer = self._ask(
            "patch",
            parcel.key,
            change(parcel, metadata),
            named=True,
            field_manager=FIELD_MANAGER,
            _content_type="application/json-patch+json",
        )
        if answer.status in (HTTPStatus.CONFLICT, HTTPStatus.NOT_FOUND):
            return None
        _check_taken(answer, parcel.key)
        return Placement(Placed.CHANGED, _created_at(metadata))

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
