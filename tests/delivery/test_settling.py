"""When the controller may be taken to know what was delivered, in virtual time."""

from __future__ import annotations

import pytest

from argosy.agent.delivery import Placed, Placement
from argosy.agent.delivery.settling import KNOWN_SECONDS, OLD_SECONDS, SETTLE_SECONDS, Settling
from argosy.resolver.flattened import Mode
from tests.delivery.flattening import parcel

NOW = 1_000_000.0
FIRST = parcel()


@pytest.mark.parametrize(
    ("placement", "seconds"),
    [
        (Placement(Placed.CREATED, NOW), SETTLE_SECONDS),
        (Placement(Placed.CREATED, NOW - OLD_SECONDS), SETTLE_SECONDS),
        (Placement(Placed.PRESENT, NOW - 1), SETTLE_SECONDS),
        (Placement(Placed.PRESENT, NOW + 30), SETTLE_SECONDS),
        (Placement(Placed.PRESENT, NOW - OLD_SECONDS), 0.0),
        (Placement(Placed.FOREIGN, NOW - OLD_SECONDS), 0.0),
        (Placement(Placed.CHANGED, NOW - OLD_SECONDS), SETTLE_SECONDS),
    ],
)
def test_what_is_new_is_relied_on_after_a_while(placement: Placement, seconds: float) -> None:
    settling = Settling()

    settling.note(FIRST, placement, NOW)

    assert settling.seconds_left([FIRST], NOW) == seconds
    assert settling.seconds_left([FIRST], NOW + SETTLE_SECONDS) == 0.0


def test_the_slowest_decides() -> None:
    settling = Settling()
    second = parcel("v2", mode=Mode.REFERENCE)
    settling.note(FIRST, Placement(Placed.CREATED, NOW), NOW)
    settling.note(second, Placement(Placed.CREATED, NOW), NOW + 0.5)

    assert settling.seconds_left([FIRST, second], NOW + 1.0) == 0.5
    assert settling.seconds_left([], NOW) == 0.0


def test_being_seen_again_does_not_make_it_wait_longer() -> None:
    settling = Settling()
    settling.note(FIRST, Placement(Placed.CREATED, NOW), NOW)
    settling.note(FIRST, Placement(Placed.PRESENT, NOW), NOW + 0.9)

    assert settling.seconds_left([FIRST], NOW + SETTLE_SECONDS) == 0.0


@pytest.mark.parametrize("outcome", [Placed.CREATED, Placed.CHANGED])
def test_what_was_made_again_or_changed_waits_again(outcome: Placed) -> None:
    settling = Settling()
    settling.note(FIRST, Placement(Placed.CREATED, NOW), NOW)
    later = NOW + KNOWN_SECONDS
    settling.note(FIRST, Placement(outcome, later), later)

    assert settling.seconds_left([FIRST], later) == SETTLE_SECONDS


def test_it_is_believed_for_a_while_that_an_object_is_there() -> None:
    settling = Settling()
    assert settling.unknown([FIRST], NOW) == [FIRST]
    settling.note(FIRST, Placement(Placed.PRESENT, NOW), NOW)

    assert settling.unknown([FIRST], NOW + KNOWN_SECONDS - 1) == []
    assert settling.unknown([FIRST], NOW + KNOWN_SECONDS) == [FIRST]


def test_another_version_under_the_same_name_is_not_what_is_known() -> None:
    settling = Settling()
    settling.note(FIRST, Placement(Placed.CREATED, NOW), NOW)
    other = parcel("v2")

    assert other.key == FIRST.key
    assert settling.unknown([other], NOW) == [other]


def test_the_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("argosy.agent.delivery.settling._MAX_KNOWN", 3)
    settling = Settling()

    for number in range(10):
        settling.note(parcel(f"v{number}", mode=Mode.REFERENCE), Placement(Placed.CREATED, NOW), NOW)

    assert len(settling._known) <= 3
