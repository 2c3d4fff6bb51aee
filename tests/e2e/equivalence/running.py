"""Cases run under the real controller, many at once, each in a namespace of its own."""

from __future__ import annotations

import secrets
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING

from tests.e2e.equivalence.cases import INSTANCE, INSTANCE_ID
from tests.e2e.equivalence.runs import Run, calls_itself, has_artifacts_to_delete, is_collected, is_completed
from tests.e2e.equivalence.suspended import commands, waits_for_a_person
from tests.podplayer.api_server import ARGO, Answer, ApiServer, RefusedError
from tests.podplayer.pod_statuses import ARTIFACT_COLLECTOR, COMPONENT

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Mapping

    from argosy.resolver.manifests import JsonObject
    from tests.controlplane.cluster import ControlPlane
    from tests.e2e.equivalence.cases import Case
    from tests.podplayer.player import Player

CLUSTER_TEMPLATES = f"{ARGO}/clusterworkflowtemplates"
CLIENTS = 8
SETTLING_SECONDS = 2.0
"""How long the controller's caches may take to know new templates; what it does not find then, it never looks for."""
STANDSTILL_SECONDS = 25.0
"""After how long without a change nothing is going to happen; no case waits for longer."""
LONGEST_SECONDS = 90.0
"""One that calls itself without end goes on until the controller's limit of depth."""
GOING_SECONDS = 15.0
"""How long the artifacts that go with a Workflow may take."""
ATTEMPTS = 20
DEFAULT_ACCOUNT = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "default"}}
"""Of every namespace in a cluster with a controller-manager: without it, no pod for HTTP requests is made."""


