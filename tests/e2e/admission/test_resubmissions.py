"""What was flattened before, or has begun, is stored as it comes, however often it comes."""

from __future__ import annotations

import base64
import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, cast

import pytest
import trustme

from argosy.resolver import contract
from tests.e2e.admission.conftest import stored
from tests.e2e.admission.installing import wait_until
from tests.e2e.chart.counting import counting
from tests.resolver.template_repositories import images, workflow

if TYPE_CHECKING:
    from collections.abc import Generator

    from argosy.resolver.manifests import Manifest
    from tests.e2e.admission.conftest import Site

pytestmark = pytest.mark.needs("helm")

LATER = {**cast("Any", workflow("v1.1.0"))["spec"]["templates"][0], "name": "later"}
OF_THE_SERVER = {"creationTimestamp", "generation", "managedFields", "resourceVersion", "uid"}
OF_THE_SUBMISSION = {"generateName", "name", "namespace"}


def _flattened(site: Site) -> Any:
    return stored(site.create(workflow("v1.0.0")))


def _kept(manifest: Any) -> dict[str, Any]:
    left_out = OF_THE_SERVER | OF_THE_SUBMISSION
    return {key: value for key, value in manifest["metadata"].items() if key not in left_out}


def _submitted(manifest: Any, **changes: Any) -> Manifest:
    """The object as a client sends it again, under a new name."""
    return cast("Manifest", {**manifest, "metadata": {**_kept(manifest), "generateName": "again-"}, **changes})


def _content(manifest: Any) -> dict[str, Any]:
    return {**manifest, "metadata": _kept(manifest)}


def _status(manifest: Any, phase: str) -> dict[str, Any]:
    """The status of a Workflow that got as far as its second node."""
    start, main = (one["name"] for one in manifest["spec"]["templates"])
    common = {"templateScope": "local/w", "startedAt": "2026-01-01T00:00:00Z", "phase": phase}
    nodes = {
        "w": {"id": "w", "name": "w", "displayName": "w", "type": "Steps", "templateName": start, **common},
        "w-1": {"id": "w-1", "name": "w[0].a", "displayName": "a", "type": "Pod", "templateName": main, **common},
    }
    return {"phase": phase, "nodes": nodes, "storedTemplates": {f"local/w/{main}": manifest["spec"]["templates"][1]}}


def test_a_resubmitted_workflow_stays_as_it_is_although_its_label_still_asks(site: Site) -> None:
    first = _flattened(site)
    site.templates.git("tag", "--force", "v1.0.0", "v1.1.0")
    try:
        again = stored(site.create(_submitted(first)))
    finally:
        site.templates.git("tag", "--force", "v1.0.0", "v1.1.0~1")

    assert contract.VERSION in json.dumps(again["spec"])
    assert _content(again) == _content(first)


@pytest.mark.parametrize("phase", ["", "Failed"])
def test_a_memoized_resubmission_and_a_retry_from_the_archive_stay_as_they_are(site: Site, phase: str) -> None:
    first = _flattened(site)
    begun = _submitted(first, status=_status(first, phase))

    assert _content(stored(site.create(begun))) == _content(begun)


def test_what_has_begun_keeps_references_that_its_nodes_were_made_of(site: Site) -> None:
    nodes = {"w": {"id": "w", "name": "w", "displayName": "w", "type": "Steps", "templateName": "start"}}
    begun = cast("Manifest", {**workflow("v1.0.0"), "status": {"nodes": nodes}})

    assert _content(stored(site.create(begun))) == _content(begun)


@contextmanager
def _later_webhook(site: Site, patch: list[dict[str, Any]]) -> Generator[None]:
    """A webhook that is called after the agent, in the site's namespace, while the block runs."""
    authority = trustme.CA()
    with counting(authority, patch=patch) as webhook:
        own = {"matchLabels": {"kubernetes.io/metadata.name": site.namespace}}
        bundle = base64.b64encode(authority.cert_pem.bytes()).decode()
        workflows = {"apiGroups": ["argoproj.io"], "apiVersions": ["v1alpha1"], "resources": ["workflows"]}
        row = {
            "name": "later.example.com",
            "clientConfig": {"url": webhook.url, "caBundle": bundle},
            "rules": [{**workflows, "operations": ["CREATE"]}],
            "namespaceSelector": own,
            "admissionReviewVersions": ["v1"],
            "sideEffects": "None",
        }
        kind = {"apiVersion": "admissionregistration.k8s.io/v1", "kind": "MutatingWebhookConfiguration"}
        site.plane.apply({**kind, "metadata": {"name": "later"}, "webhooks": [row]})
        try:

            def is_called() -> bool:
                site.create(workflow(), "--dry-run=server")
                return bool(webhook.reached)

            wait_until(is_called, lambda: row)
            yield
        finally:
            site.plane.must("delete", "mutatingwebhookconfiguration/later")


@pytest.mark.parametrize(
    ("patch", "expected", "asked", "outcome"),
    [
        ({"path": "/spec/priority", "value": 7}, ["image:1"], "v1.0.0", "unchanged"),
        # The lock is never read back: it tells what was taken last.
        ({"path": "/spec/templates/-", "value": LATER}, ["image:1", "image:2"], "v1.1.0", "flattened"),
    ],
)
def test_what_a_later_webhook_changes_is_seen_by_the_agent_and_what_it_leaves_stays(
    site: Site, patch: dict[str, Any], expected: list[str], asked: str, outcome: str
) -> None:
    asked_before = len(site.agent.told("answered"))
    with _later_webhook(site, [{"op": "add", **patch}]):
        there = _flattened(site)

    assert sorted(images(there)) == expected
    assert "templateRef" not in json.dumps(there["spec"])
    (taken,) = json.loads(there["metadata"]["annotations"][contract.RESOLVED])["templates"]
    assert taken["asked"] == asked
    assert [line["outcome"] for line in site.agent.told("answered")[asked_before:]] == ["flattened", outcome]
