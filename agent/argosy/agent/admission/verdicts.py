"""What was decided about a request, and how the API server is told."""

from __future__ import annotations

import base64
import math
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

import orjson

from argosy.agent.admission.reviews import API_VERSION, AdmissionResponse, Status
from argosy.agent.metrics import Outcome
from argosy.agent.patch import json_patch
from argosy.resolver.errors import ArgosyError, Denied, Misconfigured, Reason, RetryLater

if TYPE_CHECKING:
    from argosy.agent.admission.reviews import AdmissionRequest
    from argosy.agent.delivery import Used
    from argosy.resolver.lookup import Found
    from argosy.resolver.manifests import Manifest
    from argosy.resolver.notices import Notice

__all__ = ["Verdict", "encoded", "refusal"]

MAX_WARNING_LENGTH: Final = 256
"""The API server cuts longer ones: k8s.io/apiserver/pkg/warning, which keeps 4096 characters of all together."""
MAX_WARNINGS: Final = 15
_FORBIDDEN: Final = frozenset({Reason.FORBIDDEN_PATH, Reason.FORBIDDEN_REPOSITORY, Reason.FORBIDDEN_VERSION})


@dataclass(frozen=True, slots=True)
class Verdict:
    """One decided request: allowed with what becomes of the object, or refused with the error."""

    outcome: Outcome
    manifest: Manifest | None = None
    """As it is to be stored; None where it stays as it is."""
    notices: tuple[Notice, ...] = ()
    taken: tuple[Found, ...] = ()
    error: ArgosyError | None = None
    used: Used | None = None
    """What is to be delivered, and stamped, once this was answered."""


def refusal(error: ArgosyError) -> Verdict:
    """The verdict of an error: denied for good, to be tried again, or the agent's own fault."""
    outcomes = ((Denied, Outcome.DENIED), (RetryLater, Outcome.RETRY))
    outcome = next((outcome for kind, outcome in outcomes if isinstance(error, kind)), Outcome.FAILED)
    return Verdict(outcome, error=error)


def encoded(verdict: Verdict, request: AdmissionRequest) -> bytes:
    """The AdmissionReview that answers the request."""
    response: AdmissionResponse = {"uid": request.uid, "allowed": verdict.error is None}
    if verdict.error is not None:
        response["status"] = _status(verdict.error)
    elif verdict.manifest is not None and (patch := json_patch(request.manifest, verdict.manifest)):
        response["patchType"] = "JSONPatch"
        response["patch"] = base64.b64encode(orjson.dumps(patch)).decode("ascii")
    if verdict.notices:
        response["warnings"] = _warnings(verdict.notices)
    return orjson.dumps({"apiVersion": API_VERSION, "kind": "AdmissionReview", "response": response})


def _status(error: ArgosyError) -> Status:
    """As `kubectl create` prints it: `Error from server (REASON): ... denied the request: MESSAGE`.

    The API server makes a Retry-After header of the details, by which client-go tries again by itself.
    """
    status: Status = {"code": _code(error), "reason": str(error.reason), "message": str(error)}
    if isinstance(error, RetryLater):
        status["details"] = {"retryAfterSeconds": max(1, math.ceil(error.delay))}
    return status


def _code(error: ArgosyError) -> int:
    if isinstance(error, RetryLater):
        return HTTPStatus.SERVICE_UNAVAILABLE
    if isinstance(error, Misconfigured) or not isinstance(error, Denied):
        return HTTPStatus.INTERNAL_SERVER_ERROR
    return HTTPStatus.FORBIDDEN if error.reason in _FORBIDDEN else HTTPStatus.UNPROCESSABLE_ENTITY


def _warnings(notices: tuple[Notice, ...]) -> list[str]:
    """One line for each notice, and how many more there are: a header holds neither long nor many texts."""
    lines = [_cut(" ".join(str(notice).split())) for notice in notices[:MAX_WARNINGS]]
    left = len(notices) - MAX_WARNINGS
    return [*lines, f"and {left} more warnings; argosy resolve shows them all"] if left > 0 else lines


def _cut(text: str) -> str:
    return text if len(text) <= MAX_WARNING_LENGTH else f"{text[: MAX_WARNING_LENGTH - 3]}..."
