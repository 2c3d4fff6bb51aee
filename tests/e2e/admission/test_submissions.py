"""What is stored of the Workflows that people create with kubectl."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pytest

from argosy.resolver import contract
from argosy.resolver.documents import load
from tests.e2e.admission.conftest import stored
from tests.resolver.template_repositories import images, manifest_text, workflow

if TYPE_CHECKING:
    from argosy.resolver.manifests import Manifest
    from tests.e2e.admission.conftest import Site

pytestmark = pytest.mark.needs("helm")

EXAMPLE = Path(__file__).parents[3] / "examples" / "hello-world"


def _workflows(site: Site) -> list[str]:
    listing = site.plane.must("get", "workflows", f"--namespace={site.namespace}", "--output=name")
    return listing.split()


def test_the_workflow_of_the_talk_is_stored_flattened(site: Site) -> None:
    expected: Any = load((EXAMPLE / "expected.yaml").read_bytes())
    arguments = ("create", f"--filename={EXAMPLE / 'workflow.yaml'}", f"--namespace={site.namespace}", "--output=name")
    done = site.plane.kubectl(*arguments, user="developer")
    assert (done.returncode, done.stderr) == (0, "")

    there = json.loads(site.plane.must("get", done.stdout.strip(), f"--namespace={site.namespace}", "--output=json"))

    assert there["spec"] == expected["spec"]
    assert there["metadata"]["annotations"] == expected["metadata"]["annotations"]
    assert there["metadata"]["name"].startswith("hello-world-wf-global-arg-")
    uid = site.plane.must("get", "namespace", "argosy-system", "--output=jsonpath={.metadata.uid}")
    labels = there["metadata"]["labels"]
    assert sorted(labels) == sorted([contract.RUNNER, contract.RUN_UUID])
    assert labels[contract.RUNNER] == f"argosy-agent-{uid}"


@pytest.mark.parametrize(
    ("version", "image"),
    [("v1.0.0", "image:1"), ("v1.1.0", "image:2"), ("feature/loudly", "image:2"), ("~1.0", "image:1")],
)
def test_a_workflow_is_stored_with_its_templates_at_the_version_it_asks_for(
    site: Site, version: str, image: str
) -> None:
    there = stored(site.create(workflow(version)))

    assert images(there) == [image]
    assert "templateRef" not in json.dumps(there["spec"])


def test_two_versions_of_one_template_run_in_one_workflow(site: Site) -> None:
    first, second = workflow("v1.0.0"), workflow("v1.1.0")
    other = cast("Any", second)["spec"]["templates"][0]
    cast("Any", first)["spec"]["templates"].append({**other, "name": "again"})

    start, again, *both = stored(site.create(first))["spec"]["templates"]

    runs = {one["name"]: one["container"]["image"] for one in both}
    called = [runs[one["steps"][0][0]["template"]] for one in (start, again)]
    assert called == ["image:1", "image:2"]


def test_cluster_scope_means_the_cluster_workflow_template_of_that_name(site: Site) -> None:
    text = manifest_text("hello", "image:cluster").replace("kind: WorkflowTemplate", "kind: ClusterWorkflowTemplate")
    (site.templates.folder / "cluster.yaml").write_text(text, encoding="utf-8")
    site.templates.commit("v1.2.0")
    manifest = cast("Any", workflow("v1.2.0"))
    manifest["spec"]["templates"][0]["steps"][0][0]["templateRef"]["clusterScope"] = True

    there = stored(site.create(manifest))

    assert images(there) == ["image:cluster"]
    (taken,) = json.loads(there["metadata"]["annotations"][contract.RESOLVED])["templates"]
    assert (taken["kind"], taken["name"]) == ("ClusterWorkflowTemplate", "hello")


def test_a_whole_workflow_template_is_merged_into_what_refers_to_it(site: Site) -> None:
    manifest: Any = workflow()
    manifest["metadata"]["annotations"] = {contract.VERSION: "v1.0.0"}
    manifest["spec"] = {"entrypoint": "main", "workflowTemplateRef": {"name": "hello"}}

    there = stored(site.create(manifest))

    assert there["spec"] == {
        "entrypoint": "main",
        "templates": [{"name": "main", "container": {"image": "image:1"}}],
    }
    assert there["metadata"]["labels"]["workflows.argoproj.io/workflow-template"] == "hello"


def test_a_name_of_ones_own_is_kept_and_is_taken_only_once(site: Site) -> None:
    named = cast("Manifest", {**workflow("v1.0.0"), "metadata": {"name": "nightly"}})

    assert stored(site.create(named))["metadata"]["name"] == "nightly"
    again = site.create(named)
    there = 'workflows.argoproj.io "nightly" already exists'
    assert again.stderr == f'Error from server (AlreadyExists): error when creating "STDIN": {there}\n'


def test_a_dry_run_shows_what_would_run_and_stores_nothing(site: Site) -> None:
    before = _workflows(site)

    assert images(stored(site.create(workflow("v1.0.0"), "--dry-run=server"))) == ["image:1"]
    assert _workflows(site) == before
