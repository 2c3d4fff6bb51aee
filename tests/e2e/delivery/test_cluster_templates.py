"""WorkflowTemplates at a real API server, delivered with no more rights than the chart gives."""

from __future__ import annotations

import json
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

import pytest

from argosy.agent.delivery import Parcel, Placed, Placement, Sender, Stamp, parcels_of
from argosy.agent.delivery.cluster_templates import ClusterTemplates
from argosy.resolver.errors import Denied, Misconfigured, Reason, RetryLater
from argosy.resolver.flatten import flatten
from argosy.resolver.flattened import Mode
from argosy.resolver.manifests import Namespace, ResourceName
from tests.delivery.flattening import CALLING, RUN, RUNNER
from tests.e2e.delivery.accounts import DELIVERS, READS, client_of
from tests.flatten.memory import TemplatesInMemory
from tests.flatten.running import cluster_template, template

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from argosy.resolver.manifests import JsonObject, JsonValue, Manifest
    from tests.controlplane.cluster import ControlPlane

BUILD = "templates: [{name: build, suspend: {duration: 1s}}]"
OTHER = "entrypoint: build\ntemplates: [{name: build, suspend: {}}]"
LATELY = Stamp(time.time(), 3600.0)
ASKING_NOTHING = cast("Manifest", {**CALLING, "metadata": {"generateName": "a-"}})


@dataclass(frozen=True, slots=True)
class Place:
    """A namespace, and templates that are delivered to it."""

    plane: ControlPlane
    namespace: str
    templates: ClusterTemplates

    def parcel(self, spec: str = BUILD, *, mode: Mode = Mode.FLATTEN, version: str = "v1") -> Parcel:
        lookup = TemplatesInMemory(default_version=version).add(version, template("ci", spec))
        namespace = Namespace(self.namespace)
        flattened = flatten(ASKING_NOTHING, lookup, mode=mode, namespace=namespace)
        (one,) = parcels_of(flattened, Sender(namespace, RUNNER, RUN), mode=mode)
        return one

    def stored(self, name: str = "ci") -> JsonValue:
        where = (f"workflowtemplate/{name}", f"--namespace={self.namespace}")
        return json.loads(self.plane.must("get", *where, "--output=json", "--show-managed-fields"))

    def apply(self, metadata: JsonObject, spec: str = OTHER) -> JsonValue:
        """What somebody else has made."""
        manifest = cast("JsonObject", template("ci", spec))
        self.plane.apply({**manifest, "metadata": {"name": "ci", "namespace": self.namespace, **metadata}})
        return self.stored()


@pytest.fixture
def place(control_plane: ControlPlane) -> Generator[Place]:
    namespace = control_plane.namespace("delivery")
    with client_of(control_plane, namespace, DELIVERS) as api:
        yield Place(control_plane, namespace, ClusterTemplates(api))


def test_what_is_delivered_stands_as_it_should_and_is_found_again(place: Place) -> None:
    began = time.time()
    parcel = place.parcel()

    first = place.templates.place(parcel, LATELY)
    again = place.templates.place(parcel, LATELY)

    stored, wanted = place.stored(), cast("JsonObject", parcel.manifest)
    assert (first.outcome, again) == (Placed.CREATED, Placement(Placed.PRESENT, first.created_at))
    assert began - 2 < first.created_at < time.time() + 2
    assert stored["spec"] == wanted["spec"]
    assert stored["metadata"]["labels"] == {**parcel.labels, **LATELY.labels}
    assert stored["metadata"]["annotations"] == parcel.annotations
    assert [one["manager"] for one in stored["metadata"]["managedFields"]] == ["argosy"]


def test_another_version_replaces_the_spec_whole_and_leaves_what_others_wrote_beside_it(place: Place) -> None:
    place.templates.place(place.parcel(OTHER), LATELY)
    before = place.stored()
    where = f"--namespace={place.namespace}"
    place.plane.must("annotate", "workflowtemplate/ci", "pinned=yes", where)
    place.plane.must("patch", "workflowtemplate/ci", "--type=merge", '--patch={"spec": {"onExit": "build"}}', where)

    placement = place.templates.place(place.parcel(version="v2"), LATELY)

    stored = place.stored()
    assert placement.outcome is Placed.CHANGED
    assert stored["metadata"]["uid"] == before["metadata"]["uid"]
    assert stored["spec"] == cast("JsonObject", place.parcel().manifest)["spec"]
    assert stored["metadata"]["annotations"]["pinned"] == "yes"
    assert stored["metadata"]["annotations"]["workflows.pipekit.io/version"] == "v2"


