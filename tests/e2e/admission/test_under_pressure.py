"""Many at once, and trouble in the middle: nothing is lost, nothing is wrong, and git is asked once."""

from __future__ import annotations

import json
import signal
from typing import TYPE_CHECKING, Any, cast

import pytest

from argosy.resolver import contract
from tests.e2e.admission.clients import counted, create_all, creating
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


def test_a_large_workflow_passes_and_what_is_beyond_a_limit_is_told_the_limit(site: Site) -> None:
    for name, count in (("full", 199), ("many", 200)):
        (site.templates.folder / f"{name}.yaml").write_text(_template_of_many(name, count), encoding="utf-8")
    commit = site.templates.commit("v3.0.0")
    passing = [_large("v1.0.0", 450_000), _large("", 1_048_576), workflow("v3.0.0", template="full")]
    beyond = [_large("v1.0.0", 1_048_576), workflow("v3.0.0", template="many")]

    *passed, heavy, many = create_all(site.plane, site.namespace, [*passing, *beyond], clients=1)

    assert [(one.status, len(one.body["spec"]["templates"])) for one in passed] == [(201, 3), (201, 2), (201, 200)]
    assert [heavy.outcome, many.outcome] == [(422, "LimitExceeded")] * 2
    denied = 'admission webhook "workflows.argosy.pipekit.io" denied the request: spec'
    remedy = "use reference mode, which leaves templates in WorkflowTemplates of their own, or split the Workflow"
    first = site.templates.git("rev-parse", "v1.0.0")
    too_heavy = (
        f"{denied}: 1048843 bytes are needed, 524288 are allowed; bytes of templates: the Workflow 1048757, "
        f"WorkflowTemplate/hello@{first:.12} 47; {remedy}"
    )
    too_many = (
        f"{denied}.templates: 201 templates are needed, 200 are allowed: "
        f"WorkflowTemplate/many@{commit:.12} 200, the Workflow 1; {remedy}"
    )
    assert [heavy.body["message"], many.body["message"]] == [too_heavy, too_many]


def _asks(manifest: Any) -> bool:
    return contract.VERSION in json.dumps(manifest["spec"])
