"""WorkflowTemplates at an API server that answers as no real one can be made to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from argosy.agent.cluster import asking
from argosy.agent.delivery import Parcel, Placed
from argosy.agent.delivery.cluster_templates import ClusterTemplates, change
from argosy.resolver import contract
from argosy.resolver.errors import ArgosyError, Denied, Misconfigured, Reason, RetryLater
from argosy.resolver.flattened import Mode
from tests.cluster.scripted import Reply
from tests.delivery.flattening import CALLING, metadata_of, parcel, parcels
from tests.flatten.memory import TemplatesInMemory
from tests.flatten.running import cluster_template

if TYPE_CHECKING:
    from tests.cluster.scripted import ScriptedApi

ALL = "/apis/argoproj.io/v1alpha1/namespaces/team-a/workflowtemplates"
ONE = f"{ALL}/ci"
ABSENT = Reply(404, {"message": 'workflowtemplates.argoproj.io "ci" not found'})
CONFLICT = Reply(409)
PARCEL = parcel()


def stored(one: Parcel = PARCEL, **metadata: Any) -> Reply:
    """The object as the API server has it."""
    made: dict[str, Any] = {"resourceVersion": "7", "creationTimestamp": "2026-09-21T14:13:20Z"}
    return Reply(200, {**one.manifest, "metadata": {**metadata_of(one), **made, **metadata}})


def test_what_is_not_there_is_created(api: ScriptedApi) -> None:
    api.answers(ABSENT, stored())

    placement = ClusterTemplates(api.objects()).place(PARCEL)

    assert (placement.outcome, placement.created_at) == (Placed.CREATED, 1_790_000_000.0)
    assert api.took() == [("GET", ONE), ("POST", ALL)]
    assert api.asked[1].body == PARCEL.manifest
    assert api.asked[1].query == {"fieldManager": "argosy"}


def test_what_is_there_is_left_alone(api: ScriptedApi) -> None:
    api.answers(stored())

    placement = ClusterTemplates(api.objects()).place(PARCEL)

    assert (placement.outcome, placement.created_at) == (Placed.PRESENT, 1_790_000_000.0)
    assert api.took() == [("GET", ONE)]


def test_what_is_of_another_version_is_patched_as_it_was_read(api: ScriptedApi) -> None:
    api.answers(stored(parcel("v0")), stored())

    assert ClusterTemplates(api.objects()).place(PARCEL).outcome is Placed.CHANGED

    assert api.took() == [("GET", ONE), ("PATCH", ONE)]
    patch = api.asked[1]
    assert (patch.content_type, patch.query) == ("application/json-patch+json", {"fieldManager": "argosy"})
    assert patch.body[0] == {"op": "replace", "path": "/metadata/resourceVersion", "value": "7"}


def test_a_patch_keeps_what_others_have_put_there_and_writes_over_what_is_ours() -> None:
    theirs = {"labels": {"pinned": "yes", contract.COMMIT: "0"}, "resourceVersion": "7"}

    assert change(PARCEL, theirs) == [
        {"op": "replace", "path": "/metadata/resourceVersion", "value": "7"},
        {"op": "add", "path": "/metadata/labels", "value": {"pinned": "yes", **PARCEL.labels}},
        {"op": "add", "path": "/metadata/annotations", "value": PARCEL.annotations},
        {"op": "add", "path": "/spec", "value": {"templates": [{"name": "build", "suspend": {"duration": "v1"}}]}},
    ]


def test_a_versioned_object_is_never_patched(api: ScriptedApi) -> None:
    versioned = parcel(mode=Mode.REFERENCE)
    api.answers(stored(versioned, annotations={}))

    assert ClusterTemplates(api.objects()).place(versioned).outcome is Placed.PRESENT
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

    ClusterTemplates(api.objects()).place(one)

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

    assert ClusterTemplates(api.objects()).place(parcel(mode=mode)).outcome is Placed.FOREIGN
    assert [one.method for one in api.asked] == ["GET"]


def test_somebody_who_was_faster_is_left_alone(api: ScriptedApi) -> None:
    api.answers(ABSENT, CONFLICT, stored(labels={"app": "theirs"}))

    assert ClusterTemplates(api.objects()).place(PARCEL).outcome is Placed.FOREIGN
    assert api.took() == [("GET", ONE), ("POST", ALL), ("GET", ONE)]


def test_a_replica_that_was_faster_has_done_the_work(api: ScriptedApi) -> None:
    api.answers(ABSENT, CONFLICT, stored())

    assert ClusterTemplates(api.objects()).place(PARCEL).outcome is Placed.PRESENT


@pytest.mark.parametrize("refusal", [CONFLICT, ABSENT])
def test_an_object_that_changes_before_the_patch_is_read_again(api: ScriptedApi, refusal: Reply) -> None:
    api.answers(stored(parcel("v0")), refusal, stored(parcel("v0"), resourceVersion="8"), stored())

    assert ClusterTemplates(api.objects()).place(PARCEL).outcome is Placed.CHANGED
    assert [one.body[0]["value"] for one in api.asked if one.method == "PATCH"] == ["7", "8"]


def test_an_object_that_never_holds_still_is_given_up(api: ScriptedApi) -> None:
    api.answers(*[stored(parcel("v0")), CONFLICT] * 10)

    with pytest.raises(RetryLater, match="WorkflowTemplate 'ci' changes all the time"):
        ClusterTemplates(api.objects()).place(PARCEL)
    assert len(api.asked) == 8


def test_an_object_that_is_being_deleted_is_waited_for(api: ScriptedApi) -> None:
    api.answers(stored(deletionTimestamp="2026-09-21T14:13:21Z"))

    with pytest.raises(RetryLater, match="is being deleted"):
        ClusterTemplates(api.objects()).place(PARCEL)


@pytest.mark.parametrize("status", [400, 413, 422])
@pytest.mark.parametrize("before", [ABSENT, stored(parcel("v0"))])
def test_content_that_the_api_server_refuses_is_denied_in_its_words(
    api: ScriptedApi, before: Reply, status: int
) -> None:
    api.answers(before, Reply(status, {"message": "spec.templates[0].suspend: Invalid value"}))

    with pytest.raises(Denied, match=r"WorkflowTemplate 'ci': spec.templates\[0\].suspend: Invalid value") as caught:
        ClusterTemplates(api.objects()).place(PARCEL)
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
        ClusterTemplates(api.objects()).place(PARCEL)

    assert text in str(caught.value)
