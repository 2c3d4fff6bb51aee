"""A Workflow that goes on keeps its templates: they are stamped, each once, and no others."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

import orjson
import pytest

from argosy.agent.delivery import Placed, Placement, Stamp, Templates
from argosy.agent.delivery.in_flight import PERIOD_SECONDS, InFlight
from argosy.agent.delivery.parcels import Parcel, ParcelKey
from argosy.agent.metrics import Delivered
from argosy.resolver import contract
from argosy.resolver.errors import Misconfigured, Reason, RetryLater
from argosy.resolver.manifests import Namespace, ResourceName
from tests.delivery.flattening import NOW, RUNNER, TEAM

if TYPE_CHECKING:
    from collections.abc import Iterator

    from argosy.resolver.errors import ArgosyError
    from argosy.resolver.manifests import JsonObject, Manifest, ResourceKind

DAY = 86_400.0


def key(name: str, namespace: str = TEAM, kind: ResourceKind = "WorkflowTemplate") -> ParcelKey:
    return ParcelKey(kind, Namespace(namespace), ResourceName(name))


def running(*names: str, namespace: str = TEAM, kind: str = "WorkflowTemplate", lock: str = "") -> Manifest:
    text = lock or orjson.dumps({"templates": [{"kind": kind, "name": name} for name in names]}).decode()
    return cast("Manifest", {"metadata": {"namespace": namespace, "annotations": {contract.RESOLVED: text}}})


@dataclass(slots=True)
class Scene(Templates):
    """A cluster whose objects have stamps, and the Workflows in it."""

    stamps: dict[ParcelKey, float]
    workflows: list[Manifest]
    stamped: list[str] = field(default_factory=list)
    counted: Counter[Delivered] = field(default_factory=Counter[Delivered])
    leads: bool = True
    trouble: ArgosyError | None = None

    def place(self, parcel: Parcel, stamp: Stamp) -> Placement:
        raise AssertionError(parcel, stamp)

    def stamp(self, key: ParcelKey, runner: str, stamp: Stamp) -> Placement:
        assert runner == RUNNER
        self.stamped.append(key.name)
        self.stamps[key] = stamp.at
        return Placement(Placed.STAMPED, 0.0)

    def always(self) -> Iterator[tuple[ParcelKey, JsonObject]]:
        raise AssertionError

    def stale(self, before: float) -> Iterator[ParcelKey]:
        return iter([key for key, at in self.stamps.items() if at < before])

    def in_flight(self) -> Iterator[Manifest]:
        if self.trouble:
            raise self.trouble
        return iter(self.workflows)

    def tick(self, ttl_seconds: float = DAY, now: float = NOW) -> float:
        def count(outcome: Delivered) -> None:
            self.counted[outcome] += 1

        return InFlight(self, self, RUNNER, lambda: now, count, lambda: self.leads).tick(ttl_seconds)


def test_what_running_workflows_take_is_stamped_once_and_nothing_else() -> None:
    scene = Scene({key(name): NOW - 3600 for name in ("a", "b", "c")}, [running("a", "b")] * 1000)

    assert scene.tick() == PERIOD_SECONDS
    assert (scene.stamped, scene.counted) == (["a", "b"], {Delivered.STAMPED: 2})


def test_what_was_stamped_a_moment_ago_is_left_alone() -> None:
    scene = Scene({key("a"): NOW - 200}, [running("a")])

    scene.tick()
    assert scene.stamped == []
    scene.tick(now=NOW + 100)
    assert scene.stamped == ["a"]


def test_a_workflow_keeps_what_is_in_its_own_namespace_and_what_is_of_the_cluster() -> None:
    shared = key("shared", "", "ClusterWorkflowTemplate")
    scene = Scene(
        {key("a"): 0.0, key("a", "team-b"): 0.0, shared: 0.0},
        [running("a", namespace="team-b"), running("shared", namespace="team-b", kind="ClusterWorkflowTemplate")],
    )

    scene.tick()

    assert list(scene.stamps.values()) == [0.0, NOW, NOW]


@pytest.mark.parametrize("lock", ["{", "[]", '{"templates": 1}', '{"templates": [1, {"kind": "Secret", "name": "a"}]}'])
def test_a_lock_that_is_none_stamps_nothing(lock: str) -> None:
    scene = Scene({key("a"): 0.0}, [running(lock=lock)])

    scene.tick()

    assert scene.stamped == []


@pytest.mark.parametrize("ttl_seconds", [DAY, 1200.0, 60.0])
def test_a_template_of_a_running_workflow_is_never_as_old_as_the_ttl(ttl_seconds: float) -> None:
    scene = Scene({key("a"): NOW}, [running("a")])
    now = NOW
    oldest = 0.0
    for _ in range(50):
        oldest = max(oldest, now - scene.stamps[key("a")])
        now += scene.tick(ttl_seconds, now) * 1.1

    assert oldest < ttl_seconds


def test_only_the_leader_looks() -> None:
    scene = Scene({key("a"): 0.0}, [running("a")], leads=False)

    assert scene.tick() < PERIOD_SECONDS
    assert scene.stamped == []


@pytest.mark.parametrize(
    "error", [RetryLater(Reason.CLUSTER_UNAVAILABLE, "busy"), Misconfigured(Reason.CLUSTER_FORBIDDEN, "no")]
)
def test_trouble_is_left_to_the_next_look(error: ArgosyError) -> None:
    scene = Scene({key("a"): 0.0}, [running("a")], trouble=error)

    assert scene.tick() == PERIOD_SECONDS
    scene.trouble = None
    scene.tick()
    assert scene.stamped == ["a"]


def test_without_running_workflows_no_templates_are_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    scene: Any = Scene({}, [])
    monkeypatch.setattr(Scene, "stale", lambda *_: pytest.fail("listed"))

    scene.tick()
