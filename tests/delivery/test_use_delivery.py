"""What is used comes into the cluster afterwards, through every trouble of the API server, in virtual time."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from argosy.agent.cluster import asking
from argosy.agent.delivery import MemoryTemplates, Order, TemplateDelivery, UseDelivery
from argosy.agent.delivery.cluster_templates import ClusterTemplates
from argosy.agent.delivery.settling import Settling
from argosy.agent.delivery.use_delivery import BATCH, IDLE_SECONDS, PACE_SECONDS
from argosy.agent.delivery.using import GIVEN_UP_SECONDS, STAMP_SECONDS, UseQueue
from argosy.agent.metrics import Delivered
from argosy.resolver import contract
from argosy.resolver.errors import Reason, RetryLater
from argosy.resolver.flattened import Mode
from tests.cluster.scripted import Reply
from tests.delivery.flattening import BUILD, NOW, RUN, RUNNER, TEAM, calling, flattened, metadata_of, parcel
from tests.delivery.test_using import used
from tests.flatten.memory import TemplatesInMemory
from tests.resolver.template_repositories import Clock

if TYPE_CHECKING:
    from argosy.agent.delivery import Templates
    from argosy.agent.events import Event
    from tests.cluster.scripted import ScriptedApi

PARCEL = parcel()
ABSENT = Reply(404)


@dataclass(slots=True)
class Scene:
    """A delivery with all that it is given."""

    templates: Templates | None = None
    queue: UseQueue = field(default_factory=UseQueue)
    clock: Clock = field(default_factory=lambda: Clock(NOW))
    counted: Counter[Delivered] = field(default_factory=Counter[Delivered])
    told: list[Event] = field(default_factory=list)
    lost: int = 0
    settling: Settling = field(default_factory=Settling)
    delivery: UseDelivery = field(init=False)

    def __post_init__(self) -> None:
        templates = self.templates or MemoryTemplates(self.clock)
        self.delivery = UseDelivery(
            templates, RUNNER, self.clock, self.settling, self._count, self._drop, self.told.append, self.queue
        )

    def pass_time(self, seconds: float) -> None:
        """Tick as a loop does."""
        until = self.clock.now + seconds
        while self.clock.now < until:
            self.clock.now += self.delivery.tick()

    def _count(self, outcome: Delivered) -> None:
        self.counted[outcome] += 1

    def _drop(self) -> None:
        self.lost += 1


def stored(stamp: float = NOW) -> Reply:
    labels = {**PARCEL.labels, contract.LAST_USED_TIMESTAMP: str(int(stamp))}
    made = {"resourceVersion": "7", "uid": "u-1", "creationTimestamp": "2026-09-21T14:13:20Z", "labels": labels}
    return Reply(200, {"metadata": {**metadata_of(PARCEL), **made}})


def test_what_is_used_is_delivered_and_stamped_again_a_minute_later() -> None:
    templates = MemoryTemplates(Clock(NOW))
    scene = Scene(templates)
    for _ in range(1000):
        scene.delivery.take(used("ci"))
        scene.pass_time(0.05)

    scene.pass_time(STAMP_SECONDS)

    (one,) = templates.listed()
    stamp = int(metadata_of_listed(one)["labels"][contract.LAST_USED_TIMESTAMP])
    assert scene.counted[Delivered.CREATED] == 1
    assert scene.counted[Delivered.STAMPED] <= 1000 * IDLE_SECONDS / STAMP_SECONDS + 1
    assert scene.clock.now - stamp <= 2 * STAMP_SECONDS


def metadata_of_listed(manifest: object) -> dict[str, dict[str, str]]:
    return manifest["metadata"]  # type: ignore[index, no-any-return]  # an object


def test_what_an_older_use_wrote_over_is_delivered_again_before_it_is_relied_on() -> None:
    clock = Clock(NOW)
    templates = MemoryTemplates(clock)
    scene = Scene(templates, clock=clock)
    admission = TemplateDelivery(templates, RUNNER, clock, scene.settling)
    order = Order(TEAM, RUN, Mode.FLATTEN, ttl_seconds=86_400.0)
    newer = flattened(TemplatesInMemory().add("v2", BUILD), calling("{name: ci, template: build}", version="v2"))
    scene.delivery.take(used("ci"))
    told: list[Reason] = []

    for _ in range(3):
        try:
            admission.deliver(order, newer)
        except RetryLater as error:
            told.append(error.reason)
        else:
            break
        scene.pass_time(1.0)

    assert told == [Reason.NOT_DELIVERED, Reason.NOT_DELIVERED]
    (one,) = templates.listed()
    assert metadata_of_listed(one)["annotations"][contract.TAKEN_VERSION] == "v2"


def test_somebody_elses_object_is_told_of_and_left_alone(api: ScriptedApi) -> None:
    scene = Scene(ClusterTemplates(api.objects()))
    theirs = stored()
    theirs.content["metadata"]["labels"] = {"team": "b"}
    api.answers(theirs)
    scene.delivery.take(used("ci"))

    scene.pass_time(1.0)

    (event,) = scene.told
    assert (event.namespace, event.kind, event.name, event.uid) == ("team-a", "WorkflowTemplate", "ci", "u-1")
    assert event.reason == "NameTaken"
    assert event.message == (
        "there is a WorkflowTemplate 'ci' in namespace 'team-a' that was not delivered by this installation: "
        "Workflows are flattened from git all the same"
    )
    assert scene.counted == {Delivered.FOREIGN: 1}
    assert [one.method for one in api.asked] == ["GET"]


@pytest.mark.parametrize(
    ("trouble", "seconds"),
    [
        ([Reply(429, headers={"Retry-After": "7"})], 7.0),
        ([Reply(429, headers={"Retry-After": "0"})], 1.0),
        ([Reply(500)], 5.0),
        ([ABSENT, Reply(503)], 5.0),
        ([ABSENT, Reply(429, headers={"Retry-After": "3"})], 3.0),
        ([ABSENT, Reply(409)] * 4, 5.0),
        ([Reply(200, b"<html>")], 5.0),
    ],
)
def test_trouble_is_waited_out_as_the_api_server_says(api: ScriptedApi, trouble: list[Reply], seconds: float) -> None:
    scene = Scene(ClusterTemplates(api.objects()))
    api.answers(*trouble)
    scene.delivery.take(used("ci"))
    scene.pass_time(0.1)
    asked = len(api.asked)
    api.answers(ABSENT, stored())

    while scene.clock.now - NOW < seconds:
        assert len(api.asked) == asked == len(trouble)
        scene.clock.now += scene.delivery.tick()
    scene.pass_time(1.0)

    assert [one.method for one in api.asked[asked:]] == ["GET", "POST"]
    assert (scene.counted, scene.lost) == ({Delivered.CREATED: 1}, 0)


def test_nothing_is_lost_while_the_api_server_is_away(api: ScriptedApi) -> None:
    scene = Scene(ClusterTemplates(api.objects()))
    for number in range(100):
        scene.delivery.take(used(f"t{number}"))
    scene.pass_time(600.0)
    attempts = len(api.asked)
    api.answers(*[ABSENT, stored()] * 100)

    scene.pass_time(60.0)

    assert attempts <= 600 / 5 * 2 + 2
    assert (scene.counted, scene.lost) == ({Delivered.CREATED: 100}, 0)


def test_an_api_server_that_hangs_is_left_alone(api: ScriptedApi, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "_REQUEST_SECONDS", 0.2)
    scene = Scene(ClusterTemplates(api.objects()))
    api.answers(*[Reply(hangs=True)] * 3)
    scene.delivery.take(used("a", "b", "c"))

    assert scene.delivery.tick() == 5.0
    assert len(api.asked) == 2


@pytest.mark.parametrize("refusal", [[Reply(403)], [ABSENT, Reply(403)], [ABSENT, Reply(422)]])
def test_what_no_retry_helps_is_counted_and_tried_at_its_next_use(api: ScriptedApi, refusal: list[Reply]) -> None:
    scene = Scene(ClusterTemplates(api.objects()))
    api.answers(*refusal)
    scene.delivery.take(used("ci"))
    scene.pass_time(STAMP_SECONDS)
    assert (scene.counted, len(api.asked)) == ({Delivered.FAILED: 1}, len(refusal))
    api.answers(ABSENT, stored())
    scene.delivery.take(used("ci"))

    scene.pass_time(1.0)

    assert scene.counted == {Delivered.FAILED: 1, Delivered.CREATED: 1}


def test_what_never_succeeds_is_given_up_and_counted(api: ScriptedApi) -> None:
    scene = Scene(ClusterTemplates(api.objects()))
    scene.delivery.take(used("ci"))

    scene.pass_time(GIVEN_UP_SECONDS + 10)

    assert (scene.lost, len(scene.queue)) == (1, 0)


def test_what_there_is_no_room_for_is_counted() -> None:
    scene = Scene(queue=UseQueue(capacity=2))

    scene.delivery.take(used("a", "b", "c", "d"))

    assert scene.lost == 2


def test_many_are_written_in_batches() -> None:
    scene = Scene()
    scene.delivery.take(used(*[f"t{number}" for number in range(BATCH + 1)]))

    assert [scene.delivery.tick(), scene.delivery.tick()] == [PACE_SECONDS, IDLE_SECONDS]
    assert scene.counted == {Delivered.CREATED: BATCH + 1}
