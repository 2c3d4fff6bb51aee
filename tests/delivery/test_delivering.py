"""Delivery as an admission sees it: in place on return, or not yet."""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from argosy.agent.delivery import MemoryTemplates, Order, Parcel, Placed, Placement, Stamp, TemplateDelivery, Templates
from argosy.agent.delivery.settling import KNOWN_SECONDS, Settling
from argosy.agent.metrics import Delivered
from argosy.resolver.cold import Cold
from argosy.resolver.errors import Denied, Reason, RetryLater
from argosy.resolver.flattened import Flattened, Mode
from tests.delivery.flattening import BUILD, RUN, RUNNER, TEAM, calling, flattened
from tests.flatten.memory import TemplatesInMemory

if TYPE_CHECKING:
    from argosy.agent.delivery.parcels import ParcelKey

REFERENCED = flattened(TemplatesInMemory().add("v1", BUILD), mode=Mode.REFERENCE)
CHECKED = flattened(TemplatesInMemory().add("v1", BUILD))
CALLING_DEFAULT = calling("{name: ci, template: build}", version="")
BOTH = pytest.mark.parametrize(("result", "mode"), [(REFERENCED, Mode.REFERENCE), (CHECKED, Mode.FLATTEN)])


@dataclass(slots=True)
class Clock:
    now: float = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@dataclass(slots=True)
class Foreign(Templates):
    """Everything is somebody else's."""

    def place(self, parcel: Parcel, stamp: Stamp) -> Placement:  # noqa: ARG002  # the Protocol's
        return Placement(Placed.FOREIGN, 0.0)

    def stamp(self, key: ParcelKey, runner: str, stamp: Stamp) -> Placement:  # noqa: ARG002  # the Protocol's
        return Placement(Placed.FOREIGN, 0.0)


@dataclass(slots=True)
class Broken(Templates):
    """Nothing can be asked."""

    def place(self, parcel: Parcel, stamp: Stamp) -> Placement:  # noqa: ARG002  # the Protocol's
        raise RetryLater(Reason.CLUSTER_UNAVAILABLE, "no answer")

    def stamp(self, key: ParcelKey, runner: str, stamp: Stamp) -> Placement:  # noqa: ARG002  # the Protocol's
        raise RetryLater(Reason.CLUSTER_UNAVAILABLE, "no answer")


@dataclass(slots=True)
class Scene:
    """A delivery with all that it is given."""

    templates: Templates | None = None
    clock: Clock = field(default_factory=Clock)
    ttl_seconds: float = 86_400.0
    counted: Counter[Delivered] = field(default_factory=Counter[Delivered])
    delivery: TemplateDelivery = field(init=False)

    def __post_init__(self) -> None:
        templates = self.templates or MemoryTemplates(self.clock)
        self.delivery = TemplateDelivery(templates, RUNNER, self.clock, count=self._count)

    def deliver(self, flattened: Flattened, mode: Mode, *, at_hand: bool = False) -> None:
        self.delivery.deliver(Order(TEAM, RUN, mode, self.ttl_seconds), flattened, at_hand=at_hand)

    def delay(self, flattened: Flattened, mode: Mode = Mode.REFERENCE) -> float:
        """What it is told to wait; 0 when it is admitted."""
        try:
            self.deliver(flattened, mode)
        except RetryLater as error:
            return error.delay if error.reason is Reason.NOT_DELIVERED else -1.0
        return 0.0

    def _count(self, outcome: Delivered) -> None:
        self.counted[outcome] += 1


@BOTH
def test_a_version_is_admitted_a_second_after_it_was_delivered(result: Flattened, mode: Mode) -> None:
    scene = Scene()

    assert scene.delay(result, mode) == 1.0
    scene.clock.now += 0.75
    assert scene.delay(result, mode) == 0.25
    scene.clock.now += 0.25
    assert scene.delay(result, mode) == 0.0
    assert scene.counted == {Delivered.CREATED: 1}


def test_what_another_replica_delivered_long_ago_is_admitted_at_once() -> None:
    clock = Clock()
    shared = MemoryTemplates(clock)
    assert Scene(shared, clock).delay(REFERENCED) == 1.0
    clock.now += 60.0

    assert Scene(shared, clock).delay(REFERENCED) == 0.0


def test_what_another_replica_delivered_this_moment_is_waited_for() -> None:
    clock = Clock()
    shared = MemoryTemplates(clock)
    assert Scene(shared, clock).delay(REFERENCED) == 1.0

    assert Scene(shared, clock).delay(REFERENCED) == 1.0


