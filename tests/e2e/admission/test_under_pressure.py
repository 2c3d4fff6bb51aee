"""Many at once, and trouble in the middle: nothing is lost, nothing is wrong, and git is asked once."""

from __future__ import annotations

import json
import signal
from typing import TYPE_CHECKING, Any, cast

import pytest

from argosy.resolver import contract
from tests.e2e.admission.clients import counted, create_all, creating
from tests.e2e.admission.conftest import stored
from tests.e2e.admission.installing import wait_until
from tests.gitservers.http_server import Status, Step
from tests.resolver.template_repositories import images, workflow

if TYPE_CHECKING:
    from tests.e2e.admission.conftest import Site

pytestmark = pytest.mark.needs("helm")


def test_five_hundred_workflows_at_once_cost_one_fetch_of_a_new_tag(site: Site) -> None:
    site.templates.commit("v2.0.0", hello="image:500")
    before = site.git.count(Step.FETCH)

    answers = create_all(site.plane, site.namespace, [workflow("v2.0.0")] * 500, clients=20)

    assert counted(answers) == {(201, "image:500"): 500}
    names = {one.body["metadata"]["name"] for one in answers}
    assert len(names) == 500
    assert site.git.count(Step.FETCH) - before == 1


def test_what_was_fetched_goes_on_while_git_is_down_and_the_rest_is_told_when_to_come_back(site: Site) -> None:
    create_all(site.plane, site.namespace, [workflow("v1.0.0")], clients=1)
    unknown_now = workflow("v7.0.0", pull_policy="Always")
    site.git.faults.update(dict.fromkeys(Step, Status(500)))
    try:
        known, unknown = create_all(site.plane, site.namespace, [workflow("v1.0.0"), unknown_now], clients=2)
    finally:
        site.git.faults.clear()

    assert (known.status, images(known.body)) == (201, ["image:1"])
    assert (unknown.status, unknown.body["code"]) == (503, 503)
    assert int(unknown.retry_after) >= 1


def test_an_agent_that_is_killed_loses_nothing_that_was_stored_and_stores_nothing_half(site: Site) -> None:
    flattened, refused = (201, "image:2"), (500, "InternalError")
    with creating(site.plane, site.namespace, workflow("v1.1.0"), clients=4) as answers:
        wait_until(lambda: counted(answers)[flattened] > 40, lambda: counted(answers))
        site.agent.stop(signal.SIGKILL)
        wait_until(lambda: counted(answers)[refused] > 0, lambda: counted(answers))
        site.agent.start()
        before = counted(answers)[flattened]
        wait_until(lambda: counted(answers)[flattened] > before + 40, lambda: counted(answers))

    assert set(counted(answers)) == {flattened, refused}
    stored = json.loads(site.plane.must("get", "workflows", f"--namespace={site.namespace}", "--output=json"))["items"]
    named = {one.body["metadata"]["name"] for one in answers if one.outcome == flattened}
    assert named <= {one["metadata"]["name"] for one in stored}
    assert [one for one in stored if "templateRef" in json.dumps(one["spec"]) and _asks(one)] == []


def _large(version: str, size: int) -> Any:
    manifest = cast("Any", workflow(version))
    manifest["spec"]["templates"].append({"name": "b", "container": {"image": "a", "args": ["x" * size]}})
    return manifest


def _template_of_many(name: str, templates: int) -> str:
    """A WorkflowTemplate with so many templates, which `main` calls all."""
    names = [f"t{number}" for number in range(templates - 1)]
    steps = [[{"name": one, "template": one}] for one in names]
    spec = {"templates": [{"name": "main", "steps": steps}, *({"name": one, "suspend": {}} for one in names)]}
    kind = {"apiVersion": "argoproj.io/v1alpha1", "kind": "WorkflowTemplate", "metadata": {"name": name}}
    return json.dumps({**kind, "spec": spec})


def test_a_large_workflow_passes_and_what_is_beyond_a_limit_refers_to_what_is_delivered_for_it(site: Site) -> None:
    for name, count in (("full", 199), ("many", 200)):
        (site.templates.folder / f"{name}.yaml").write_text(_template_of_many(name, count), encoding="utf-8")
    commit = site.templates.commit("v3.0.0")
    passing = [_large("v1.0.0", 450_000), _large("", 1_048_576), workflow("v3.0.0", template="full")]

    passed = create_all(site.plane, site.namespace, passing, clients=1)
    heavy = site.create(_large("v1.0.0", 1_048_576))
    many = site.create(workflow("v3.0.0", template="many"))

    assert [(one.status, len(one.body["spec"]["templates"])) for one in passed] == [(201, 3), (201, 2), (201, 200)]
    instead = "it refers to delivered WorkflowTemplates instead of being flattened"
    first = site.templates.git("rev-parse", "v1.0.0")
    assert heavy.stderr == (
        f"Warning: spec: {instead}: 1048843 bytes are needed, 524288 are allowed; bytes of templates: "
        f"the Workflow 1048757, WorkflowTemplate/hello@{first:.12} 47\n"
    )
    assert many.stderr == (
        f"Warning: spec.templates: {instead}: 201 templates are needed, 200 are allowed: "
        f"WorkflowTemplate/many@{commit:.12} 200, the Workflow 1\n"
    )
    assert [_referred(site, stored(one)) for one in (heavy, many)] == [("hello", 1), ("many", 200)]


def _referred(site: Site, there: Any) -> tuple[str, int]:
    """The WorkflowTemplate that the one step refers to, without its version, and how many templates it has."""
    name = there["spec"]["templates"][0]["steps"][0][0]["templateRef"]["name"]
    where = (f"--namespace={site.namespace}", "--output=json")
    delivered = json.loads(site.plane.must("get", f"workflowtemplate/{name}", *where))
    return name.rpartition("-g")[0], len(delivered["spec"]["templates"])


def _asks(manifest: Any) -> bool:
    return contract.VERSION in json.dumps(manifest["spec"])
