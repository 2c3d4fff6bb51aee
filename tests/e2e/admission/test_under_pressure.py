"""Many at once, and trouble in the middle: nothing is lost, nothing is wrong, and git is asked once."""

from __future__ import annotations

import json
import signal
import threading
from collections import Counter
from typing import TYPE_CHECKING, Any, cast

import pytest

from tests.e2e.admission.clients import create_all
from tests.gitservers.http_server import Status, Step
from tests.resolver.template_repositories import images, workflow

if TYPE_CHECKING:
    from tests.e2e.admission.conftest import Site

pytestmark = pytest.mark.needs("helm")


def _counted(answers: list[Any]) -> Counter[tuple[int, tuple[str, ...]]]:
    return Counter((one.status, tuple(images(one.body)) if one.status == 201 else ()) for one in answers)


def test_five_hundred_workflows_at_once_cost_one_fetch_of_a_new_tag(site: Site) -> None:
    site.templates.commit("v2.0.0", hello="image:500")
    before = site.git.count(Step.FETCH)

    answers = create_all(site.plane, site.namespace, [workflow("v2.0.0")] * 500, clients=20)

    assert _counted(answers) == {(201, ("image:500",)): 500}
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
    killed = threading.Timer(0.5, lambda: site.agent.process.send_signal(signal.SIGKILL))
    killed.start()
    answers = create_all(site.plane, site.namespace, [workflow("v1.1.0")] * 200, clients=4)
    killed.join()
    site.agent.process.wait(10)
    site.agent.start()

    outcomes = _counted(answers)
    assert set(outcomes) <= {(201, ("image:2",)), (500, ())}
    stored = json.loads(site.plane.must("get", "workflows", f"--namespace={site.namespace}", "--output=json"))
    unflattened = [one for one in stored["items"] if "templateRef" in json.dumps(one["spec"]) and _asks(one)]
    assert unflattened == []


def test_a_large_workflow_passes_and_what_is_beyond_a_limit_is_told_the_limit(site: Site) -> None:
    large, larger = (cast("Any", workflow("v1.0.0")) for _ in range(2))
    for manifest, size in ((large, 450_000), (larger, 1_048_576)):
        manifest["spec"]["templates"].append({"name": "b", "container": {"image": "a", "args": ["x" * size]}})
    many = cast("Any", workflow("v3.0.0", template="many"))
    steps = [[{"name": f"s{number}", "template": f"t{number}"}] for number in range(250)]
    templates = [{"name": f"t{number}", "container": {"image": "a"}} for number in range(250)]
    spec = {"templates": [{"name": "main", "steps": steps}, *templates]}
    template = {"apiVersion": "argoproj.io/v1alpha1", "kind": "WorkflowTemplate", "metadata": {"name": "many"}}
    (site.templates.folder / "many.yaml").write_text(json.dumps({**template, "spec": spec}), encoding="utf-8")
    site.templates.commit("v3.0.0")

    passed, *refused = create_all(site.plane, site.namespace, [large, larger, many], clients=1)

    assert passed.status == 201, passed.body["message"]
    assert sorted(images(passed.body)) == ["a", "image:1"]
    assert [(one.status, one.body["reason"]) for one in refused] == [(422, "LimitExceeded")] * 2
    assert "524288 are allowed" in refused[0].body["message"]
    assert "200" in refused[1].body["message"]


def _asks(manifest: Any) -> bool:
    return "pipekit.io.templates.gitVersion" in json.dumps(manifest["spec"])
