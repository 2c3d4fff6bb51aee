"""WorkflowTemplates at an API server that answers as no real one can be made to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import pytest

from argosy.agent.cluster import asking
from argosy.agent.delivery import Parcel, Placed
from argosy.agent.delivery.cluster_templates import ClusterTemplates, change
from argosy.resolver import contract
from argosy.resolver.errors import ArgosyError, Denied, Misconfigured, Reason, RetryLater
from argosy.resolver.flattened import Mode
from tests.cluster.scripted import Reply
from tests.delivery.flattening import CALLING, NOW, RUNNER, USED, metadata_of, parcel, parcels
from tests.flatten.memory import TemplatesInMemory
from tests.flatten.running import cluster_template

if TYPE_CHECKING:
    from argosy.resolver.manifests import JsonObject
    from tests.cluster.scripted import ScriptedApi

ALL = "/apis/argoproj.io/v1alpha1/namespaces/team-a/workflowtemplates"
ONE = f"{ALL}/ci"
ABSENT = Reply(404, {"message": 'workflowtemplates.argoproj.io "ci" not found'})
CONFLICT = Reply(409)
PARCEL = parcel()


def stored(one: Parcel = PARCEL, *, stamp: str = str(int(NOW)), **metadata: Any) -> Reply:
    """The object as the API server has it."""
    made: dict[str, Any] = {"resourceVersion": "7", "uid": "u-1", "creationTimestamp": "2026-09-21T14:13:20Z"}
    made["labels"] = {**one.labels, contract.LAST_USED_TIMESTAMP: stamp}
    return Reply(200, {**one.manifest, "metadata": {**metadata_of(one), **made, **metadata}})


def test_what_is_not_there_is_created(api: ScriptedApi) -> None:
    api.answers(ABSENT, stored())

    placement = ClusterTemplates(api.objects()).place(PARCEL, USED)

    assert (placement.outcome, placement.created_at) == (Placed.CREATED, 1_790_000_000.0)
    assert api.took() == [("GET", ONE), ("POST", ALL)]
    labels = {**PARCEL.labels, contract.LAST_USED_TIMESTAMP: "1790000000"}
    assert api.asked[1].body == {**PARCEL.manifest, "metadata": {**metadata_of(PARCEL), "labels": labels}}
    assert api.asked[1].query == {"fieldManager": "argosy"}


def test_what_is_created_is_labelled_for_the_argo_that_has_an_instance_id(api: ScriptedApi) -> None:
    label = {"workflows.argoproj.io/controller-instanceid": "ci"}
    api.answers(ABSENT, stored())

    ClusterTemplates(api.objects(), instance_id=lambda: "ci").place(PARCEL, USED)

    labels = {**PARCEL.labels, contract.LAST_USED_TIMESTAMP: "1790000000", **label}
    assert api.asked[1].body == {**PARCEL.manifest, "metadata": {**metadata_of(PARCEL), "labels": labels}}


def test_what_was_delivered_before_argo_had_an_instance_id_is_labelled_at_the_next_use(api: ScriptedApi) -> None:
    api.answers(stored(), stored())

    placement = ClusterTemplates(api.objects(), instance_id=lambda: "ci").place(PARCEL, USED)

    assert placement.outcome is Placed.CHANGED


def test_what_is_there_is_left_alone(api: ScriptedApi) -> None:
    api.answers(stored())

    placement = ClusterTemplates(api.objects()).place(PARCEL, USED)

    assert (placement.outcome, placement.created_at) == (Placed.PRESENT, 1_790_000_000.0)
    assert api.took() == [("GET", ONE)]


def test_what_is_of_another_version_is_patched_as_it_was_read(api: ScriptedApi) -> None:
    api.answers(stored(parcel("v0")), stored())

    assert ClusterTemplates(api.objects()).place(PARCEL, USED).outcome is Placed.CHANGED

    assert api.took() == [("GET", ONE), ("PATCH", ONE)]
    patch = api.asked[1]
    assert (patch.content_type, patch.query) == ("application/json-patch+json", {"fieldManager": "argosy"})
    assert patch.body[0] == {"op": "replace", "path": "/metadata/resourceVersion", "value": "7"}


def test_a_patch_keeps_what_others_have_put_there_and_writes_over_what_is_ours() -> None:
    gone = {f"{contract.USES}0123456789abcdef": "true"}
    theirs: dict[str, Any] = {"labels": {"pinned": "yes", contract.COMMIT: "0", **gone}, "resourceVersion": "7"}
    theirs["annotations"] = {"note": "ours", contract.DELETE_AT: "2026-12-02T10:00:00Z", contract.KEEP: "true"}
    labels = {"pinned": "yes", **PARCEL.labels, contract.LAST_USED_TIMESTAMP: "1790000000"}
    annotations = {"note": "ours", contract.KEEP: "true", **PARCEL.annotations}

    assert change(PARCEL, theirs, USED) == [
        {"op": "replace", "path": "/metadata/resourceVersion", "value": "7"},
        {"op": "add", "path": "/metadata/labels", "value": labels},
        {"op": "add", "path": "/metadata/annotations", "value": annotations},
        {"op": "add", "path": "/spec", "value": cast("JsonObject", PARCEL.manifest)["spec"]},
    ]


@pytest.mark.parametrize(
    ("stamp", "expected"),
    [
        (NOW, Placed.PRESENT),
        (NOW - 59, Placed.PRESENT),
        (NOW + 59, Placed.PRESENT),
        (NOW - 60, Placed.STAMPED),
        (NOW + 61, Placed.STAMPED),
        (0, Placed.STAMPED),
        (10**15, Placed.STAMPED),
    ],
)
def test_an_object_is_stamped_when_its_stamp_is_old_or_cannot_be(
    api: ScriptedApi, stamp: float, expected: Placed
) -> None:
    api.answers(stored(stamp=str(int(stamp))), stored())

    assert ClusterTemplates(api.objects()).place(PARCEL, USED).outcome is expected
    assert api.took() == [("GET", ONE), ("PATCH", ONE)][: 1 if expected is Placed.PRESENT else 2]


@pytest.mark.parametrize("stamp", ["", "yesterday", "-5", "1e9", "١٢٣"])
def test_a_stamp_that_cannot_be_read_is_written_anew_and_takes_the_announcement_away(
    api: ScriptedApi, stamp: str
) -> None:
    api.answers(stored(stamp=stamp), stored())

    assert ClusterTemplates(api.objects()).place(PARCEL, USED).outcome is Placed.STAMPED

    patch = api.asked[1]
    assert (patch.content_type, patch.query) == ("application/merge-patch+json", {"fieldManager": "argosy"})
    assert patch.body == {
        "metadata": {
            "resourceVersion": "7",
            "labels": {contract.LAST_USED_TIMESTAMP: "1790000000"},
            "annotations": {contract.DELETE_AT: None},
        }
    }


def test_what_is_only_to_be_stamped_is_neither_made_nor_taken_from_somebody_else(api: ScriptedApi) -> None:
    templates = ClusterTemplates(api.objects())
    api.answers(ABSENT, stored(labels={contract.RUNNER: "argosy-agent-0002"}), stored(stamp="0"), CONFLICT, stored())

    outcomes = [templates.stamp(PARCEL.key, RUNNER, USED).outcome for _ in range(3)]

    assert outcomes == [Placed.ABSENT, Placed.FOREIGN, Placed.PRESENT]
    assert [one.method for one in api.asked] == ["GET", "GET", "GET", "PATCH", "GET"]


def test_what_is_kept_in_step_with_a_default_version_is_stamped_and_not_changed_by_a_use(api: ScriptedApi) -> None:
    always = {**parcel("v0").labels, contract.DELIVER: "Always"}
    api.answers(stored(parcel("v0"), labels=always), stored())

    assert ClusterTemplates(api.objects()).place(PARCEL, USED).outcome is Placed.STAMPED
    assert api.asked[1].content_type == "application/merge-patch+json"


def test_a_versioned_object_is_never_changed(api: ScriptedApi) -> None:
    versioned = parcel(mode=Mode.REFERENCE)
    api.answers(stored(versioned, annotations={}))

    assert ClusterTemplates(api.objects()).place(versioned, USED).outcome is Placed.PRESENT
    assert api.took() == [("GET", f"{ALL}/{versioned.key.name}")]


def test_an_object_of_the_cluster_is_asked_for_without_a_namespace(api: ScriptedApi) -> None:
    lookup = TemplatesInMemory().add("v1", cluster_template("ci", "templates: [{name: build, suspend: {}}]"))
    manifest = {**CALLING, "spec": {**CALLING["spec"]}}
    manifest["spec"]["templates"] = [
        {
            "name": "main",
            "steps": [[{"name": "s", "templateRef": {"name": "ci", "template": "build", "clusterScope": True}}]],
        }
    ]
    (one,) = parcels(lookup, manifest)
    api.answers(ABSENT, stored(one))

    ClusterTemplates(api.objects()).place(one, USED)

    everywhere = "/apis/argoproj.io/v1alpha1/clusterworkflowtemplates"
    assert api.took() == [("GET", f"{everywhere}/ci"), ("POST", everywhere)]


@pytest.mark.parametrize(
    "labels", [None, {}, {"team": "a"}, {contract.RUNNER: "argosy-agent-0002"}, {contract.RUNNER: ""}]
)
@pytest.mark.parametrize("mode", Mode)
def test_somebody_elses_object_is_never_written_to(api: ScriptedApi, labels: dict[str, str] | None, mode: Mode) -> None:
    theirs = stored(parcel("v0"), labels=labels)
    if labels is None:
        del theirs.content["metadata"]["labels"]
    api.answers(theirs)

    assert ClusterTemplates(api.objects()).place(parcel(mode=mode), USED).outcome is Placed.FOREIGN
    assert [one.method for one in api.asked] == ["GET"]


def test_somebody_who_was_faster_is_left_alone(api: ScriptedApi) -> None:
    api.answers(ABSENT, CONFLICT, stored(labels={"app": "theirs"}))

    assert ClusterTemplates(api.objects()).place(PARCEL, USED).outcome is Placed.FOREIGN
    assert api.took() == [("GET", ONE), ("POST", ALL), ("GET", ONE)]


def test_a_replica_that_was_faster_has_done_the_work(api: ScriptedApi) -> None:
    api.answers(ABSENT, CONFLICT, stored())

    assert ClusterTemplates(api.objects()).place(PARCEL, USED).outcome is Placed.PRESENT


@pytest.mark.parametrize("refusal", [CONFLICT, ABSENT])
def test_an_object_that_changes_before_the_patch_is_read_again(api: ScriptedApi, refusal: Reply) -> None:
    api.answers(stored(parcel("v0")), refusal, stored(parcel("v0"), resourceVersion="8"), stored())

    assert ClusterTemplates(api.objects()).place(PARCEL, USED).outcome is Placed.CHANGED
    assert [one.body[0]["value"] for one in api.asked if one.method == "PATCH"] == ["7", "8"]


def test_an_object_that_never_holds_still_is_given_up(api: ScriptedApi) -> None:
    api.answers(*[stored(parcel("v0")), CONFLICT] * 10)

    with pytest.raises(RetryLater, match="WorkflowTemplate 'ci' changes all the time"):
        ClusterTemplates(api.objects()).place(PARCEL, USED)
    assert len(api.asked) == 8


def test_an_object_that_is_being_deleted_is_waited_for(api: ScriptedApi) -> None:
    api.answers(stored(deletionTimestamp="2026-09-21T14:13:21Z"))

    with pytest.raises(RetryLater, match="is being deleted"):
        ClusterTemplates(api.objects()).place(PARCEL, USED)


@pytest.mark.parametrize("status", [400, 413, 422])
@pytest.mark.parametrize("before", [ABSENT, stored(parcel("v0"))])
def test_content_that_the_api_server_refuses_is_denied_in_its_words(
    api: ScriptedApi, before: Reply, status: int
) -> None:
    api.answers(before, Reply(status, {"message": "spec.templates[0].suspend: Invalid value"}))

    with pytest.raises(Denied, match=r"WorkflowTemplate 'ci': spec.templates\[0\].suspend: Invalid value") as caught:
        ClusterTemplates(api.objects()).place(PARCEL, USED)
    assert caught.value.reason is Reason.INVALID_MANIFEST


@pytest.mark.parametrize(
    ("replies", "kind", "text"),
    [
        ([Reply(403)], Misconfigured, "get workflowtemplates.argoproj.io 'ci' in namespace 'team-a'"),
        ([ABSENT, Reply(403)], Misconfigured, "create workflowtemplates.argoproj.io in namespace 'team-a'"),
        ([stored(parcel("v0")), Reply(403)], Misconfigured, "patch workflowtemplates.argoproj.io 'ci' in namespace"),
        ([ABSENT, Reply(429, headers={"Retry-After": "3"})], RetryLater, "failed to create workflowtemplates"),
        ([ABSENT, Reply(500)], RetryLater, "failed to create workflowtemplates"),
        ([ABSENT, Reply(404, {"message": "namespaces 'team-a' not found"})], RetryLater, "namespaces 'team-a' not"),
        ([Reply(hangs=True)], RetryLater, "cannot be asked to get workflowtemplates.argoproj.io 'ci'"),
        ([ABSENT, Reply(hangs=True)], RetryLater, "cannot be asked to create workflowtemplates.argoproj.io"),
    ],
)
def test_trouble_names_what_was_to_be_done(
    api: ScriptedApi, replies: list[Reply], kind: type[ArgosyError], text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "_REQUEST_SECONDS", 0.3)
    api.answers(*replies)

    with pytest.raises(kind) as caught:
        ClusterTemplates(api.objects()).place(PARCEL, USED)

    assert text in str(caught.value)