def test_a_use_is_stamped_and_what_was_announced_is_taken_back(place: Place) -> None:
    first = Stamp(LATELY.at - 90_000, 60.0)
    place.templates.place(place.parcel(), first)
    assert place.stored()["metadata"]["labels"]["workflows.pipekit.io/last_used_timestamp"] == str(int(first.at))
    announced = "workflows.pipekit.io/delete_at=2026-12-02T10:00:00Z"
    place.plane.must("annotate", "workflowtemplate/ci", announced, "mine=yes", f"--namespace={place.namespace}")
    parcel = place.parcel()

    outcomes = [
        place.templates.stamp(parcel.key, RUNNER, Stamp(LATELY.at, 100_000.0)).outcome,
        place.templates.stamp(parcel.key, RUNNER, LATELY).outcome,
        place.templates.stamp(parcel.key, RUNNER, LATELY).outcome,
        place.templates.stamp(parcel.key._replace(name=ResourceName("other")), RUNNER, LATELY).outcome,
    ]

    metadata = place.stored()["metadata"]
    assert outcomes == [Placed.PRESENT, Placed.STAMPED, Placed.PRESENT, Placed.ABSENT]
    assert metadata["labels"] == {**parcel.labels, **LATELY.labels}
    assert metadata["annotations"] == {**parcel.annotations, "mine": "yes"}


def test_the_api_server_finds_the_stale_ones_by_their_stamp(place: Place) -> None:
    place.templates.place(place.parcel(), Stamp(LATELY.at - 90_000, 60.0))
    key = "workflows.pipekit.io/last_used_timestamp"

    found = [
        place.plane.must("get", "wftmpl", f"--namespace={place.namespace}", "--output=name", f"--selector={selector}")
        for selector in (f"{key}<{int(LATELY.at) - 86_400}", f"{key}<{int(LATELY.at) - 90_001}")
    ]

    assert found == ["workflowtemplate.argoproj.io/ci\n", ""]


def test_a_versioned_object_is_not_changed_by_a_second_delivery(place: Place) -> None:
    parcel = place.parcel(mode=Mode.REFERENCE)
    place.templates.place(parcel, LATELY)
    before = place.stored(parcel.key.name)

    assert place.templates.place(place.parcel(mode=Mode.REFERENCE, version="v2"), LATELY).outcome is Placed.PRESENT
    assert place.stored(parcel.key.name) == before


@pytest.mark.parametrize("labels", [{}, {"workflows.pipekit.io/runner": "argosy-agent-0002"}])
def test_somebody_elses_object_stays_as_it_is(place: Place, labels: dict[str, str]) -> None:
    before = place.apply({"labels": labels})

    assert place.templates.place(place.parcel(), LATELY).outcome is Placed.FOREIGN
    assert place.stored() == before


@dataclass(frozen=True, slots=True)
class Meanwhile(ClusterTemplates):
    """Somebody else acts between the first look and what is done about it."""

    act: Callable[[], None]

    def _metadata(self, key: Any) -> Any:
        metadata = ClusterTemplates._metadata(self, key)
        self.act()
        return metadata


def test_an_object_that_somebody_makes_at_the_same_moment_is_not_written_to(place: Place) -> None:
    made: list[JsonValue] = []

    def make() -> None:
        if not made:
            made.append(place.apply({}))

    templates = Meanwhile(place.templates.api, make)

    assert templates.place(place.parcel(), LATELY).outcome is Placed.FOREIGN
    assert place.stored() == made[0]