@dataclass(frozen=True, slots=True)
class Site:
    """Where cases run: a control plane with Argo's controller and a pod player on it."""

    plane: ControlPlane
    server: ApiServer
    player: Player
    at_once: int
    token: str = field(default_factory=lambda: secrets.token_hex(3))
    """In the names of all its namespaces: other cases may have run on the same control plane."""

    def originals(self, cases: Mapping[str, Case]) -> dict[str, Run]:
        """Each with its templates applied to its namespace, by Argo alone.

        An agent that was there before has delivered ClusterWorkflowTemplates under their own names.
        """
        runs: dict[str, Run] = {}
        self.server.delete_all(CLUSTER_TEMPLATES)
        for batch in _without_clashes(cases, self.at_once, lambda case: case.templates):
            runs |= self._originals(batch)
            self.server.delete_all(CLUSTER_TEMPLATES)
        return runs

    def _originals(self, batch: Mapping[str, Case]) -> dict[str, Run]:
        spaces = {slug: f"original-{self.token}-{slug}" for slug in batch}
        self._prepare(batch, spaces)
        with ThreadPoolExecutor(CLIENTS) as threads:
            refusals = threads.map(lambda slug: self._apply(batch[slug].templates, spaces[slug]), batch)
            refused = {slug: refusal for slug, refusal in zip(batch, refusals, strict=True) if refusal}
        time.sleep(SETTLING_SECONDS)
        runs = self._run({slug: case.original() for slug, case in batch.items() if slug not in refused}, spaces)
        return runs | {slug: Run(spaces[slug], refusal) for slug, refusal in refused.items()}

    def asking(self, cases: Mapping[str, Case], way: str) -> dict[str, Run]:
        """Each asking for its templates from git, in a namespace without templates, unless it asks for none."""
        runs: dict[str, Run] = {}
        for batch in _without_clashes(cases, self.at_once, _applied_too):
            spaces = {slug: f"{way}-{self.token}-{slug}" for slug in batch}
            self._prepare(batch, spaces)
            for slug, case in batch.items():
                self._apply(_applied_too(case), spaces[slug])
            runs |= self._run({slug: batch[slug].asking(slug) for slug in batch}, spaces)
            self._withdraw(name for case in batch.values() for name in _cluster_names(_applied_too(case)))
        return runs

    def _withdraw(self, names: Iterable[str]) -> None:
        """Delete these ClusterWorkflowTemplates, and none that the agent has delivered."""
        for name in names:
            self.server.ask("DELETE", f"{CLUSTER_TEMPLATES}/{name}")

    def _prepare(self, cases: Mapping[str, Case], spaces: Mapping[str, str]) -> None:
        self.player.scripts = {spaces[slug]: case.script for slug, case in cases.items()}

        def prepare(slug: str) -> None:
            metadata = {"name": spaces[slug]}
            answer = self.server.create("/api/v1/namespaces", {"metadata": metadata})
            if answer.is_refusal:
                raise RefusedError(f"namespace {spaces[slug]}: {answer.body}")
            if refusal := self._apply((DEFAULT_ACCOUNT, *cases[slug].objects), spaces[slug]):
                raise RefusedError(refusal)

        with ThreadPoolExecutor(CLIENTS) as threads:
            list(threads.map(prepare, cases))

    def _apply(self, manifests: Iterable[JsonObject], namespace: str) -> str:
        """Create objects; why the first that is refused is."""
        for manifest in manifests:
            metadata = {key: value for key, value in manifest["metadata"].items() if key != "namespace"}
            answer = self.server.create(_collection(manifest["kind"], namespace), {**manifest, "metadata": metadata})
            if answer.is_refusal:
                return f"{manifest['kind']} {metadata.get('name')}: {answer.status}: {answer.body.get('message')}"
        return ""

    def _run(self, workflows: Mapping[str, JsonObject], spaces: Mapping[str, str]) -> dict[str, Run]:
        with ThreadPoolExecutor(CLIENTS) as threads:
            answers = dict(
                zip(
                    workflows,
                    threads.map(lambda slug: self._create(workflows[slug], spaces[slug]), workflows),
                    strict=True,
                )
            )
        found = self._finished({spaces[slug]: answer.body for slug, answer in answers.items() if not answer.is_refusal})
        with ThreadPoolExecutor(CLIENTS) as threads:
            runs = threads.map(lambda slug: self._collected(answers[slug], spaces[slug], found), workflows)
            return dict(zip(workflows, runs, strict=True))

    def _create(self, workflow: JsonObject, namespace: str) -> Answer:
        """As client-go does: again when it is told when."""
        answer = self.server.create(_collection("Workflow", namespace), workflow)
        for _ in range(ATTEMPTS):
            if answer.status != HTTPStatus.SERVICE_UNAVAILABLE:
                break
            time.sleep(answer.retry_after or 1.0)
            answer = self.server.create(_collection("Workflow", namespace), workflow)
        return answer

    def _finished(self, created: Mapping[str, JsonObject]) -> dict[str, JsonObject]:
        """The Workflows by namespace, when all are completed or nothing moves; suspended ones are resumed meanwhile.

        One whose time to live is over is as it was seen last; so is one without end, which is deleted: it would take
        the controller's time from all others.
        """
        seen: dict[str, JsonObject] = dict(created)
        versions: set[str] = set()
        still, until = 0.0, time.monotonic() + LONGEST_SECONDS
        while True:
            listed = self.server.items(f"{ARGO}/workflows", labelSelector=f"{INSTANCE_ID}={INSTANCE}")
            found = {space: one for one in listed if (space := one["metadata"]["namespace"]) in created}
            seen |= found
            if versions != (versions := {one["metadata"]["resourceVersion"] for one in listed}):
                still = time.monotonic() + STANDSTILL_SECONDS
            unfinished = [one for one in found.values() if not is_completed(one)]
            for one in filter(calls_itself, unfinished):
                self._clear(one["metadata"]["namespace"])
            unfinished = [one for one in unfinished if not calls_itself(one)]
            if not (unfinished or any(map(self._is_collecting, found.values()))) or time.monotonic() > min(
                still, until
            ):
                return seen
            with ThreadPoolExecutor(CLIENTS) as threads:
                list(threads.map(self._resume, filter(waits_for_a_person, unfinished)))
            time.sleep(0.3)

    def _is_collecting(self, workflow: JsonObject) -> bool:
        """Whether artifacts that go when it is completed are still there."""
        if not (is_completed(workflow) and has_artifacts_to_delete(workflow)):
            return False
        path = f"/api/v1/namespaces/{workflow['metadata']['namespace']}/pods"
        collectors = self.server.items(path, labelSelector=f"{COMPONENT}={ARTIFACT_COLLECTOR}")
        return not is_collected(workflow, [pod["metadata"]["name"] for pod in collectors])

    def _resume(self, workflow: JsonObject) -> None:
        metadata = workflow["metadata"]
        whose = f"--namespace={metadata['namespace']}", f"--instanceid={INSTANCE}"
        for command in commands(workflow):
            done = self.plane.run("argo", *command, *whose)
            if done.returncode:
                self.player.trouble(metadata["namespace"], done.stderr)

    def _collected(self, answer: Answer, namespace: str, found: Mapping[str, JsonObject]) -> Run:
        if answer.is_refusal:
            return Run(namespace, f"{answer.status}: {answer.body.get('message')}")
        core = f"/api/v1/namespaces/{namespace}"
        claims = self.server.items(f"{core}/persistentvolumeclaims")
        config_maps = self.server.items(f"{core}/configmaps")
        self._clear(namespace)
        return Run(
            namespace,
            workflow=found[namespace],
            pods=self.player.pods.pop(namespace, {}),
            claims={one["metadata"]["name"]: one for one in claims},
            config_maps={one["metadata"]["name"]: one for one in config_maps},
            trouble="; ".join(self.player.troubles.pop(namespace, [])),
        )

    def _clear(self, namespace: str) -> None:
        """Delete the Workflow, and its pods as the garbage collector would, once those that go with it are gone.

        The controller lists all pods there are each time that a Workflow is deleted.
        """
        workflows = _collection("Workflow", namespace)
        self.server.delete_all(workflows)
        until = time.monotonic() + GOING_SECONDS
        while (left := self.server.items(workflows)) and time.monotonic() < until:
            time.sleep(0.2)
        for workflow in left:
            self.server.merge(f"{workflows}/{workflow['metadata']['name']}", {"metadata": {"finalizers": []}})
        self.server.delete_all(f"/api/v1/namespaces/{namespace}/pods")


