"""Events at a real API server, as users see them."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pytest

from argosy.agent.events import Event
from argosy.agent.events.backlog import REPEAT_SECONDS
from argosy.agent.events.cluster_events import ClusterEvents
from argosy.resolver.manifests import Namespace
from tests.e2e.delivery.accounts import EVENTS, READS, client_of

if TYPE_CHECKING:
    from collections.abc import Generator

    from tests.controlplane.cluster import ControlPlane

TEXT = "spec.templates[0].steps[0][0].templateRef: there is no WorkflowTemplate 'ci' at v1; mend it"


@dataclass(slots=True)
class Told:
    """A namespace with a CronWorkflow, and events that are told about it."""

    plane: ControlPlane
    event: Event
    events: ClusterEvents
    now: float

    def tell(self, *, after: float = 0.0) -> None:
        self.now += after
        self.events.publish(self.event)
        self.events.tick()

    def stored(self) -> list[Any]:
        listed = self.plane.must("get", "events.events.k8s.io", f"--namespace={self.event.namespace}", "--output=json")
        return list(json.loads(listed)["items"])


@pytest.fixture
def told(control_plane: ControlPlane) -> Generator[Told]:
    namespace = control_plane.namespace("events")
    spec = {"schedules": ["0 0 1 1 *"], "workflowSpec": {"entrypoint": "a", "templates": [{"name": "a"}]}}
    metadata = {"name": "nightly", "namespace": namespace}
    control_plane.apply(
        {"apiVersion": "argoproj.io/v1alpha1", "kind": "CronWorkflow", "metadata": metadata, "spec": spec}
    )
    where = ("cronworkflow/nightly", f"--namespace={namespace}")
    uid = control_plane.must("get", *where, "--output=jsonpath={.metadata.uid}")
    event = Event(
        Namespace(namespace), "argoproj.io/v1alpha1", "CronWorkflow", "nightly", uid, "TemplateNotFound", TEXT
    )
    with client_of(control_plane, namespace, EVENTS) as api:
        told = Told(control_plane, event, ClusterEvents(api, "argosy-0"), 1_790_000_000.0)
        told.events.clock = lambda: told.now
        yield told


def test_kubectl_describe_shows_the_event_of_a_cronworkflow(told: Told) -> None:
    told.tell()

    shown = told.plane.must("describe", "cronworkflow/nightly", f"--namespace={told.event.namespace}")
    _, _, events = shown.partition("Events:")
    assert [word in events for word in ("Warning", "TemplateNotFound", "argosy.pipekit.io/agent", TEXT)] == [True] * 4


def test_an_event_that_goes_on_is_one_event_with_a_count(told: Told) -> None:
    told.tell()
    told.tell(after=REPEAT_SECONDS + 1)
    told.tell(after=REPEAT_SECONDS + 1)

    (stored,) = told.stored()
    assert stored["series"] == {"count": 3, "lastObservedTime": "2026-09-21T14:14:22.000000Z"}
    assert (stored["note"], stored["type"], stored["action"]) == (TEXT, "Warning", "Resolve")


def test_an_event_that_was_removed_is_made_again_with_its_count(told: Told) -> None:
    told.tell()
    told.plane.must("delete", "events.events.k8s.io", "--all", f"--namespace={told.event.namespace}")
    told.tell(after=REPEAT_SECONDS + 1)

    assert [one["series"]["count"] for one in told.stored()] == [2]


@pytest.mark.parametrize(
    ("field", "value"), [("message", "é" * 5000), ("message", ""), ("uid", ""), ("kind", "Sensor"), ("name", "A/b c")]
)
def test_the_api_server_takes_what_users_may_have_written(told: Told, field: str, value: str) -> None:
    told.event = replace(told.event, **{field: value})  # type: ignore[arg-type]  # they are texts
    told.tell()

    assert len(told.stored()) == 1


def test_who_may_not_write_events_goes_on_without(control_plane: ControlPlane) -> None:
    namespace = control_plane.namespace("events")
    dropped: list[int] = []
    with client_of(control_plane, namespace, READS) as api:
        events = ClusterEvents(api, "argosy-0", lambda: dropped.append(1))
        events.publish(Event(Namespace(namespace), "v1", "Workflow", "w", "", "Reason", "text"))
        events.tick()

    assert dropped == [1]
