"""The comparison by itself: what it overlooks on purpose, and that it overlooks nothing else."""

from __future__ import annotations

import base64
import copy
import gzip
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from tests.e2e.equivalence.comparison import differences
from tests.e2e.equivalence.explanations import Explanation
from tests.e2e.equivalence.runs import MOST_NODES, Run, calls_itself, is_collected
from tests.e2e.equivalence.verdicts import Outcome, verdict

if TYPE_CHECKING:
    from argosy.resolver.manifests import JsonObject

LABEL = "workflows.argoproj.io/workflow-template"


def run(namespace: str = "one", template: str = "hello", started: str = "2026-11-26T10:00:00Z") -> Run:
    """A Workflow `w` of one step, which called a template of that name."""
    node = {
        "id": "w-1",
        "name": "w[0].call",
        "type": "Pod",
        "phase": "Succeeded",
        "templateName": template,
        "templateScope": f"local/{namespace}",
        "startedAt": started,
        "outputs": {"artifacts": [{"name": "main-logs", "s3": {"key": f"w/w-{template}-1/main.log"}}]},
    }
    labels = {"workflows.argoproj.io/completed": "true"}
    metadata = {"name": "w", "namespace": namespace, "uid": f"uid-{namespace}", "labels": labels}
    content = {"name": template, "container": {"image": "i", "args": [f"{namespace} {started} uid-{namespace}"]}}
    env = [{"name": "ARGO_TEMPLATE", "value": json.dumps(content)}]
    pod = {
        "metadata": {
            "name": f"w-{template}-1",
            "annotations": {
                "workflows.argoproj.io/node-id": "w-1",
                "workflows.argoproj.io/node-name": "w[0].call",
            },
        },
        "spec": {"containers": [{"name": "main", "image": "i", "env": env}]},
    }
    status = {"phase": "Succeeded", "nodes": {"w-1": node}, "startedAt": started}
    workflow = {"metadata": metadata, "spec": {}, "status": status}
    return Run(namespace, workflow=workflow, pods={f"w-{template}-1": pod})


def changed(path: str, value: Any) -> Run:
    """The same run with one thing in it that is different."""
    one = run("two", "hello-t")
    workflow, pods = copy.deepcopy(one.workflow), copy.deepcopy(dict(one.pods))
    *way, last = path.split("/")
    at: Any = {"workflow": workflow, "pod": pods["w-hello-t-1"]}
    for key in way:
        at = at[int(key)] if isinstance(at, list) else at[key]
    at[last] = value
    return Run("two", workflow=workflow, pods=pods)


def test_times_ids_namespaces_and_names_of_copies_are_no_difference() -> None:
    assert differences(run(), run("two", "hello-t", "2026-11-26T11:11:11Z")) == []


def test_pods_that_delete_artifacts_are_each_compared_with_their_own() -> None:
    def with_collectors(one: Run, annotations: JsonObject) -> Run:
        collectors = {
            f"w-artgc-{number}": {
                "metadata": {"name": f"w-artgc-{number}", "annotations": each},
                "spec": {"containers": []},
            }
            for number, each in enumerate(({}, annotations))
        }
        return replace(one, pods={**one.pods, **collectors})

    original = with_collectors(run(), {"a": "1"})

    assert differences(original, with_collectors(run("two", "hello-t"), {"a": "1"})) == []
    found = differences(original, with_collectors(run("two", "hello-t"), {"a": "2"}))
    assert [each.place for each in found] == [".pods.w-artgc-1.metadata.annotations.a"]


def test_whether_the_controller_has_seen_that_no_pod_runs_is_no_difference() -> None:
    done, failed = {"type": "Completed", "status": "True"}, {"type": "MetricsError", "status": "True"}

    def conditioned(*conditions: JsonObject) -> Run:
        return changed("workflow/status/conditions", list(conditions))

    idle, busy = ({"type": "PodRunning", "status": status} for status in ("False", "True"))
    assert differences(conditioned(done), conditioned(idle, done)) == []
    assert [bool(differences(conditioned(done), conditioned(done, one))) for one in (busy, failed)] == [True, True]


