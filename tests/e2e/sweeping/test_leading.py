"""One of several replicas leads, by a Lease at a real API server, with the time moved."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from kubernetes.client import CoordinationV1Api

from argosy.agent.events import Event
from argosy.agent.events.cluster_events import ClusterEvents
from argosy.agent.metrics import Swept
from argosy.agent.settings import Where, read_settings
from argosy.agent.sweeping import Sweeper
from argosy.agent.sweeping.leader import LEASE, Leader
from argosy.gc.sweeping import Result
from argosy.resolver import contract
from tests.e2e.delivery.accounts import EVENTS, client_of
from tests.e2e.sweeping.conftest import DAY, NOW, READS_USERS, SWEEPS, Place, moment
from tests.e2e.sweeping.test_sweeping import Meanwhile

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from tests.controlplane.cluster import ControlPlane

LEASES = {"apiGroups": ["coordination.k8s.io"], "resources": ["leases"], "verbs": ["get", "create", "update"]}


@dataclass(slots=True)
class Replicas:
    """Several of one installation, and the time that they all have."""

    place: Place
    now: float = 1000.0

    def leader(self, identity: str, api: CoordinationV1Api | None = None) -> Leader:
        leases = api or CoordinationV1Api(self.place.api.api_client)
        return Leader(leases, self.place.namespace, identity, monotonic=lambda: self.now)

    def lease(self) -> Any:
        where = (f"lease/{LEASE}", f"--namespace={self.place.namespace}")
        return json.loads(self.place.plane.must("get", *where, "--output=json"))["spec"]

    def after(self, seconds: float, *leaders: Leader) -> list[bool]:
        self.now += seconds
        for one in leaders:
            one.tick()
        return [one.is_leader() for one in leaders]


@pytest.fixture
def replicas(control_plane: ControlPlane) -> Generator[Replicas]:
    namespace = control_plane.namespace("leading")
    control_plane.must("get", "clusterworkflowtemplates,workflowtemplates,workflows,cronworkflows")
    with client_of(control_plane, namespace, SWEEPS, READS_USERS, LEASES, EVENTS) as api:
        yield Replicas(Place(control_plane, namespace, api, f"argosy-agent-{namespace}"))


class Unreachable(CoordinationV1Api):
    """An API server that the replica cannot reach any more."""

    def __init__(self) -> None:
        super().__init__()
        self.api_client.configuration.host = "https://127.0.0.1:9"
        self.api_client.configuration.retries = False


def test_the_first_to_ask_leads_and_goes_on_leading(replicas: Replicas) -> None:
    a, b = replicas.leader("a"), replicas.leader("b")

    assert replicas.after(0, a, b) == [True, False]
    assert [replicas.after(10, a, b) for _ in range(5)] == [[True, False]] * 5
    assert (replicas.lease()["holderIdentity"], replicas.lease()["leaseTransitions"]) == ("a", 0)


def test_of_many_that_ask_at_once_one_leads(replicas: Replicas) -> None:
    leaders = [replicas.leader(str(number)) for number in range(6)]
    with ThreadPoolExecutor(6) as threads:
        list(threads.map(Leader.tick, leaders))

    assert sum(one.is_leader() for one in leaders) == 1


def test_one_that_dies_is_followed_when_its_lease_has_ended_and_not_before(replicas: Replicas) -> None:
    a, b = replicas.leader("a"), replicas.leader("b")
    replicas.after(0, a, b)

    assert [replicas.after(10, b) for _ in range(3)] == [[False], [False], [True]]
    assert (replicas.lease()["holderIdentity"], replicas.lease()["leaseTransitions"]) == ("b", 1)
    assert replicas.after(1, a) == [False]


def test_one_that_cannot_renew_leads_no_longer_before_another_does(replicas: Replicas) -> None:
    a, b = replicas.leader("a"), replicas.leader("b")
    replicas.after(0, a, b)
    a.api = Unreachable()

    states = [replicas.after(2, a, b) for _ in range(16)]

    assert states == [[True, False]] * 9 + [[False, False]] * 5 + [[False, True]] * 2


def test_one_that_ends_lets_another_lead_at_once(replicas: Replicas) -> None:
    a, b = replicas.leader("a"), replicas.leader("b")
    replicas.after(0, a, b)
    a.release()

    assert (a.is_leader(), replicas.after(1, b, a)) == (False, [True, False])
    a.release()
    assert replicas.lease()["holderIdentity"] == "b"


@dataclass(slots=True)
class Told:
    """What a sweeper counted and told."""

    counted: list[Swept] = field(default_factory=list[Swept])
    events: list[Event] = field(default_factory=list[Event])

    def sweeper(self, replicas: Replicas, leader: Leader, act: Callable[[str], None] = lambda _: None) -> Sweeper:
        place = replicas.place
        cluster = Meanwhile(place.api, act)
        return Sweeper(cluster, leader, place.runner, self.events.append, self.counted.append, lambda: NOW)


def test_only_the_leader_sweeps(replicas: Replicas) -> None:
    a, b = replicas.leader("a"), replicas.leader("b")
    replicas.after(0, a, b)
    replicas.place.deliver("ci")
    told = Told()

    assert told.sweeper(replicas, b).sweep(replicas.place.rules()).rows == []
    told.sweeper(replicas, a).sweep(replicas.place.rules())
    assert (told.counted, replicas.place.names()) == ([Swept.DELETED], [])


def test_during_a_handover_nothing_is_deleted_twice_and_nothing_wrong(replicas: Replicas) -> None:
    a, b = replicas.leader("a"), replicas.leader("b")
    replicas.after(0, a, b)
    for name in "abcd":
        replicas.place.deliver(name)
    told, followed = Told(), Told()

    def hang(name: str) -> None:
        """In the middle of its sweep, the old leader stands still until the new one has swept."""
        if name == "b" and not b.is_leader():
            replicas.after(35, b)
            replicas.place.stamp("d", NOW)
            followed.sweeper(replicas, b).sweep(replicas.place.rules())

    report = told.sweeper(replicas, a, hang).sweep(replicas.place.rules())

    assert [row.result for row in report.rows] == [Result.DELETED, Result.GONE, Result.LEFT, Result.LEFT]
    assert followed.counted == [Swept.DELETED, Swept.DELETED]
    assert replicas.place.names() == ["d"]


def test_an_announcement_is_an_event_in_the_namespace_that_says_what_keeps_the_template(replicas: Replicas) -> None:
    place, told = replicas.place, Told()
    a = replicas.leader("a")
    a.tick()
    place.deliver("ci")
    told.sweeper(replicas, a).sweep(place.rules(grace=7 * DAY))
    events = ClusterEvents(place.api, "argosy-0")
    for event in told.events:
        events.publish(event)
    events.tick()

    where = (f"--namespace={place.namespace}", "--output=json")
    (event,) = json.loads(place.plane.must("get", "events.events.k8s.io", *where))["items"]
    assert told.counted == [Swept.ANNOUNCED]
    assert (event["reason"], event["type"], event["action"]) == ("TemplateUnused", "Normal", "Sweep")
    assert (event["regarding"]["kind"], event["regarding"]["name"]) == ("WorkflowTemplate", "ci")
    assert f"will be deleted after {moment(NOW + 7 * DAY)}" in event["note"]
    assert f"argosy gc keep ci -n {place.namespace}" in event["note"]
    assert contract.DELETE_AT in event["note"]


def test_a_sweeper_that_is_started_sweeps_by_the_settings_of_now_and_lets_go_at_its_end(replicas: Replicas) -> None:
    for name in ("old", "older"):
        replicas.place.deliver(name, used=-2 * DAY if name == "old" else -30 * DAY)
    swept = threading.Event()
    keys = {"repositories": [{"url": "https://git.example/t.git"}], "templateTTL": "7d", "sweepInterval": "10s"}
    settings = read_settings(keys, {}, Where(Path("/"))).settings
    leader = Leader(CoordinationV1Api(replicas.place.api.api_client), replicas.place.namespace, "a")
    sweeper = Told().sweeper(replicas, leader, lambda _: None)
    sweeper.count, sweeper.first_seconds = lambda _: swept.set(), 0.0
    sweeper.lead()

    sweeper.start(lambda: settings)
    is_swept = swept.wait(20)
    sweeper.stop()

    assert (is_swept, replicas.place.names()) == (True, ["old"])
    assert (leader.is_leader(), replicas.lease()["holderIdentity"]) == (False, "")
