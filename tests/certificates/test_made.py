"""Replicas that make certificates and agree on them, in virtual time."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import pytest
import trustme

from argosy.agent.certificates import Made, Rotation, ServingCertificate
from argosy.agent.certificates.bundle import Bundle, Pair
from argosy.agent.certificates.made import SETTLING_SECONDS
from argosy.agent.certificates.reading import certificates_in, is_issued_by
from argosy.agent.certificates.rotation import LOOK_SECONDS, RETRY_SECONDS
from argosy.resolver.errors import Misconfigured, Reason, RetryLater
from tests.certificates.parts import DAY, NAMES, NOW, MemoryStore, MemoryTrust, bundle_at, key_lines, serial_of

if TYPE_CHECKING:
    from collections.abc import Callable

FORBIDDEN = Misconfigured(Reason.CLUSTER_FORBIDDEN, "the API server refuses to patch")


@dataclass(slots=True)
class Replica:
    """One agent of several."""

    store: MemoryStore
    trust: MemoryTrust
    serving: ServingCertificate = field(default_factory=ServingCertificate)
    rotation: Rotation = field(init=False)

    def __post_init__(self) -> None:
        self.rotation = Rotation(Made(self.store, NAMES, self.serving, self.trust))

    def tick(self, now: float) -> float:
        return self.rotation.tick(now)

    def serial(self) -> int:
        assert self.serving.served is not None
        return self.serving.served.serial

    def is_trusted(self) -> bool:
        """Whether the API server would take what is served."""
        assert self.serving.served is not None
        leaf = certificates_in(self.serving.served.pem)[0]
        return any(is_issued_by(leaf, one) for one in certificates_in(self.trust.published[-1]))


def _replicas() -> tuple[Replica, Replica]:
    store, trust = MemoryStore(), MemoryTrust()
    return Replica(store, trust), Replica(store, trust)


def test_the_first_look_makes_publishes_and_serves() -> None:
    replica, _ = _replicas()

    assert replica.tick(NOW) == LOOK_SECONDS
    assert replica.serial() == serial_of(replica.store.bundle().serving.certificate)
    assert replica.trust.published == [replica.store.bundle().authorities]
    assert replica.rotation.problem is None


def test_a_look_at_what_is_good_changes_nothing() -> None:
    replica, _ = _replicas()
    replica.tick(NOW)

    assert replica.tick(NOW + DAY) == LOOK_SECONDS
    assert (replica.store.writes, len(replica.trust.published)) == (1, 1)


def test_the_loser_of_a_race_serves_what_the_winner_wrote() -> None:
    winner, loser = _replicas()
    loser.store.before_write = lambda: _tick(winner)

    loser.tick(NOW)

    assert loser.serial() == winner.serial()
    assert loser.store.writes == 1
    assert len(loser.trust.published) == 1


def _tick(replica: Replica) -> None:
    replica.tick(NOW)


def test_a_store_that_somebody_changes_all_the_time_is_given_up_for_now() -> None:
    replica, _ = _replicas()

    def change() -> None:
        replica.store.put(Bundle(authorities=str(replica.store.writes).encode()))
        replica.store.before_write = change

    replica.store.before_write = change

    assert replica.tick(NOW) == RETRY_SECONDS
    assert replica.rotation.problem is not None
    assert replica.rotation.problem.reason is Reason.CLUSTER_UNAVAILABLE
    assert replica.serving.served is None


def test_the_next_look_comes_when_something_is_due() -> None:
    replica, _ = _replicas()
    replica.tick(NOW)

    assert replica.tick(NOW + 20 * DAY - 90) == 90.0


def test_replicas_serve_a_renewed_certificate_of_the_same_authority_at_once() -> None:
    first, second = _replicas()
    first.tick(NOW)
    second.tick(NOW)

    before = first.serial()
    first.tick(NOW + 20 * DAY)
    second.tick(NOW + 20 * DAY)

    assert first.serial() == second.serial() != before
    assert len(first.trust.published) == 1


def test_no_replica_is_distrusted_while_the_authority_changes() -> None:
    first, second = _replicas()
    for now in (NOW + day * DAY for day in range(0, 305, 10)):
        first.tick(now)
        second.tick(now)
    change = NOW + 305 * DAY
    before = first.serial()

    assert first.tick(change) == SETTLING_SECONDS
    assert (first.serial(), second.serial()) == (before, before)
    assert first.is_trusted()
    assert second.is_trusted()

    assert first.tick(change + SETTLING_SECONDS) == LOOK_SECONDS
    assert first.serial() != before
    assert first.is_trusted()
    assert second.is_trusted()

    assert second.tick(change + 600) == SETTLING_SECONDS
    second.tick(change + 600 + SETTLING_SECONDS)
    assert second.serial() == first.serial()


def test_a_clock_that_is_set_back_does_not_keep_the_new_certificate_away() -> None:
    replica, _ = _replicas()
    replica.tick(NOW)
    replica.store.put(replace(replica.store.bundle(), authority_key=b""))
    replica.tick(NOW + 60)
    before = replica.serial()

    replica.tick(NOW + 30)

    assert replica.serial() != before


@pytest.mark.parametrize("left", [None, Bundle(), Bundle(authorities=b"?", serving=Pair(b"?", b"?"))])
def test_what_other_replicas_serve_stays_trusted_when_somebody_empties_the_store(left: Bundle | None) -> None:
    first, second = _replicas()
    first.tick(NOW)
    second.tick(NOW)

    first.store.stored = None
    if left is not None:
        first.store.put(left)
    first.tick(NOW + 600)

    assert len(certificates_in(first.trust.published[-1])) == 2
    assert second.is_trusted()


@pytest.mark.parametrize("left", [None, Bundle(), Bundle(authorities=b"?", serving=Pair(b"?", b"?"))])
def test_what_other_replicas_serve_stays_trusted_when_a_new_one_finds_the_store_empty(left: Bundle | None) -> None:
    first, second = _replicas()
    first.tick(NOW)

    first.store.stored = None
    if left is not None:
        first.store.put(left)
    second.tick(NOW + 600)

    assert (first.is_trusted(), second.is_trusted()) == (True, True)
    first.tick(NOW + 1200)
    first.tick(NOW + 1200 + SETTLING_SECONDS)
    assert first.serial() == second.serial()


def test_an_authority_of_somebody_else_is_not_trusted_any_longer() -> None:
    replica, _ = _replicas()
    replica.trust.published.append(trustme.CA().cert_pem.bytes())

    replica.tick(NOW)

    assert len(certificates_in(replica.trust.published[-1])) == 1
    assert replica.is_trusted()


def test_what_nobody_trusts_any_more_is_not_served_any_longer() -> None:
    first, second = _replicas()
    first.tick(NOW)
    first.store.put(bundle_at())
    second.tick(NOW + 60)

    first.tick(NOW + 60)

    assert first.serial() == second.serial()


def test_nothing_is_served_before_it_is_trusted() -> None:
    replica, _ = _replicas()
    replica.trust.failure = FORBIDDEN

    assert replica.tick(NOW) == RETRY_SECONDS
    assert replica.rotation.problem is FORBIDDEN
    assert replica.serving.served is None

    replica.trust.failure = None
    assert replica.tick(NOW + RETRY_SECONDS) == LOOK_SECONDS
    assert replica.rotation.problem is None
    assert replica.serving.is_valid(NOW)


def test_a_renewed_certificate_of_a_trusted_authority_is_served_though_trust_cannot_be_told() -> None:
    replica, _ = _replicas()
    replica.tick(NOW)
    before = replica.serial()
    replica.trust.failure = FORBIDDEN

    assert replica.tick(NOW + 20 * DAY) == RETRY_SECONDS
    assert replica.rotation.problem is FORBIDDEN
    assert replica.serial() != before


def test_a_new_authority_is_not_served_while_trust_cannot_be_told() -> None:
    replica, _ = _replicas()
    replica.tick(NOW)
    before = replica.serial()
    replica.trust.failure = FORBIDDEN
    replica.store.put(replace(replica.store.bundle(), authority_key=b""))

    replica.tick(NOW + 600)
    replica.tick(NOW + 1200)

    assert replica.serial() == before


def test_what_is_served_outlives_a_store_that_does_not_answer(caplog: pytest.LogCaptureFixture) -> None:
    replica, _ = _replicas()
    replica.tick(NOW)
    failing = RetryLater(Reason.CLUSTER_UNAVAILABLE, "the API server cannot be asked")
    replica.rotation.source = Made(_failing(failing), NAMES, replica.serving, replica.trust)

    assert replica.tick(NOW + 600) == RETRY_SECONDS
    assert replica.serving.is_valid(NOW + 600)
    assert replica.rotation.problem is failing
    assert "the API server cannot be asked" in caplog.text


def _failing(error: RetryLater) -> MemoryStore:
    class Failing(MemoryStore):
        def read(self) -> None:
            raise error

    return Failing()


def test_with_nobody_to_tell_a_new_authority_is_served_at_once() -> None:
    store, serving = MemoryStore(), ServingCertificate()
    rotation = Rotation(Made(store, NAMES, serving))
    rotation.tick(NOW)
    store.put(replace(store.bundle(), authority_key=b""))

    rotation.tick(NOW + 600)

    assert serving.served is not None
    assert serving.served.serial == serial_of(store.bundle().serving.certificate)


@pytest.mark.parametrize("shown", [repr, lambda replica: repr(replica.rotation), lambda replica: repr(replica.serving)])
def test_no_key_is_shown_or_logged(shown: Callable[[Replica], str], caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    replica, _ = _replicas()
    replica.tick(NOW)
    bundle = replica.store.bundle()

    text = shown(replica) + caplog.text

    assert [line for line in key_lines(bundle.authority_key, bundle.serving.key) if line in text] == []
