"""The bundle in a Secret, over HTTP."""

from __future__ import annotations

import traceback
from base64 import b64encode
from typing import TYPE_CHECKING, Any

import pytest
from kubernetes.client import ApiClient, Configuration, CoreV1Api

from argosy.agent.certificates import Conflict, Made, Rotation, ServingCertificate
from argosy.agent.certificates.bundle import Bundle
from argosy.agent.certificates.secret import SecretStore
from argosy.resolver.errors import ArgosyError, Misconfigured, Reason, RetryLater
from tests.certificates.parts import NAMES, NOW, bundle_at, key_lines

if TYPE_CHECKING:
    from tests.certificates.api_server import ApiServer

PATH = "/api/v1/namespaces/argo/secrets/argosy-tls"
FIRST = bundle_at()
SECOND = bundle_at()
KEYS = key_lines(FIRST.authority_key, FIRST.serving.key)


def _store(api: ApiServer) -> SecretStore:
    return SecretStore(api.core(), "argo", "argosy-tls", dict)


def _encoded(bundle: Bundle) -> dict[str, str]:
    return {name: b64encode(content).decode() for name, content in bundle.files().items()}


def test_a_secret_is_created_and_read(api: ApiServer) -> None:
    store = _store(api)

    assert store.read() is None
    store.write(FIRST, None)

    stored = store.read()
    assert stored is not None
    assert stored.bundle == FIRST
    assert api.objects[PATH]["type"] == "Opaque"
    assert api.objects[PATH]["data"] == _encoded(FIRST)


def test_a_secret_that_is_created_belongs_to_the_release_that_installed_the_agent(api: ApiServer) -> None:
    release = {"labels": {"app.kubernetes.io/managed-by": "Helm"}, "annotations": {"meta.helm.sh/release-name": "a"}}

    SecretStore(api.core(), "argo", "argosy-tls", lambda: release).write(FIRST, None)

    assert api.objects[PATH]["metadata"] == {
        **release,
        "name": "argosy-tls",
        "namespace": "argo",
        "resourceVersion": "1",
    }


def test_a_secret_that_is_there_keeps_what_is_not_ours(api: ApiServer) -> None:
    metadata = {"name": "argosy-tls", "labels": {"app": "argosy"}}
    api.put(PATH, {"metadata": metadata, "data": {"tls.crt": "", "tls.key": "", "note": "aGk="}})
    store = _store(api)
    stored = store.read()
    assert stored is not None

    store.write(FIRST, stored.version)

    assert stored.bundle == Bundle()
    assert api.objects[PATH]["metadata"]["labels"] == {"app": "argosy"}
    assert api.objects[PATH]["data"] == {"note": "aGk=", **_encoded(FIRST)}


@pytest.mark.parametrize("data", [None, {}, {"tls.key": "%%%"}, {"tls.key": None}, {"tls.key": "aGk"}])
def test_what_cannot_be_decoded_is_empty(api: ApiServer, data: Any) -> None:
    api.put(PATH, {"data": data})

    stored = _store(api).read()

    assert stored is not None
    assert stored.bundle == Bundle()


def test_who_has_not_read_the_newest_writes_nothing(api: ApiServer) -> None:
    store = _store(api)
    store.write(FIRST, None)
    stored = store.read()
    assert stored is not None
    store.write(SECOND, stored.version)

    for version in (None, stored.version):
        with pytest.raises(Conflict):
            store.write(FIRST, version)
    newest = store.read()
    assert newest is not None
    assert newest.bundle == SECOND
    store.write(FIRST, newest.version)
    assert api.objects[PATH]["data"] == _encoded(FIRST)

    api.objects.clear()
    with pytest.raises(Conflict):
        store.write(FIRST, stored.version)


def test_two_replicas_serve_the_certificate_of_the_secret(api: ApiServer) -> None:
    servings = ServingCertificate(), ServingCertificate()
    for serving in servings:
        rotation = Rotation(Made(_store(api), NAMES, serving))
        rotation.tick(NOW)
        assert rotation.problem is None

    assert servings[0].served is not None
    assert servings[0].served == servings[1].served


@pytest.mark.parametrize(
    ("status", "kind", "reason", "text"),
    [
        (401, Misconfigured, Reason.CLUSTER_FORBIDDEN, "get secrets 'argosy-tls' in namespace 'argo': 401"),
        (403, Misconfigured, Reason.CLUSTER_FORBIDDEN, "get secrets 'argosy-tls' in namespace 'argo': 403"),
        (429, RetryLater, Reason.CLUSTER_UNAVAILABLE, "get secrets 'argosy-tls' in namespace 'argo': 429"),
        (500, RetryLater, Reason.CLUSTER_UNAVAILABLE, "get secrets 'argosy-tls' in namespace 'argo': 500"),
        (200, RetryLater, Reason.CLUSTER_UNAVAILABLE, "get secrets 'argosy-tls' in namespace 'argo': JSONDecodeError"),
    ],
)
def test_a_read_that_fails_says_what_it_was_for_and_shows_no_key(
    api: ApiServer, status: int, kind: type[ArgosyError], reason: Reason, text: str
) -> None:
    api.refused["GET"] = status
    api.refusal = b'{"data": ' + FIRST.serving.key

    with pytest.raises(kind) as caught:
        _store(api).read()

    assert caught.value.reason is reason
    assert text in str(caught.value)
    shown = "".join(traceback.format_exception(caught.value))
    assert [line for line in KEYS if line in shown] == []


@pytest.mark.parametrize(
    ("method", "version", "status", "text"),
    [
        ("POST", None, 403, "allow the agent's service account to create secrets in namespace 'argo'"),
        ("PATCH", "1", 403, "allow the agent's service account to patch secrets 'argosy-tls' in namespace 'argo'"),
        ("PATCH", "1", 422, "Secret argo/argosy-tls does not take the serving certificate"),
    ],
)
def test_a_write_that_is_refused_names_the_rule(
    api: ApiServer, method: str, version: str | None, status: int, text: str
) -> None:
    api.put(PATH, {})
    api.refused[method] = status
    api.refusal = {"message": FIRST.serving.key.decode(), "data": _encoded(FIRST)}

    with pytest.raises(Misconfigured) as caught:
        _store(api).write(FIRST, version)

    assert text in str(caught.value)
    shown = "".join(traceback.format_exception(caught.value))
    assert [secret for secret in [*KEYS, *_encoded(FIRST).values()] if secret in shown] == []


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_an_api_server_that_does_not_answer_is_asked_again_later(api: ApiServer, scheme: str) -> None:
    port = api.url.rpartition(":")[2] if scheme == "https" else "1"
    client = ApiClient(Configuration(host=f"{scheme}://127.0.0.1:{port}"))

    with pytest.raises(RetryLater) as caught:
        SecretStore(CoreV1Api(client), "argo", "argosy-tls", dict).read()

    assert caught.value.reason is Reason.CLUSTER_UNAVAILABLE
    assert "get secrets 'argosy-tls' in namespace 'argo'" in str(caught.value)
    assert "\n" not in str(caught.value)
