"""What is delivered always follows git, in the namespaces it is for, as the policy lets it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, cast

import pytest

from argosy.agent.delivery import MemoryTemplates, Placed, Placement, Stamp
from argosy.agent.delivery.always import REPEAT_SECONDS, AlwaysDelivery
from argosy.agent.delivery.parcels import Parcel, ParcelKey, Sender, parcel_of_own_name
from argosy.agent.metrics import Delivered
from argosy.resolver import contract
from argosy.resolver.asked import Asked
from argosy.resolver.errors import Reason, RetryLater
from argosy.resolver.lookup import Wanted
from argosy.resolver.manifests import Namespace, ResourceName
from argosy.resolver.policy import Policy, Rule
from argosy.resolver.repositories import Deliver
from argosy.resolver.search import Question
from tests.delivery.flattening import RUNNER
from tests.resolver.template_repositories import Bench, Clock, TemplateRepository, manifest_text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from argosy.agent.events import Event
    from argosy.resolver.manifests import JsonObject, Manifest
    from argosy.resolver.resolver import Resolver

A, B = Namespace("team-a"), Namespace("team-b")
ALWAYS: dict[str, Any] = {"deliver": Deliver.ALWAYS, "default_version": "^1", "deliver_to": (A, B)}


class Cluster(MemoryTemplates):
    """Templates in memory, of which some may be given over to the sweeper, somebody else's or out of reach."""

    foreign: frozenset[str] = frozenset()
    trouble: RetryLater | None = None
    placed = 0

    def place(self, parcel: Parcel, stamp: Stamp) -> Placement:
        self.placed += 1
        if self.trouble:
            raise self.trouble
        if parcel.key.name in self.foreign:
            return Placement(Placed.FOREIGN, 0.0, "u-1")
        return MemoryTemplates.place(self, parcel, stamp)

    def release(self, key: ParcelKey, metadata: JsonObject) -> None:
        kept = self._kept[key]
        labels = {**kept.parcel.labels, contract.DELIVER: "OnUse"}
        manifest: Any = kept.parcel.manifest
        metadata = {**manifest["metadata"], "labels": {**manifest["metadata"]["labels"], **labels}}
        parcel = replace(kept.parcel, labels=labels, manifest=cast("Any", {**manifest, "metadata": metadata}))
        self._kept[key] = replace(kept, parcel=parcel)

    def always(self) -> Iterator[tuple[ParcelKey, JsonObject]]:
        for key, kept in self._kept.items():
            if kept.metadata["labels"][contract.DELIVER] == "Always":
                yield key, kept.metadata

    def stale(self, before: float) -> Iterator[ParcelKey]:
        raise AssertionError(before)

    def in_flight(self) -> Iterator[Manifest]:
        raise AssertionError

    def stands(self) -> list[tuple[str, str, str, str]]:
        """Namespace, name, version of the image, and mode of each."""
        found: list[tuple[str, str, str, str]] = []
        for one in cast("list[Any]", self.listed()):
            metadata, image = one["metadata"], one["spec"]["templates"][0]["container"]["image"]
            found.append((metadata.get("namespace", ""), metadata["name"], image, metadata["labels"][contract.DELIVER]))
        return found


@dataclass(slots=True)
class Scene:
    cluster: Cluster
    bench: Bench
    resolver: Resolver
    templates: TemplateRepository
    counted: Counter[Delivered] = field(default_factory=Counter[Delivered])
    told: list[Event] = field(default_factory=list)
    leads: bool = True
    delivery: AlwaysDelivery = field(init=False)

    def __post_init__(self) -> None:
        cluster, clock = self.cluster, self.bench.clock
        self.delivery = AlwaysDelivery(
            cluster, cluster, RUNNER, clock, self._count, self.told.append, lambda: self.leads
        )

    def tick(self, *, fetched: bool = True) -> float:
        self.bench.clock.now += 60.0
        if fetched:
            for repository in self.resolver.repositories.values():
                self.resolver.mirror(repository).refresh(not_before=self.bench.clock.now)
        return self.delivery.tick(self.resolver)

    def configure(self, **changes: Any) -> None:
        policy = changes.pop("policy", None)
        self.resolver = self.bench.resolver(self.templates.configured(**{**ALWAYS, **changes}), policy=policy)

    def _count(self, outcome: Delivered) -> None:
        self.counted[outcome] += 1


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    templates = TemplateRepository.create(tmp_path / "templates")
    templates.commit("v1.0.0", hello="image:1", other="image:1")
    clock = Clock()
    bench = Bench(tmp_path / "cache", clock)
    return Scene(Cluster(clock), bench, bench.resolver(templates.configured(**ALWAYS)), templates)


