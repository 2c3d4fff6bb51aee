"""What waits to be delivered: each object once, as often as may be, and never more than there is room for."""

from __future__ import annotations

import pytest

from argosy.agent.delivery import Used, used_by
from argosy.agent.delivery.using import GIVEN_UP_SECONDS, STAMP_SECONDS, UseQueue
from argosy.resolver.flattened import Mode
from argosy.resolver.manifests import Namespace
from tests.delivery.flattening import BUILD, NOW, RUN, TEAM, calling, flattened
from tests.flatten.memory import TemplatesInMemory
from tests.flatten.running import cluster_template, template


def used(*names: str, version: str = "v1", namespace: Namespace = TEAM) -> Used:
    manifests = [template(name, "templates: [{name: build, suspend: {}}]") for name in names]
    lookup = TemplatesInMemory().add(version, *manifests)
    calls = [f"{{name: {name}, template: build}}" for name in names]
    return used_by(flattened(lookup, calling(*calls, version=version)), namespace, RUN, Mode.FLATTEN)


def drained(queue: UseQueue, now: float) -> list[str]:
    """The names of all that is due, each done at once."""
    names: list[str] = []
    while due := queue.next_due(now):
        names.append(due[0].name)
        queue.done(*due, now)
    return names


def test_each_object_is_due_once_however_often_it_is_used() -> None:
    queue = UseQueue()
    for _ in range(1000):
        assert queue.offer(used("a", "b"), NOW) == 0

    assert drained(queue, NOW) == ["a", "b"]
    assert len(queue) == 0


def test_a_thousand_runs_in_a_minute_are_two_turns() -> None:
    queue = UseQueue()
    turns: list[float] = []
    one = used("a")
    for tenth in range(1200):
        now = NOW + tenth / 10
        if tenth < 600:
            queue.offer(one, now)
        turns += [now - NOW for _ in drained(queue, now)]

    assert turns == [0.0, STAMP_SECONDS]


def test_the_last_version_that_was_used_is_the_one_that_is_due() -> None:
    queue = UseQueue()
    queue.offer(used("a"), NOW)
    queue.offer(used("a", version="v2"), NOW)

    due = queue.next_due(NOW)

    assert due is not None
    assert due[1].found is not None
    assert due[1].found.version == "v2"


def test_what_is_used_while_it_is_written_gets_another_turn() -> None:
    queue = UseQueue()
    queue.offer(used("a"), NOW)
    due = queue.next_due(NOW)
    assert due
    queue.offer(used("a", version="v2"), NOW + 1)
    queue.done(*due, NOW + 1)

    assert queue.next_due(NOW + STAMP_SECONDS) is None
    assert drained(queue, NOW + 1 + STAMP_SECONDS) == ["a"]


def test_one_that_cannot_be_written_does_not_keep_the_others_waiting() -> None:
    queue = UseQueue()
    queue.offer(used("a", "b"), NOW)
    due = queue.next_due(NOW)
    assert due
    assert queue.later(due[0], 5.0, NOW)

    assert drained(queue, NOW) == ["b"]
    assert drained(queue, NOW + 5) == ["a"]


def test_what_cannot_be_written_for_an_hour_is_given_up() -> None:
    queue = UseQueue()
    queue.offer(used("a"), NOW)
    ((key, _),) = [queue.next_due(NOW)]  # type: ignore[misc]  # it is there

    assert queue.later(key, 5.0, NOW + GIVEN_UP_SECONDS - 1)
    assert not queue.later(key, 5.0, NOW + GIVEN_UP_SECONDS)
    assert len(queue) == 0
    assert queue.next_due(NOW + 2 * GIVEN_UP_SECONDS) is None


@pytest.mark.parametrize(("capacity", "namespace_capacity", "lost"), [(3, 9, 2), (9, 3, 2), (9, 9, 0)])
def test_the_newest_is_lost_where_there_is_no_room(capacity: int, namespace_capacity: int, lost: int) -> None:
    queue = UseQueue(capacity, namespace_capacity)

    assert queue.offer(used("a", "b", "c", "d", "e"), NOW) == lost
    assert queue.offer(used("a", "b"), NOW) == 0
    assert drained(queue, NOW) == ["a", "b", "c", "d", "e"][: 5 - lost]
    assert queue.offer(used("e"), NOW + STAMP_SECONDS) == 0


def test_one_namespace_does_not_take_the_room_of_another() -> None:
    queue = UseQueue(9, 2)
    other = Namespace("team-b")

    assert queue.offer(used("a", "b", "c"), NOW) == 1
    assert queue.offer(used("a", "b", namespace=other), NOW) == 0


def test_an_object_of_the_cluster_is_one_for_all_namespaces() -> None:
    queue = UseQueue()
    lookup = TemplatesInMemory().add("v1", cluster_template("ci", "templates: [{name: build, suspend: {}}]"))
    result = flattened(lookup, calling("{name: ci, template: build, clusterScope: true}"))
    for namespace in ("team-a", "team-b"):
        queue.offer(used_by(result, Namespace(namespace), RUN, Mode.FLATTEN), NOW)

    assert drained(queue, NOW) == ["ci"]


def test_in_reference_mode_the_versioned_objects_are_stamped_as_well() -> None:
    queue = UseQueue()
    result = flattened(TemplatesInMemory().add("v1", BUILD), mode=Mode.REFERENCE)
    (versioned,) = result.deliveries
    queue.offer(used_by(result, TEAM, RUN, Mode.REFERENCE), NOW)

    assert drained(queue, NOW) == ["ci", versioned.get("metadata", {}).get("name")]


def test_memory_is_bounded_over_a_long_time() -> None:
    queue = UseQueue(capacity=10)
    for number in range(200):
        queue.offer(used(f"t{number}"), NOW + number)
        drained(queue, NOW + number)

    assert (len(queue._done_at), len(queue._turns), queue._sizes) == (10, 0, {})
