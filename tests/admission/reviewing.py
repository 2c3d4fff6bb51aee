"""Reviews as the API server writes them, and the answers applied as it applies them."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import jsonpatch
import orjson

from argosy.agent.admission import Admitter
from argosy.agent.admission.verdicts import encoded

if TYPE_CHECKING:
    from argosy.agent.admission.reviews import AdmissionRequest
    from argosy.agent.admission.verdicts import Verdict
    from argosy.agent.delivery import Order
    from argosy.resolver.flatten import WorkflowDefaults
    from argosy.resolver.flattened import Flattened, Mode
    from argosy.resolver.manifests import Manifest, Namespace
    from argosy.resolver.resolver import Resolver

RUNNER = "argosy-agent-0001"
UID = "705ab4f5-6393-11e8-b7cc-42010a800002"


def review(manifest: Manifest, *, namespace: str = "team-a", dry_run: bool = False, operation: str = "CREATE") -> bytes:
    request = {
        "uid": UID,
        "kind": {"group": "argoproj.io", "version": "v1alpha1", "kind": manifest.get("kind")},
        "operation": operation,
        "namespace": namespace,
        "userInfo": {"username": "alice"},
        "dryRun": dry_run,
        "object": manifest,
    }
    return orjson.dumps({"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": request})


def response(body: bytes) -> dict[str, Any]:
    answer = orjson.loads(body)
    assert (answer["apiVersion"], answer["kind"]) == ("admission.k8s.io/v1", "AdmissionReview")
    assert answer["response"]["uid"] == UID
    return dict(answer["response"])


def applied(manifest: Manifest, answer: dict[str, Any]) -> Any:
    if "patch" not in answer:
        return manifest
    assert answer["patchType"] == "JSONPatch"
    return jsonpatch.apply_patch(manifest, orjson.loads(base64.b64decode(answer["patch"])))


def answer_of(verdict: Verdict, request: AdmissionRequest) -> dict[str, Any]:
    return response(encoded(verdict, request))


@dataclass(frozen=True, slots=True)
class Facts:
    needs_references: bool = False
    defaults: WorkflowDefaults | None = None


@dataclass(slots=True)
class Delivered:
    """A delivery that keeps what it was given."""

    seen: list[tuple[Namespace, Flattened, Mode]] = field(default_factory=list)

    def deliver(self, order: Order, flattened: Flattened, *, at_hand: bool = False) -> None:  # noqa: ARG002  # the Protocol's
        self.seen.append((order.namespace, flattened, order.mode))


def admitter(resolver: Resolver, *, facts: Facts | None = None, delivery: Delivered | None = None) -> Admitter:
    known = facts or Facts()
    return Admitter(lambda: resolver, lambda: known, delivery or Delivered(), RUNNER, lambda: 86_400.0)