def rows(*images: tuple[str, str], namespaces: tuple[str, ...] = (A, B), mode: str = "Always") -> list[Any]:
    return [(namespace, name, image, mode) for namespace in namespaces for name, image in images]


def test_all_of_the_default_version_is_in_each_of_the_namespaces(scene: Scene) -> None:
    scene.tick()

    assert scene.cluster.stands() == rows(("hello", "image:1"), ("other", "image:1"))
    assert scene.counted == {Delivered.CREATED: 4}


def test_it_follows_git_and_writes_only_what_changed(scene: Scene) -> None:
    scene.tick()
    scene.templates.commit("v2.0.0", hello="image:9")
    scene.tick()
    assert scene.cluster.stands() == rows(("hello", "image:1"), ("other", "image:1"))
    scene.templates.commit("v1.1.0", hello="image:2", new="image:1")

    scene.tick()

    assert scene.cluster.stands() == rows(("hello", "image:2"), ("new", "image:1"), ("other", "image:1"))


def test_nothing_is_asked_while_git_stands_still_but_now_and_then(scene: Scene) -> None:
    scene.tick()
    before = scene.cluster.placed
    for key in list(scene.cluster._kept):
        del scene.cluster._kept[key]
    waited = 0.0
    while scene.cluster.placed == before:
        scene.tick()
        waited += 60.0

    assert waited == REPEAT_SECONDS
    assert len(scene.cluster.stands()) == 4


def test_what_is_gone_from_git_is_given_over_to_the_sweeper_with_the_stamp_it_has(scene: Scene) -> None:
    scene.tick()
    stamp = {key: kept.stamp for key, kept in scene.cluster._kept.items()}
    (scene.templates.folder / "other.yaml").unlink()
    scene.templates.commit("v1.1.0")

    scene.tick()

    given = [row for row in scene.cluster.stands() if row[3] == "OnUse"]
    assert given == rows(("other", "image:1"), mode="OnUse")
    assert all(scene.cluster._kept[key].stamp == stamp[key] for key in stamp if key.name == "other")


def test_a_file_that_cannot_be_read_takes_nothing_away(scene: Scene) -> None:
    scene.tick()
    (scene.templates.folder / "other.yaml").write_text(manifest_text("other", "image:1") + "  a: [", encoding="utf-8")
    scene.templates.commit("v1.1.0", hello="image:2")

    scene.tick()

    assert scene.cluster.stands() == rows(("hello", "image:2"), ("other", "image:1"))


@pytest.mark.parametrize(
    "change", [{"deliver": Deliver.ON_USE}, {"deliver": Deliver.NEVER}, {"deliver_to": ("team-c",)}, {"alias": "new"}]
)
def test_other_settings_hold_at_the_next_look(scene: Scene, change: dict[str, Any]) -> None:
    scene.tick()
    scene.configure(**change)

    scene.tick()

    modes = Counter((namespace, mode) for namespace, _, _, mode in scene.cluster.stands())
    if "deliver" in change:
        assert modes == {(A, "OnUse"): 2, (B, "OnUse"): 2}
    elif "alias" in change:
        assert modes == {(A, "Always"): 2, (B, "Always"): 2}
    else:
        assert modes == {(A, "OnUse"): 2, (B, "OnUse"): 2, ("team-c", "Always"): 2}


def test_a_namespace_gets_what_its_policy_lets_it_have(scene: Scene) -> None:
    rules = (Rule(namespaces=("team-a",), paths=("hello.yaml",)), Rule(namespaces=("team-b",)))
    scene.configure(policy=Policy(rules=rules))

    scene.tick()

    everywhere = rows(("hello", "image:1"), ("other", "image:1"), namespaces=(B,))
    assert scene.cluster.stands() == rows(("hello", "image:1"), namespaces=(A,)) + everywhere


