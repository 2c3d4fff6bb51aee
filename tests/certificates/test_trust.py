"""The caBundle of webhooks, over HTTP."""

from __future__ import annotations

import copy
from base64 import b64encode
from typing import TYPE_CHECKING, Any

import jsonpatch
import pytest

from argosy.agent.certificates.trust import WebhookTrust, release_of, trust_patch
from argosy.resolver.errors import Misconfigured, Reason, RetryLater

if TYPE_CHECKING:
    from tests.certificates.api_server import ApiServer

BASE = "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations"
OURS = b"our authorities"
ENCODED = b64encode(OURS).decode()


def _webhooks(*bundles: str | None) -> dict[str, Any]:
    """A configuration whose webhooks have these caBundles."""
    webhooks = [
        {
            "name": f"{position}.argosy.io",
            "clientConfig": {"service": {"name": "argosy"}, **({} if bundle is None else {"caBundle": bundle})},
        }
        for position, bundle in enumerate(bundles)
    ]
    return {"webhooks": webhooks}


@pytest.mark.parametrize(
    ("bundles", "operations"),
    [
        ((), 0),
        ((ENCODED,), 0),
        ((None,), 2),
        (("",), 2),
        (("Zm9yZWlnbg==",), 2),
        ((ENCODED, None, ENCODED, "Zm9yZWlnbg=="), 4),
    ],
)
def test_only_what_differs_is_patched(bundles: tuple[str | None, ...], operations: int) -> None:
    configuration = _webhooks(*bundles)

    patch = trust_patch(configuration, ENCODED)

    assert len(patch) == operations
    assert jsonpatch.apply_patch(configuration, patch) == _webhooks(*[ENCODED] * len(bundles))


def test_a_configuration_without_webhooks_is_left_alone() -> None:
    assert trust_patch({"webhooks": None}, ENCODED) == []


RELEASE = {
    "labels": {"app.kubernetes.io/managed-by": "Helm"},
    "annotations": {"meta.helm.sh/release-name": "argosy", "meta.helm.sh/release-namespace": "argosy-system"},
}


@pytest.mark.parametrize(
    ("metadata", "expected"),
    [
        (RELEASE, RELEASE),
        (
            {"labels": {**RELEASE["labels"], "app": "a"}, "annotations": {**RELEASE["annotations"], "note": "b"}},
            RELEASE,
        ),
        ({"labels": RELEASE["labels"]}, {}),
        ({"annotations": RELEASE["annotations"]}, {}),
        ({**RELEASE, "annotations": {"meta.helm.sh/release-name": "argosy"}}, {}),
        ({"labels": None, "annotations": None}, {}),
        (None, {}),
    ],
)
def test_what_helm_knows_its_own_by_is_told_and_nothing_else(metadata: Any, expected: Any) -> None:
    assert release_of({"metadata": metadata}) == expected


def test_the_release_is_that_of_the_first_configuration(api: ApiServer) -> None:
    api.put(f"{BASE}/first", {"metadata": RELEASE})
    api.put(f"{BASE}/second", {"metadata": {}})

    assert WebhookTrust(api.admission(), ("first", "second")).release() == RELEASE
    assert WebhookTrust(api.admission(), ("second", "first")).release() == {}
    assert WebhookTrust(api.admission(), ()).release() == {}


def test_every_webhook_of_every_configuration_trusts_ours(api: ApiServer) -> None:
    api.put(f"{BASE}/workflows", _webhooks(None, "Zm9yZWlnbg=="))
    api.put(f"{BASE}/crons", _webhooks(ENCODED))
    trust = WebhookTrust(api.admission(), ("workflows", "crons"))

    trust.publish(OURS)
    trust.publish(OURS)

    assert api.objects[f"{BASE}/workflows"]["webhooks"] == _webhooks(ENCODED, ENCODED)["webhooks"]
    assert [method for method, _ in api.requests] == ["GET", "PATCH", "GET", "GET", "GET"]


def test_what_the_webhooks_trust_is_read_as_it_stands(api: ApiServer) -> None:
    api.put(f"{BASE}/workflows", _webhooks(None, "Zm9yZWlnbg==", ENCODED, ENCODED))
    api.put(f"{BASE}/crons", {"webhooks": None})

    assert WebhookTrust(api.admission(), ("workflows", "crons")).trusted() == b"foreign\nour authorities\n"


def test_webhooks_that_move_between_read_and_patch_are_read_again(api: ApiServer) -> None:
    path = f"{BASE}/workflows"
    api.put(path, _webhooks(None, ENCODED))
    moved = copy.deepcopy(api.objects[path])
    moved["webhooks"].reverse()
    answer = api.answer

    class Moving(WebhookTrust):
        def _read(self, name: str) -> Any:
            seen = copy.deepcopy(super()._read(name))
            api.put(path, moved)
            return seen

    Moving(api.admission(), ("workflows",)).publish(OURS)

    assert answer("GET", path, None, "")[1]["webhooks"] == list(reversed(_webhooks(ENCODED, ENCODED)["webhooks"]))
    assert [method for method, _ in api.requests] == ["GET", "PATCH", "GET", "PATCH", "GET"]


@pytest.mark.parametrize(
    ("method", "status", "kind", "text"),
    [
        ("GET", 404, Misconfigured, "there is no MutatingWebhookConfiguration 'workflows'"),
        ("GET", 403, Misconfigured, "to get mutatingwebhookconfigurations 'workflows'"),
        ("PATCH", 403, Misconfigured, "to patch mutatingwebhookconfigurations 'workflows'"),
        ("PATCH", 422, RetryLater, "'workflows' does not take our caBundle, or changes all the time"),
        ("PATCH", 409, RetryLater, "'workflows' does not take our caBundle, or changes all the time"),
        ("PATCH", 503, RetryLater, "to patch mutatingwebhookconfigurations 'workflows': 503"),
    ],
)
def test_a_refusal_says_what_is_missing(
    api: ApiServer, method: str, status: int, kind: type[Misconfigured | RetryLater], text: str
) -> None:
    api.put(f"{BASE}/workflows", _webhooks(None))
    api.refused[method] = status

    with pytest.raises(kind) as caught:
        WebhookTrust(api.admission(), ("workflows",)).publish(OURS)

    assert text in str(caught.value)
    assert caught.value.reason in (Reason.INVALID_SETTINGS, Reason.CLUSTER_FORBIDDEN, Reason.CLUSTER_UNAVAILABLE)
