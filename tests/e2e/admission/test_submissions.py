"""What a person sees who creates Workflows with kubectl: stored, warned of, denied, and untouched."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, cast

import pytest

from argosy.resolver import contract
from tests.resolver.template_repositories import images, workflow

if TYPE_CHECKING:
    import subprocess

    from argosy.resolver.manifests import Manifest
    from tests.e2e.admission.conftest import Site

pytestmark = pytest.mark.needs("helm")


def _create(site: Site, manifest: Manifest, *options: str, namespace: str = "") -> subprocess.CompletedProcess[str]:
    arguments = ["create", "--filename=-", "--output=json", f"--namespace={namespace or site.namespace}", *options]
    return site.plane.kubectl(*arguments, user="developer", input=json.dumps(manifest))


def _stored(done: subprocess.CompletedProcess[str]) -> Any:
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def _workflows(site: Site) -> list[str]:
    listing = site.plane.must("get", "workflows", f"--namespace={site.namespace}", "--output=name")
    return listing.split()


@pytest.mark.parametrize(
    ("version", "image"),
    [("v1.0.0", "image:1"), ("v1.1.0", "image:2"), ("feature/loud", "image:2"), ("~1.0", "image:1")],
)
def test_a_workflow_is_stored_with_its_templates_at_the_version_it_asks_for(
    site: Site, version: str, image: str
) -> None:
    stored = _stored(_create(site, workflow(version)))

    assert images(stored) == [image]
    assert stored["metadata"]["labels"][contract.RUNNER].startswith("argosy-agent-")
    assert "templateRef" not in json.dumps(stored["spec"])


def test_two_versions_of_one_template_run_in_one_workflow(site: Site) -> None:
    first, second = workflow("v1.0.0"), workflow("v1.1.0")
    other = cast("Any", second)["spec"]["templates"][0]
    cast("Any", first)["spec"]["templates"].append({**other, "name": "again"})

    assert sorted(images(_stored(_create(site, first)))) == ["image:1", "image:2"]


@pytest.mark.parametrize(
    ("manifest", "namespace", "message"),
    [
        (
            workflow("v1.0.0", template="helo"),
            "",
            "spec.templates[0].steps[0][0].templateRef: there is no WorkflowTemplate 'helo' in templates at ",
        ),
        (workflow("v9.9.9"), "", "version 'v9.9.9'"),
        (workflow("v1.0.0", repository="secret"), "", "has no repository 'secret'"),
        (workflow("branch:feature/loud"), "prod", "feature/loud"),
    ],
)
def test_a_denial_is_a_sentence_that_the_user_reads(
    site: Site, manifest: Manifest, namespace: str, message: str
) -> None:
    done = _create(site, manifest, namespace=site.plane.namespace(namespace) if namespace else "")

    assert done.returncode == 1
    assert 'admission webhook "workflows.argosy.pipekit.io" denied the request: ' in done.stderr
    assert message in done.stderr


def test_a_dry_run_shows_what_would_run_and_stores_nothing(site: Site) -> None:
    before = _workflows(site)

    assert images(_stored(_create(site, workflow("v1.0.0"), "--dry-run=server"))) == ["image:1"]
    assert _workflows(site) == before


def test_a_stored_workflow_that_is_submitted_again_stays_as_it_is(site: Site) -> None:
    stored = _stored(_create(site, workflow("v1.0.0")))
    metadata = {"generateName": "again-", "annotations": stored["metadata"]["annotations"]}
    again = cast("Manifest", {**stored, "metadata": metadata})

    assert _stored(_create(site, again))["spec"] == stored["spec"]


def test_a_cron_workflow_is_stored_as_it_was_written_or_denied(site: Site) -> None:
    spec = {"schedules": ["0 0 1 1 *"], "workflowSpec": workflow("v1.0.0").get("spec")}
    cron = {"apiVersion": "argoproj.io/v1alpha1", "kind": "CronWorkflow", "metadata": {"generateName": "c-"}}
    good = cast("Manifest", {**cron, "spec": spec})
    bad = cast("Manifest", {**cron, "spec": {**spec, "workflowSpec": workflow("v9").get("spec")}})

    assert _stored(_create(site, good))["spec"]["workflowSpec"] == spec["workflowSpec"]
    denied = _create(site, bad)
    assert denied.returncode == 1
    assert "spec.workflowSpec.templates[0].steps[0][0].templateRef: " in denied.stderr


def test_what_asks_for_no_version_does_not_need_the_agent(site: Site) -> None:
    site.agent.stop()
    try:
        assert _stored(_create(site, workflow()))["spec"] == workflow().get("spec")
        refused = _create(site, workflow("v1.0.0"))
        assert refused.returncode == 1
        assert "failed calling webhook" in refused.stderr
    finally:
        site.agent.start()
    assert images(_stored(_create(site, workflow("v1.0.0")))) == ["image:1"]