def _collection(kind: str, namespace: str) -> str:
    if kind == "ClusterWorkflowTemplate":
        return CLUSTER_TEMPLATES
    if kind in ("ConfigMap", "Secret", "ServiceAccount", "PersistentVolumeClaim"):
        return f"/api/v1/namespaces/{namespace}/{kind.lower()}s"
    return f"{ARGO}/namespaces/{namespace}/{kind.lower()}s"


def _applied_too(case: Case) -> list[JsonObject]:
    """The templates that stand in the cluster where the agent is asked: those of a case that asks for none."""
    return [] if case.asks else case.templates


def _cluster_names(templates: Iterable[JsonObject]) -> set[str]:
    return {one["metadata"]["name"] for one in templates if one["kind"] == "ClusterWorkflowTemplate"}


def _without_clashes(
    cases: Mapping[str, Case], at_once: int, applied: Callable[[Case], Iterable[JsonObject]]
) -> Generator[dict[str, Case]]:
    """Batches in which no two cases have a ClusterWorkflowTemplate of the same name."""
    left = dict(cases)
    while left:
        batch: dict[str, Case] = {}
        taken: set[str] = set()
        for slug, case in left.items():
            names = _cluster_names(applied(case))
            if len(batch) < at_once and not names & taken:
                batch[slug] = case
                taken |= names
        yield batch
        left = {slug: case for slug, case in left.items() if slug not in batch}
