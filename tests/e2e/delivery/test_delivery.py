"""What comes into the cluster by a running agent: after a use, always, and never what is somebody else's."""

from __future__ import annotations

import json
import signal
import time
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from argosy.resolver import contract
from tests.e2e.admission.clients import create_all
from tests.resolver.template_repositories import images, workflow

if TYPE_CHECKING:
    from tests.e2e.delivery.conftest import Site

pytestmark = pytest.mark.needs("helm", "argo")

AGENT = "system:serviceaccount:argosy-system:argosy"


def _hello(namespace: str, version: str = "v1.0.0") -> Any:
    """A Workflow of `hello`, with all that a person might write to get at the stamps of templates."""
    manifest: Any = workflow(version)
    forged = {contract.LAST_USED_TIMESTAMP: "9999999999", contract.RUNNER: "argosy-agent-mine"}
    told = {contract.DELETE_AT: "2020-01-01T00:00:00Z", contract.KEEP: "true", contract.RESOLVED: "{}"}
    manifest["metadata"] |= {"namespace": namespace, "labels": forged, "annotations": told}
    manifest["spec"]["workflowMetadata"] = {"labels": forged, "annotations": told}
    return manifest


def test_a_template_is_there_after_its_first_use_with_all_that_is_written_on_it(site: Site) -> None:
    namespace, began = site.plane.namespace(), time.time()

    stored = site.create(namespace, workflow("v1.0.0"))
    found = site.wait(lambda: site.find(namespace, "hello"))

    labels, annotations = found["metadata"]["labels"], found["metadata"]["annotations"]
    pods = found["spec"]["podMetadata"]["labels"]
    assert labels[contract.RUNNER] == stored["metadata"]["labels"][contract.RUNNER] == pods[contract.RUNNER]
    assert began - 1 <= int(labels[contract.LAST_USED_TIMESTAMP]) <= time.time()
    assert (labels[contract.DELIVER], annotations[contract.TAKEN_VERSION]) == ("OnUse", "v1.0.0")
    assert pods[contract.RUN_UUID] == stored["metadata"]["labels"][contract.RUN_UUID]
    assert images(found) == ["image:1"]
    assert site.find(namespace, "other") is None


def test_a_thousand_runs_in_a_minute_cost_a_handful_of_writes(site: Site) -> None:
    namespace, before = site.plane.namespace(), site.plane.audit.position()

    answers = create_all(site.plane, namespace, [workflow("v1.0.0")] * 1000, clients=16)
    site.wait(lambda: site.find(namespace, "hello"))
    time.sleep(1.0)

    assert Counter(one.status for one in answers) == {201: 1000}
    asked = [one for one in site.plane.audit.since(before) if one.user == AGENT and one.namespace == namespace]
    verbs = Counter(one.verb for one in asked if one.resource == "workflowtemplates")
    assert verbs["create"] == 1
    assert verbs["patch"] <= 3
    assert sum(verbs.values()) <= 8


def test_what_a_workflow_says_of_itself_changes_nothing_of_any_template(site: Site) -> None:
    namespace = site.plane.namespace()

    stored = site.create(namespace, _hello(namespace))
    found = site.wait(lambda: site.find(namespace, "hello"))

    metadata = found["metadata"]
    assert stored["metadata"]["labels"][contract.RUNNER] == metadata["labels"][contract.RUNNER]
    assert metadata["labels"][contract.RUNNER] != "argosy-agent-mine"
    assert int(metadata["labels"][contract.LAST_USED_TIMESTAMP]) <= time.time()
    assert {contract.DELETE_AT, contract.KEEP}.isdisjoint(metadata["annotations"])
    assert json.loads(stored["metadata"]["annotations"][contract.RESOLVED])["templates"][0]["name"] == "hello"


def test_somebody_elses_template_stays_as_it_is_and_the_workflow_is_flattened_all_the_same(site: Site) -> None:
    namespace = site.plane.namespace()
    theirs = {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "WorkflowTemplate",
        "metadata": {"name": "hello"},
        "spec": {"templates": [{"name": "main", "container": {"image": "theirs"}}]},
    }
    before = site.create(namespace, theirs)

    stored = site.create(namespace, workflow("v1.0.0"))

    def told() -> list[Any]:
        events = json.loads(site.plane.must("get", "events", f"--namespace={namespace}", "--output=json"))["items"]
        return [one for one in events if one["reason"] == "NameTaken"]

    (event,) = site.wait(told)
    assert images(stored) == ["image:1"]
    assert site.find(namespace, "hello") == before
    assert event["involvedObject"]["uid"] == before["metadata"]["uid"]
    assert "that was not delivered by this installation" in event["message"]