def test_an_object_that_somebody_takes_over_at_the_same_moment_is_not_written_to(place: Place) -> None:
    place.templates.place(place.parcel(), LATELY)
    taken: list[JsonValue] = []

    def take_over() -> None:
        if not taken:
            label = ("label", "--overwrite", "workflowtemplate/ci", "workflows.pipekit.io/runner=theirs")
            place.plane.must(*label, f"--namespace={place.namespace}")
            taken.append(place.stored())

    templates = Meanwhile(place.templates.api, take_over)

    assert templates.place(place.parcel(version="v2"), LATELY).outcome is Placed.FOREIGN
    assert place.stored() == taken[0]


def test_many_replicas_deliver_one_object_and_one_of_them_creates_it(place: Place) -> None:
    parcel = place.parcel()
    with ThreadPoolExecutor(8) as replicas:
        placements = list(replicas.map(lambda _: place.templates.place(parcel, LATELY), range(8)))

    assert sorted(one.outcome for one in placements) == [Placed.CREATED, *[Placed.PRESENT] * 7]


def test_many_replicas_change_one_object_and_nothing_is_mixed(place: Place) -> None:
    place.templates.place(place.parcel(OTHER, version="v0"), LATELY)
    parcels = [
        place.parcel(f"templates: [{{name: build, suspend: {{duration: {number}s}}}}]", version=f"v{number}")
        for number in range(1, 4)
    ]
    with ThreadPoolExecutor(3) as replicas:
        list(replicas.map(lambda one: place.templates.place(one, LATELY), parcels))

    stored = place.stored()
    number = stored["metadata"]["annotations"]["workflows.pipekit.io/version"].removeprefix("v")
    assert stored["spec"]["templates"] == [{"name": "build", "suspend": {"duration": f"{number}s"}}]


def test_what_the_schema_refuses_is_denied_and_nothing_is_left_behind(place: Place) -> None:
    parcel = place.parcel("templates: [{name: build, suspend: {duration: {}}}]")

    with pytest.raises(Denied, match=r"does not take WorkflowTemplate 'ci': .*spec.templates") as caught:
        place.templates.place(parcel, LATELY)

    assert caught.value.reason is Reason.INVALID_MANIFEST
    assert "not found" in place.plane.kubectl("get", "workflowtemplate/ci", f"--namespace={place.namespace}").stderr


def test_a_missing_right_is_named(control_plane: ControlPlane) -> None:
    namespace = control_plane.namespace("delivery")
    with client_of(control_plane, namespace, READS) as api:
        place = Place(control_plane, namespace, ClusterTemplates(api))
        parcel = place.parcel()
        with pytest.raises(Misconfigured) as caught:
            place.templates.place(parcel, LATELY)

    assert f"create workflowtemplates.argoproj.io in namespace '{namespace}'" in str(caught.value)


def test_a_namespace_that_is_not_there_is_told(place: Place) -> None:
    elsewhere = Place(place.plane, f"{place.namespace}-gone", place.templates)

    with pytest.raises(RetryLater, match=r"cannot be created: namespaces .* not found"):
        elsewhere.templates.place(elsewhere.parcel(), LATELY)


def test_an_object_of_the_cluster_is_created_once_and_no_namespace_changes_it(place: Place) -> None:
    name = f"ci-{place.namespace}"
    step = {"name": "s", "templateRef": {"name": name, "template": "build", "clusterScope": True}}
    spec = {"entrypoint": "main", "templates": [{"name": "main", "steps": [[step]]}]}
    outcomes: list[Placed] = []
    for version, body in (("v1", BUILD), ("v2", OTHER)):
        lookup = TemplatesInMemory(default_version=version).add(version, cluster_template(name, body))
        flattened = flatten(cast("Manifest", {**ASKING_NOTHING, "spec": spec}), lookup)
        parcels = parcels_of(flattened, Sender(Namespace(place.namespace), RUNNER), mode=Mode.FLATTEN)
        outcomes += [place.templates.place(one, LATELY).outcome for one in parcels]
    stored = json.loads(place.plane.must("get", f"clusterworkflowtemplate/{name}", "--output=json"))
    place.plane.must("delete", f"clusterworkflowtemplate/{name}")

    assert outcomes == [Placed.CREATED, Placed.PRESENT]
    assert stored["metadata"]["annotations"]["workflows.pipekit.io/version"] == "v1"