def test_only_the_leader_writes_and_a_new_one_begins_with_a_look(scene: Scene) -> None:
    scene.leads = False
    scene.tick()
    assert scene.cluster.stands() == []
    scene.leads = True
    scene.tick(fetched=False)

    assert len(scene.cluster.stands()) == 4


def test_who_leads_no_longer_in_the_middle_writes_nothing_more(scene: Scene) -> None:
    left = iter([True, True, True, False, False, False])
    scene.delivery.may_act = lambda: next(left)

    scene.tick()

    assert len(scene.cluster.stands()) == 2


def test_somebody_elses_object_is_told_of_and_the_rest_is_delivered(scene: Scene) -> None:
    scene.cluster.foreign = frozenset({"hello"})

    scene.tick()

    assert scene.cluster.stands() == rows(("other", "image:1"))
    assert [(event.namespace, event.name, event.reason) for event in scene.told] == [
        (A, "hello", "NameTaken"),
        (B, "hello", "NameTaken"),
    ]
    assert scene.counted == {Delivered.CREATED: 2, Delivered.FOREIGN: 2}


def test_trouble_is_waited_out_and_then_all_is_done(scene: Scene) -> None:
    scene.cluster.trouble = RetryLater(Reason.CLUSTER_UNAVAILABLE, "busy", delay=30.0)
    assert scene.tick() == 30.0
    scene.cluster.trouble = None

    scene.tick(fetched=False)

    assert len(scene.cluster.stands()) == 4


def test_a_clone_that_is_not_there_yet_is_waited_for(scene: Scene) -> None:
    scene.tick(fetched=False)

    assert scene.cluster.stands() == []
    scene.tick()
    assert len(scene.cluster.stands()) == 4


def test_with_a_tag_for_each_template_each_has_its_own_version(scene: Scene) -> None:
    scene.templates.git("tag", "hello/v1.0.0")
    scene.templates.commit("other/v1.3.0", hello="image:8", other="image:3")
    scene.templates.commit(hello="image:9", other="image:9", unreleased="image:9")
    scene.configure(tag_format="{template}/v{version}")

    scene.tick()

    assert scene.cluster.stands() == rows(("hello", "image:1"), ("other", "image:3"))


def test_an_object_of_the_cluster_follows_as_well_and_stands_once(scene: Scene) -> None:
    path = scene.templates.folder / "cluster.yaml"
    for version, image in (("v1.0.1", "image:1"), ("v1.0.2", "image:2")):
        text = manifest_text("shared", image).replace("WorkflowTemplate", "ClusterWorkflowTemplate")
        path.write_text(text, encoding="utf-8")
        scene.templates.commit(version)
        scene.tick()

    assert scene.cluster.stands()[0] == ("", "shared", "image:2", "Always")
    assert [row[0] for row in scene.cluster.stands()].count("") == 1


def test_of_two_repositories_with_one_name_the_first_has_it(scene: Scene, tmp_path: Path) -> None:
    second = TemplateRepository.create(tmp_path / "second")
    second.commit("v1.0.0", hello="image:7", mine="image:7")
    both = scene.templates.configured(**ALWAYS), second.configured("second", **ALWAYS)
    scene.resolver = scene.bench.resolver(*both)

    scene.tick()

    assert scene.cluster.stands() == rows(("hello", "image:1"), ("mine", "image:7"), ("other", "image:1"))


def test_what_a_workflow_delivered_before_is_taken_over(scene: Scene) -> None:
    for one in scene.resolver.repositories.values():
        scene.resolver.mirror(one).refresh(not_before=scene.bench.clock.now)
    asked = Asked(version="v1.0.0", repository="main")
    found = scene.resolver.search(Question(A))(Wanted("WorkflowTemplate", ResourceName("hello"), "", asked))
    assert found
    scene.cluster.place(parcel_of_own_name(found, Sender(A, RUNNER, "1")), Stamp(scene.bench.clock.now, 60.0))

    scene.tick()

    assert scene.cluster.stands() == rows(("hello", "image:1"), ("other", "image:1"))
    assert scene.counted == {Delivered.CREATED: 3, Delivered.UPDATED: 1}