def test_the_argo_cli_finds_what_an_earlier_use_has_delivered_and_not_what_nobody_used(site: Site) -> None:
    namespace = site.plane.namespace()

    before = site.submit(namespace, workflow("v1.1.0"))
    site.create(namespace, workflow("v1.0.0"))
    site.wait(lambda: site.find(namespace, "hello"))
    after = site.submit(namespace, workflow("v1.1.0"))

    assert before.returncode != 0
    assert before.stderr.endswith(" desc = templates.start.steps[0].a template reference hello.main not found\n")
    assert after.returncode == 0, after.stderr
    assert images(site.find(namespace, json.loads(after.stdout)["metadata"]["name"], "workflow")) == ["image:2"]


def test_the_argo_cli_submits_a_delivered_template_by_its_name_at_the_version_that_a_label_asks_for(
    site: Site,
) -> None:
    namespace = site.plane.namespace()
    site.create(namespace, workflow("v1.0.0"))
    site.wait(lambda: site.find(namespace, "hello"))
    command = ("submit", "--from=workflowtemplate/hello", "--entrypoint=main", f"--namespace={namespace}")

    plain = site.plane.run("argo", *command, "--output=json", user="developer")
    label = f"--labels={contract.VERSION}=v1.1.0"
    asking = site.plane.run("argo", *command, label, "--output=json", user="developer")

    stored = [site.find(namespace, json.loads(done.stdout)["metadata"]["name"], "workflow") for done in (plain, asking)]
    assert stored[0]["spec"]["workflowTemplateRef"] == {"name": "hello"}
    assert images(stored[1]) == ["image:2"]


def test_a_cronworkflow_ticks_when_its_templates_were_delivered_with_it(site: Site) -> None:
    namespace = site.plane.namespace()
    spec = {"schedules": ["@every 3s"], "workflowSpec": workflow("v1.0.0").get("spec")}
    cron = {"apiVersion": "argoproj.io/v1alpha1", "kind": "CronWorkflow", "metadata": {"name": "c"}, "spec": spec}
    with site.plane.workflow_controller(namespace=namespace):
        assert site.find(namespace, "hello") is None
        site.create(namespace, cron)

        def ticked() -> Any:
            listed = site.plane.must("get", "workflows", f"--namespace={namespace}", "--output=json")
            return json.loads(listed)["items"]

        first = site.wait(ticked)[0]
    assert first["metadata"]["labels"]["workflows.argoproj.io/cron-workflow"] == "c"
    assert images(first) == ["image:1"]
    assert first["metadata"]["labels"][contract.RUNNER].startswith("argosy-agent-")


def test_what_is_delivered_always_follows_git_and_is_there_for_the_argo_cli_from_the_start(site: Site) -> None:
    checks = site.wait(lambda: site.find(site.always, "checks"))
    assert (checks["metadata"]["labels"][contract.DELIVER], images(checks)) == ("Always", ["image:1"])
    submitted = site.submit(site.always, workflow("v1.0.0", template="checks", repository="standard"))
    assert submitted.returncode == 0, submitted.stderr

    (site.standard.folder / "scans.yaml").unlink()
    site.standard.commit("v1.1.0", checks="image:2")
    site.wait(lambda: images(site.find(site.always, "checks")) == ["image:2"])

    def released() -> bool:
        scans = site.find(site.always, "scans")
        return scans is None or scans["metadata"]["labels"][contract.DELIVER] == "OnUse"

    site.wait(released)
    other = site.plane.namespace()
    assert site.find(other, "checks") is None


def test_a_workflow_that_goes_on_keeps_its_template_stamped(site: Site) -> None:
    namespace = site.plane.namespace()
    site.create(namespace, workflow("v1.0.0"))
    first = _stamp(site.wait(lambda: site.find(namespace, "hello")))

    site.wait(lambda: _stamp(site.find(namespace, "hello")) > first)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_an_agent_that_ends_at_once_leaves_nothing_that_the_next_use_does_not_mend(
    site: Site, number: signal.Signals
) -> None:
    namespace = site.plane.namespace()
    site.create(namespace, workflow("v1.0.0"))
    site.agent.stop(number)
    at_its_end = site.find(namespace, "hello")
    site.agent.start()
    site.create(namespace, workflow("v1.1.0"))

    site.wait(lambda: (found := site.find(namespace, "hello")) and images(found) == ["image:2"])

    assert number is signal.SIGKILL or at_its_end is not None


def _stamp(manifest: Any) -> int:
    return int(manifest["metadata"]["labels"][contract.LAST_USED_TIMESTAMP])
