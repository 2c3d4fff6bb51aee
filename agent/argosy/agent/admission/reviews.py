"""The wire of admission: `admission.k8s.io/v1`, as far as an agent reads and writes it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal, TypedDict, cast

import orjson

from argosy.resolver.manifests import Namespace

if TYPE_CHECKING:
    from argosy.resolver.manifests import JsonObject, Manifest

__all__ = [
    "API_VERSION",
    "AdmissionRequest",
    "AdmissionResponse",
    "AdmissionReview",
    "BadReviewError",
    "Status",
    "read_review",
]

API_VERSION: Final = "admission.k8s.io/v1"


class BadReviewError(Exception):
    """A body that no API server sends."""


class StatusDetails(TypedDict, total=False):
    """Of `metav1.StatusDetails`: the API server makes a Retry-After header of it."""

    retryAfterSeconds: int


class Status(TypedDict, total=False):
    """Of `metav1.Status`: why a request is not allowed."""

    code: int
    reason: str
    message: str
    details: StatusDetails


class AdmissionResponse(TypedDict, total=False):
    """The answer to one request."""

    uid: str
    allowed: bool
    patchType: Literal["JSONPatch"]
    patch: str
    """Base64."""
    status: Status
    warnings: list[str]


class AdmissionReview(TypedDict):
    """What goes back."""

    apiVersion: str
    kind: Literal["AdmissionReview"]
    response: AdmissionResponse


@dataclass(frozen=True, slots=True)
class AdmissionRequest:
    """What the API server asks, as far as it is used."""

    uid: str
    kind: str
    operation: str
    namespace: Namespace
    user: str
    dry_run: bool
    manifest: Manifest

    @property
    def name(self) -> str:
        """The object's name; empty where the API server is yet to make one."""
        return _text(self.metadata, "name")

    @property
    def generate_name(self) -> str:
        """What the API server is to begin the name with."""
        return _text(self.metadata, "generateName")

    @property
    def metadata(self) -> JsonObject:
        """The object's metadata; empty where it is no object."""
        metadata: Any = self.manifest.get("metadata")
        return metadata if isinstance(metadata, dict) else {}


def read_review(body: bytes) -> AdmissionRequest:
    """The request of a review. Raises BadReviewError, with a sentence, for a body that is none."""
    try:
        review = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise BadReviewError(f"the body is not JSON: {error}") from error
    if not isinstance(review, dict) or review.get("apiVersion") != API_VERSION:
        raise BadReviewError(f"the body is not an AdmissionReview of {API_VERSION}")
    request = review.get("request")
    if not isinstance(request, dict) or not _text(request, "uid"):
        raise BadReviewError("the review has no request with a uid")
    manifest = request.get("object")
    if not isinstance(manifest, dict):
        raise BadReviewError("the request has no object")
    kind, user = request.get("kind"), request.get("userInfo")
    return AdmissionRequest(
        uid=_text(request, "uid"),
        kind=_text(kind, "kind") if isinstance(kind, dict) else "",
        operation=_text(request, "operation"),
        namespace=Namespace(_text(request, "namespace")),
        user=_text(user, "username") if isinstance(user, dict) else "",
        dry_run=request.get("dryRun") is True,
        manifest=cast("Manifest", manifest),
    )


def _text(holder: JsonObject, key: str) -> str:
    value = holder.get(key)
    return value if isinstance(value, str) else ""