def test_what_was_deleted_is_delivered_again_and_waited_for() -> None:
    clock = Clock()
    scene = Scene(MemoryTemplates(clock), clock)
    scene.delay(REFERENCED)
    clock.now += KNOWN_SECONDS
    scene.delivery.templates = MemoryTemplates(clock)

    assert scene.delay(REFERENCED) == 1.0


def test_the_templates_of_a_cronworkflow_are_there_under_their_own_names() -> None:
    clock = Clock()
    templates = MemoryTemplates(clock)

    Scene(templates, clock).delay(CHECKED, Mode.FLATTEN)

    (one,) = templates.listed()
    assert one.get("metadata", {}).get("name") == "ci"


@BOTH
def test_what_would_have_to_be_asked_for_is_cold(result: Flattened, mode: Mode) -> None:
    scene = Scene()
    with pytest.raises(Cold):
        scene.deliver(result, mode, at_hand=True)
    assert scene.counted == {}
    scene.delay(result, mode)
    scene.clock.now += 1.0

    scene.deliver(result, mode, at_hand=True)

    scene.clock.now += KNOWN_SECONDS
    with pytest.raises(Cold):
        scene.deliver(result, mode, at_hand=True)


@BOTH
@pytest.mark.parametrize("ttl_seconds", [86_400.0, 240.0, 40.0])
def test_it_is_looked_again_before_a_quarter_of_the_ttl_is_over_and_stamped_before_half_of_it(
    result: Flattened, mode: Mode, ttl_seconds: float
) -> None:
    scene = Scene(ttl_seconds=ttl_seconds)
    began = scene.clock.now
    scene.delay(result, mode)
    stamps: list[float] = []
    while scene.clock.now < began + ttl_seconds * 2:
        scene.clock.now += ttl_seconds / 400
        before = scene.counted[Delivered.STAMPED]
        scene.delay(result, mode)
        if scene.counted[Delivered.STAMPED] > before:
            stamps.append(scene.clock.now)

    assert stamps[0] - began >= ttl_seconds / 2
    assert max(later - earlier for earlier, later in pairwise([began, *stamps])) <= ttl_seconds * 0.75


def test_somebody_elses_object_is_denied_in_reference_mode() -> None:
    scene = Scene(Foreign())

    with pytest.raises(Denied, match="in namespace 'team-a' that was not delivered by this installation") as caught:
        scene.deliver(REFERENCED, Mode.REFERENCE)

    assert caught.value.reason is Reason.NAME_TAKEN
    assert scene.counted == {Delivered.FOREIGN: 1}
    with pytest.raises(Cold):
        scene.deliver(REFERENCED, Mode.REFERENCE, at_hand=True)


def test_somebody_elses_object_does_for_a_cronworkflow() -> None:
    scene = Scene(Foreign())

    scene.deliver(CHECKED, Mode.FLATTEN)
    scene.deliver(CHECKED, Mode.FLATTEN, at_hand=True)

    assert scene.counted == {Delivered.FOREIGN: 1}


def test_a_failure_is_told_and_counted_and_nothing_is_remembered() -> None:
    scene = Scene(Broken())

    with pytest.raises(RetryLater, match="no answer"):
        scene.deliver(CHECKED, Mode.FLATTEN)

    assert scene.counted == {Delivered.FAILED: 1}
    with pytest.raises(Cold):
        scene.deliver(CHECKED, Mode.FLATTEN, at_hand=True)


def test_without_a_controller_nothing_is_waited_for() -> None:
    clock = Clock()
    delivery = TemplateDelivery(MemoryTemplates(clock), RUNNER, clock, Settling(settle_seconds=0))

    delivery.deliver(Order(TEAM, RUN, Mode.REFERENCE, 86_400.0), REFERENCED)


def test_another_version_changes_what_is_kept_in_memory() -> None:
    clock = Clock()
    templates = MemoryTemplates(clock)
    scene = Scene(templates, clock)
    for version in ("v1", "v2", "v2"):
        lookup = TemplatesInMemory(default_version=version).add(version, BUILD)
        scene.delay(flattened(lookup, CALLING_DEFAULT), Mode.FLATTEN)

    assert len(templates.listed()) == 1
    assert scene.counted == {Delivered.CREATED: 1, Delivered.UPDATED: 1}


def test_many_threads_deliver_one_object_once() -> None:
    scene = Scene()
    start = threading.Barrier(16)

    def deliver() -> None:
        start.wait()
        scene.delay(CHECKED, Mode.FLATTEN)

    threads = [threading.Thread(target=deliver) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert scene.counted == {Delivered.CREATED: 1}
