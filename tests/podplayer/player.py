"""The kubelet of the tests: it drives the pods of Workflows through their phases, and runs no container.

A pod is Running until the controller has seen that, so that hooks on that phase fire as they would; then its outputs
are reported as the wait container reports them, and it ends as its script says. Daemons go on until they are deleted.
"""

from __future__ import annotations

import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from tests.podplayer import pod_statuses
from tests.podplayer.api_server import ARGO, ApiServer
from tests.podplayer.scripts import Outcome, Script, exit_code
from tests.podplayer.task_results import deletions, outputs
from tests.podplayer.workflow_nodes import nodes_of

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from argosy.resolver.manifests import JsonObject, JsonValue

INTERVAL_SECONDS = 0.1
UNFINISHED = "status.phase!=Succeeded,status.phase!=Failed"


@dataclass(slots=True)
class Player:
    """Plays the pods of the namespaces that have a script, and remembers each as it was created."""

    server: ApiServer
    scripts: dict[str, Script] = field(default_factory=dict[str, Script])
    """By namespace."""
    pods: dict[str, dict[str, JsonObject]] = field(default_factory=dict[str, "dict[str, JsonObject]"])
    """By namespace and name."""
    troubles: dict[str, list[str]] = field(default_factory=dict[str, "list[str]"])
    """What the API server refused, by namespace; nothing, in a run that counts."""

    def trouble(self, namespace: str, told: str) -> None:
        """Take note of what makes a run worth nothing."""
        self.troubles.setdefault(namespace, []).append(told)

    def play(self) -> None:
        """Do once what is due."""
        phases = self._node_phases()
        for pod in self._seen("/api/v1/pods", labelSelector=pod_statuses.WORKFLOW, fieldSelector=UNFINISHED):
            if pod["metadata"]["namespace"] in self.scripts and "deletionTimestamp" not in pod["metadata"]:
                self._advance(pod, phases)
        for task_set in self._seen(f"{ARGO}/workflowtasksets"):
            if task_set["metadata"]["namespace"] in self.scripts:
                self._answer_tasks(task_set)

    def _seen(self, path: str, **selectors: str) -> list[JsonObject]:
        """What a watch would have told by now: that costs the API server less than to ask etcd."""
        return self.server.items(path, resourceVersion="0", **selectors)

    def _node_phases(self) -> dict[tuple[str, str], str]:
        """What the controller knows of each node, by namespace and id."""
        unfinished = self._seen(f"{ARGO}/workflows", labelSelector="workflows.argoproj.io/completed!=true")
        return {
            (workflow["metadata"]["namespace"], node_id): node.get("phase", "")
            for workflow in unfinished
            for node_id, node in nodes_of(workflow).items()
        }

    def _advance(self, pod: JsonObject, phases: dict[tuple[str, str], str]) -> None:
        metadata = pod["metadata"]
        namespace, name = metadata["namespace"], metadata["name"]
        if pod["status"].get("phase", "Pending") == "Pending":
            self.pods.setdefault(namespace, {})[name] = pod
            self._make_known(pod)
            self._write_status(pod, pod_statuses.running(pod, _now()))
            return
        node_id = metadata["annotations"].get(pod_statuses.NODE_ID, "")
        if metadata["labels"].get(pod_statuses.COMPONENT) == pod_statuses.ARTIFACT_COLLECTOR:
            self._delete_artifacts(pod)
        elif node_id and phases.get((namespace, node_id)) == "Running":
            self._end(pod, node_id)

    def _delete_artifacts(self, pod: JsonObject) -> None:
        """As asked for by the tasks that own the pod."""
        metadata = pod["metadata"]
        for owner in metadata["ownerReferences"]:
            path = f"{ARGO}/namespaces/{metadata['namespace']}/workflowartifactgctasks/{owner['name']}"
            answer = self.server.ask("GET", path)
            if not answer.is_refusal:
                answer = self.server.merge(f"{path}/status", {"status": deletions(answer.body)})
            if answer.is_refusal:
                self.trouble(metadata["namespace"], f"the artifacts of {owner['name']}: {answer.body}")
        self._write_status(pod, pod_statuses.ended(pod, 0, "", _now()))

    def _make_known(self, pod: JsonObject) -> None:
        """Label a pod that deletes artifacts with the controller it is of, which looks for no other.

        Argo puts the id of the controller under another name, in workflow/controller/artifact_gc.go.
        """
        metadata = pod["metadata"]
        if instance := metadata["labels"].get(pod_statuses.INSTANCE_OF_COLLECTOR):
            path = f"/api/v1/namespaces/{metadata['namespace']}/pods/{metadata['name']}"
            self.server.merge(path, {"metadata": {"labels": {pod_statuses.INSTANCE: instance}}})

    def _end(self, pod: JsonObject, node_id: str) -> None:
        template = pod_statuses.template_of(pod)
        if template.get("daemon"):
            return
        metadata = pod["metadata"]
        outcome = self.scripts[metadata["namespace"]].outcome(metadata["annotations"][pod_statuses.NODE_NAME])
        self._report(pod, node_id, template, outcome)
        code = exit_code(outcome, template)
        self._write_status(pod, pod_statuses.ended(pod, code, outcome.message, _now()))

    def _report(self, pod: JsonObject, node_id: str, template: JsonObject, outcome: Outcome) -> None:
        """At once as complete, where argoexec reports what it has so far first."""
        metadata = pod["metadata"]
        named = {key: metadata["labels"][key] for key in pod_statuses.CONTROLLED if key in metadata["labels"]}
        with_result = pod_statuses.environment(pod, "ARGO_INCLUDE_SCRIPT_OUTPUT") == "true"
        result: JsonObject = {
            "apiVersion": "argoproj.io/v1alpha1",
            "kind": "WorkflowTaskResult",
            "metadata": {
                "name": node_id,
                "labels": {**named, "workflows.argoproj.io/report-outputs-completed": "true"},
                "ownerReferences": [{**metadata["ownerReferences"][0], "controller": False}],
            },
        }
        found = outputs(template, outcome, with_result=with_result)
        content: JsonObject = {**result, "outputs": found} if found else result
        answer = self.server.create(f"{ARGO}/namespaces/{metadata['namespace']}/workflowtaskresults", content)
        if answer.is_refusal:
            self.trouble(metadata["namespace"], f"the result of {metadata['name']}: {answer.body}")

    def _write_status(self, pod: JsonObject, status: JsonObject) -> None:
        metadata = pod["metadata"]
        path = f"/api/v1/namespaces/{metadata['namespace']}/pods/{metadata['name']}/status"
        answer = self.server.merge(path, {"status": status})
        if answer.is_refusal and answer.body.get("reason") not in ("NotFound", "Conflict"):
            self.trouble(metadata["namespace"], f"the status of {metadata['name']}: {answer.body}")

    def _answer_tasks(self, task_set: JsonObject) -> None:
        """What Argo's agent would have got from HTTP servers and plugins."""
        metadata, known = task_set["metadata"], (task_set.get("status") or {}).get("nodes") or {}
        script = self.scripts[metadata["namespace"]]
        tasks: dict[str, JsonValue] = (task_set.get("spec") or {}).get("tasks") or {}
        nodes = {
            node_id: {
                "phase": "Succeeded",
                "outputs": outputs(template, script.outcome(node_id), with_result=True),
            }
            for node_id, template in tasks.items()
            if node_id not in known
        }
        if nodes:
            path = f"{ARGO}/namespaces/{metadata['namespace']}/workflowtasksets/{metadata['name']}/status"
            self.server.merge(path, {"status": {"nodes": nodes}})


@contextmanager
def playing(player: Player) -> Generator[Player]:
    """Play in a thread while a block runs; what goes wrong in it is raised at the end."""
    ended = threading.Event()
    errors: list[Exception] = []
    thread = threading.Thread(target=_play, args=(player.play, ended, errors))
    thread.start()
    try:
        yield player
    finally:
        ended.set()
        thread.join()
    if errors:
        raise errors[0]


def _play(once: Callable[[], None], ended: threading.Event, errors: list[Exception]) -> None:
    try:
        while not ended.wait(INTERVAL_SECONDS):
            once()
    except Exception as error:  # noqa: BLE001  # raised where the block ends
        errors.append(error)


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
