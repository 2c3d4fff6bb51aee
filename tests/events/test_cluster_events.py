"""Events as they are written, at an API server that answers what it is told to, in virtual time."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import pytest

from argosy.agent.cluster import asking
from argosy.agent.events import Event, EventType
from argosy.agent.events.backlog import NAMESPACE_CAPACITY, REPEAT_SECONDS, Series
from argosy.agent.events.cluster_events import IDLE_SECONDS, PACE_SECONDS, ClusterEvents, body_of
from argosy.resolver.manifests import Namespace
from tests.cluster.scripted import Reply

if TYPE_CHECKING:
    from tests.cluster.scripted import ScriptedApi

ALL = "/apis/events.k8s.io/v1/namespaces/team-a/events"
EVENT = Event(
    Namespace("team-a"), "argoproj.io/v1alpha1", "CronWorkflow", "nightly", "0001", "TemplateNotFound", "not there"
)
TAKEN = Reply(201, {})
GONE = Reply(404)


@dataclass(slots=True)
class Scene:
    """Events over an API server, with a clock that is turned by hand."""

    api: ScriptedApi
    now: float = 1_790_000_000.25
    dropped: Counter[str] = field(default_factory=Counter[str])
    events: ClusterEvents = field(init=False)

    def __post_init__(self) -> None:
        self.events = ClusterEvents(
            self.api.objects(), "argosy-0", lambda: self.dropped.update(["event"]), lambda: self.now
        )

    def publish(self, *events: Event) -> None:
        for event in events:
            self.events.publish(event)

    def run(self, seconds: float) -> None:
        """Let the loop go on for so long."""
        end = self.now + seconds
        while self.now < end:
            self.now += min(self.events.tick(), end - self.now)


def _bodies(api: ScriptedApi) -> list[Any]:
    return [one.body for one in api.asked]


def test_an_event_is_written_as_kubernetes_has_it(api: ScriptedApi) -> None:
    api.answers(TAKEN)
    scene = Scene(api)

    scene.publish(EVENT)
    assert scene.events.tick() == PACE_SECONDS

    (asked,) = api.asked
    name = asked.body["metadata"]["name"]
    assert (asked.method, asked.path) == ("POST", ALL)
    assert asked.body == {
        "apiVersion": "events.k8s.io/v1",
        "kind": "Event",
        "metadata": {"name": name, "namespace": "team-a"},
        "eventTime": "2026-09-21T14:13:20.250000Z",
        "reportingController": "argosy.pipekit.io/agent",
        "reportingInstance": "argosy-0",
        "action": "Resolve",
        "reason": "TemplateNotFound",
        "type": "Warning",
        "note": "not there",
        "regarding": {
            "apiVersion": "argoproj.io/v1alpha1",
            "kind": "CronWorkflow",
            "name": "nightly",
            "namespace": "team-a",
            "uid": "0001",
        },
    }


def test_events_that_go_on_are_counted_on_the_first(api: ScriptedApi) -> None:
    api.answers(TAKEN, TAKEN)
    scene = Scene(api)
    scene.publish(EVENT)
    scene.run(1)
    scene.publish(*[EVENT] * 9)
    scene.run(REPEAT_SECONDS)

    created, counted = api.asked
    assert (counted.method, counted.path) == ("PATCH", f"{ALL}/{created.body['metadata']['name']}")
    assert counted.content_type == "application/merge-patch+json"
    assert counted.body == {"series": {"count": 10, "lastObservedTime": "2026-09-21T14:13:21.250000Z"}}


def test_an_event_that_has_ended_meanwhile_is_made_again(api: ScriptedApi) -> None:
    api.answers(TAKEN, GONE, TAKEN)
    scene = Scene(api)
    scene.publish(EVENT)
    scene.run(1)
    scene.publish(EVENT)
    scene.run(REPEAT_SECONDS)

    assert [one.method for one in api.asked] == ["POST", "PATCH", "POST"]
    assert _bodies(api)[2]["series"]["count"] == 2
    assert _bodies(api)[2]["metadata"]["name"] != _bodies(api)[0]["metadata"]["name"]


def test_no_more_than_five_a_second_are_written(api: ScriptedApi) -> None:
    api.answers(*[TAKEN] * 100)
    scene = Scene(api)
    scene.publish(*(replace(EVENT, name=f"c{number}") for number in range(50)))

    scene.run(2)
    assert len(api.asked) == 10
    scene.publish(replace(EVENT, name="another"))
    assert 0 < scene.events.tick() <= PACE_SECONDS
    scene.run(30)
    assert len(api.asked) == 51
    assert scene.dropped == {}


def test_a_busy_api_server_is_left_in_peace_and_nothing_is_lost(api: ScriptedApi) -> None:
    api.answers(Reply(429, headers={"Retry-After": "7"}), TAKEN)
    scene = Scene(api)
    scene.publish(EVENT)

    assert scene.events.tick() == 7.0
    scene.publish(replace(EVENT, name="another"))
    scene.run(6.9)
    assert len(api.asked) == 1
    scene.run(0.2)
    assert len(api.asked) == 2
    assert scene.dropped == {}


@pytest.mark.parametrize("status", [400, 403, 404, 409, 413, 422])
def test_an_event_that_is_refused_is_dropped_and_the_next_is_written(api: ScriptedApi, status: int) -> None:
    api.answers(Reply(status, {"message": "no"}), TAKEN)
    scene = Scene(api)
    scene.publish(EVENT, replace(EVENT, name="another"))

    scene.run(2)

    assert [body["regarding"]["name"] for body in _bodies(api)] == ["nightly", "another"]
    assert scene.dropped == {"event": 1}


def test_what_there_is_no_room_for_is_dropped(api: ScriptedApi) -> None:
    scene = Scene(api)

    scene.publish(*(replace(EVENT, name=f"c{number}") for number in range(NAMESPACE_CAPACITY + 3)))

    assert scene.dropped == {"event": 3}


def test_publishing_waits_for_nobody(api: ScriptedApi, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "_REQUEST_SECONDS", 0.3)
    api.answers(Reply(hangs=True), TAKEN)
    scene = Scene(api)
    scene.publish(EVENT)

    assert scene.events.tick() == 5.0
    scene.run(6)

    assert len(api.asked) == 2
    assert scene.dropped == {}


def test_without_events_there_is_little_to_do(api: ScriptedApi) -> None:
    assert Scene(api).events.tick() == IDLE_SECONDS
    assert api.asked == []


@pytest.mark.parametrize(
    ("message", "length"), [("x" * 5000, 1024), ("é" * 5000, 1024), ("x" + "é" * 5000, 1023), ("", 0)]
)
def test_texts_are_cut_as_kubernetes_wants_them(message: str, length: int) -> None:
    body = body_of(Series(replace(EVENT, message=message), 0.0, 0.0), "argosy.1", "i" * 500)

    assert len(body["note"].encode()) == length
    assert len(body["reportingInstance"]) == 128


def test_an_object_without_a_known_uid_is_named_without_one() -> None:
    body = body_of(Series(replace(EVENT, uid="", type=EventType.NORMAL), 0.0, 0.0), "argosy.1", "argosy-0")

    assert "uid" not in body["regarding"]
    assert body["type"] == "Normal"