def test_what_is_given_to_the_workflow_is_compared_in_any_order() -> None:
    def giving(one: Run, *names: str) -> Run:
        outputs = {"parameters": [{"name": name, "value": name} for name in names]}
        return replace(one, workflow={**one.workflow, "status": {**one.workflow["status"], "outputs": outputs}})

    assert differences(giving(run(), "a", "b"), giving(run("two", "hello-t"), "b", "a")) == []
    assert len(differences(giving(run(), "a", "b"), giving(run("two", "hello-t"), "a", "c"))) == 2


def test_nodes_that_the_controller_compressed_are_compared_as_others() -> None:
    plain, packed = run(), run("two", "hello-t")
    status = dict(packed.workflow["status"])
    nodes = gzip.compress(json.dumps(status.pop("nodes")).encode())
    workflow = {**packed.workflow, "status": {**status, "compressedNodes": base64.b64encode(nodes).decode()}}

    assert differences(plain, replace(packed, workflow=workflow)) == []


def test_the_order_in_which_failures_are_told_is_no_difference() -> None:
    told = [{"displayName": "a", "phase": "Failed"}, {"displayName": "b", "phase": "Failed"}]
    one, two = (json.dumps(each, separators=(",", ":")) for each in (told, told[::-1]))
    quoted = "workflow/status/nodes/w-1/message"

    assert differences(changed(quoted, f"echo {one}"), changed(quoted, f"echo {two}")) == []
    assert differences(changed(quoted, json.dumps(f"x {one}")), changed(quoted, json.dumps(f"x {two}"))) == []
    assert differences(changed(quoted, one), changed(quoted, two.replace("b", "c"))) != []


@pytest.mark.parametrize(
    ("path", "value", "place"),
    [
        ("workflow/status/phase", "Failed", ".workflow.status.phase"),
        ("workflow/status/message", "m", ".workflow.status.message"),
        ("workflow/metadata/labels/a", "b", ".workflow.metadata.labels.a"),
        ("workflow/status/nodes/w-1/phase", "Failed", ".nodes.w[0].call.phase"),
        ("workflow/status/nodes/w-1/inputs", {}, ".nodes.w[0].call.inputs"),
        ("workflow/status/nodes/w-1/name", "w[0].other", ".nodes.w[0].call"),
        ("pod/spec/nodeSelector", {"a": "b"}, ".pods.w[0].call.spec.nodeSelector"),
        ("pod/metadata/labels", {"a": "b"}, ".pods.w[0].call.metadata.labels.a"),
        ("pod/spec/containers/0/image", "j", ".pods.w[0].call.spec.containers[0].image"),
        (
            "pod/spec/containers/0/env",
            [{"name": "ARGO_TEMPLATE", "value": '{"name": "hello-t"}'}],
            ".pods.w[0].call.spec.containers[0].env[0].value.container",
        ),
    ],
)
def test_whatever_else_is_different_is_told_with_its_place(path: str, value: Any, place: str) -> None:
    assert place in [each.place for each in differences(run(), changed(path, value))]


def test_one_copy_that_stands_for_two_templates_is_a_difference() -> None:
    original, other = run(), run("two", "hello")
    for one, scope in ((original, "namespaced/b"), (other, "local/w")):
        nodes: JsonObject = one.workflow["status"]["nodes"]
        nodes["w-2"] = {**nodes["w-1"], "id": "w-2", "name": "w[1].call", "templateScope": scope}
    for node in other.workflow["status"]["nodes"].values():
        node["templateScope"] = "local/w"

    assert [each.place for each in differences(original, other)] == ["template hello"]


REFUSED = Run("two", "422: denied")
ERROR = Run("one", workflow={"metadata": {}, "status": {"phase": "Error"}})


