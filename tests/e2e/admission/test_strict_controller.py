"""A controller that lets Workflows refer to WorkflowTemplates only: they are delivered first, by versioned names."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, cast

import pytest

from tests.e2e.admission.clients import create_all
from tests.e2e.admission.installing import installed_agent
from tests.gitservers.http_server import serve_http
from tests.resolver.template_repositories import TemplateRepository

if TYPE_CHECKING:
    from pathlib import Path

    from argosy.resolver.manifests import Manifest
    from tests.controlplane.cluster import ControlPlane

pytestmark = pytest.mark.needs("helm")

ASKING: Any = {"generateName": "w-", "annotations": {"pipekit.io.templates.gitVersion": "v1.0.0"}}
WORKFLOW = cast(
    "Manifest",
    {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "Workflow",
        "metadata": ASKING,
        "spec": {"entrypoint": "main", "workflowTemplateRef": {"name": "hello"}},
    },
)


@pytest.mark.parametrize("referencing", ["Strict", "Secure"])
def test_a_restricted_controller_gets_references_to_what_was_delivered_first(
    referencing: str, own_control_plane: ControlPlane, tmp_path: Path
) -> None:
    plane = own_control_plane
    metadata = {"name": "workflow-controller-configmap", "namespace": "argo"}
    config_map = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata}
    plane.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "argo"}})
    plane.apply({**config_map, "data": {"workflowRestrictions": json.dumps({"templateReferencing": referencing})}})
    TemplateRepository.create(tmp_path / "git" / "templates").commit("v1.0.0", hello="image:1")
    namespace = plane.namespace()
    try:
        with serve_http(tmp_path / "git", tls_folder=tmp_path) as git:
            settings = {"repositories": [{"url": f"{git.url}/templates/.git", "caFile": str(git.ca_file)}]}
            with installed_agent(plane, tmp_path, settings):
                (first,) = create_all(plane, namespace, [WORKFLOW], clients=1)
                # kubectl does as it is told by Retry-After.
                arguments = ["create", "--filename=-", "--output=json", f"--namespace={namespace}"]
                done = plane.kubectl(*arguments, user="developer", input=json.dumps(WORKFLOW))
    finally:
        plane.must("delete", "configmap", metadata["name"], "--namespace=argo")

    assert done.returncode == 0, done.stderr
    stored = json.loads(done.stdout)
    assert (first.status, first.retry_after) == (503, "1")
    name = stored["spec"]["workflowTemplateRef"]["name"]
    delivered = json.loads(plane.must("get", f"workflowtemplate/{name}", f"--namespace={namespace}", "--output=json"))
    assert name.startswith("hello-g")
    assert [one["container"]["image"] for one in delivered["spec"]["templates"]] == ["image:1"]
    assert "templates" not in stored["spec"]