@pytest.mark.parametrize(
    ("original", "other", "expected"),
    [
        (run(), run("two"), Outcome.EQUAL),
        (run(), changed(f"workflow/metadata/labels/{LABEL}".replace("/workflow-template", ""), "t"), Outcome.DIFFERENT),
        (run(), changed("workflow/status/phase", "Failed"), Outcome.DIFFERENT),
        (run(), changed("workflow/metadata/labels", {}), Outcome.UNFINISHED),
        (run(), REFUSED, Outcome.DENIED),
        (Run("one", "422: refused"), REFUSED, Outcome.REFUSED),
        (ERROR, REFUSED, Outcome.REFUSED),
        (ERROR, Run("two", workflow=ERROR.workflow), Outcome.ENDLESS),
        (ERROR, run("two"), Outcome.UNFINISHED),
        (Run("one", "422: refused"), run("two"), Outcome.DIFFERENT),
        (run(), replace(run("two"), trouble="the status of w-1: 500"), Outcome.UNFINISHED),
        (Run("one", "ClusterWorkflowTemplate lib: 409: is there"), run("two"), Outcome.UNFINISHED),
    ],
)
def test_the_verdict(original: Run, other: Run, expected: Outcome) -> None:
    assert verdict(original, other, is_flattened=True).outcome is expected


def test_the_label_of_the_template_has_a_reason() -> None:
    labelled = run("two", "hello-t")
    labelled.workflow["metadata"]["labels"][LABEL] = "t"

    found = verdict(run(), labelled, is_flattened=True)

    assert (found.outcome, found.why) == (Outcome.EXPLAINED, Explanation.LABEL)


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("invalid spec: templates.say.tasks.call-1 failed to resolve {{workflow.priority}}", Outcome.EXPLAINED),
        ("invalid spec: templates.: failed to resolve {{workflow.priority}}", Outcome.EXPLAINED),
        ("invalid spec: templates.say.steps[0].call templates.b: failed to resolve {{item}}", Outcome.DIFFERENT),
        ("invalid spec: templates.say.outputs failed to resolve {{workflow.priority}}", Outcome.DIFFERENT),
        ("templates.say.tasks.call-1 failed to resolve {{workflow.priority}}", Outcome.DIFFERENT),
        ("failed to resolve {{workflow.priority}}", Outcome.DIFFERENT),
    ],
)
def test_where_argo_finds_a_problem_first_is_chance_and_what_it_finds_is_not(message: str, expected: Outcome) -> None:
    first = "invalid spec: templates.say.tasks.call-1 templates.Loud.tasks.call-0 templates.: "
    original, other = run(), run("two", "hello-t")
    original.workflow["status"]["message"] = f"{first}failed to resolve {{{{workflow.priority}}}}"
    other.workflow["status"]["message"] = message

    assert verdict(original, other, is_flattened=False).outcome is expected


@pytest.mark.parametrize(("is_flattened", "expected"), [(True, Outcome.EXPLAINED), (False, Outcome.UNFINISHED)])
def test_what_flattening_changes_does_not_excuse_a_workflow_by_reference(
    is_flattened: bool,  # noqa: FBT001  # a case
    expected: Outcome,
) -> None:
    status = {"phase": "Failed", "message": "invalid spec: templates.a failed to resolve {{workflow.priority}}"}
    original = Run("one", workflow={"metadata": run().workflow["metadata"], "status": status})

    assert verdict(original, Run("two", workflow=ERROR.workflow), is_flattened=is_flattened).outcome is expected


@pytest.mark.parametrize(("count", "expected"), [(0, False), (MOST_NODES, False), (MOST_NODES + 1, True)])
def test_a_workflow_that_grew_beyond_measure_calls_itself(count: int, expected: bool) -> None:  # noqa: FBT001  # a case
    nodes = {str(number): {"name": f"w.{number}"} for number in range(count)}
    assert calls_itself({"status": {"nodes": nodes}}) is expected


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ({}, False),
        ({"strategiesProcessed": {"OnWorkflowDeletion": True}}, False),
        ({"strategiesProcessed": {"OnWorkflowCompletion": True}}, False),
        ({"strategiesProcessed": {"OnWorkflowCompletion": True}, "podsRecouped": {"w-artgc": True}}, True),
    ],
)
def test_artifacts_are_collected_when_the_controller_has_heard_of_each_pod(status: JsonObject, expected: bool) -> None:  # noqa: FBT001  # a case
    assert is_collected({"status": {"artifactGCStatus": status}}, ["w-artgc"]) is expected
