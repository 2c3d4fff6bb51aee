"""Which trouble a user is told of, and about which object."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from argosy.agent.admission.reviews import AdmissionRequest
from argosy.agent.events import Event, EventType, event_for
from argosy.resolver.errors import ArgosyError, Denied, Misconfigured, Reason, RetryLater
from argosy.resolver.manifests import Namespace
from argosy.resolver.notices import Notice

if TYPE_CHECKING:
    from argosy.resolver.manifests import Manifest

TEAM = Namespace("team-a")
CRON = {"apiVersion": "argoproj.io/v1alpha1", "kind": "CronWorkflow", "name": "nightly", "uid": "0001"}
PARENT = {"apiVersion": "argoproj.io/v1alpha1", "kind": "Workflow", "name": "parent", "uid": "0002"}
SENSOR = {"events.argoproj.io/sensor": "pushes", "events.argoproj.io/trigger": "build"}
DENIED = Denied(Reason.TEMPLATE_NOT_FOUND, "there is no template", site="spec", remedy="mend it")
MOVED = Notice(Reason.TAG_MOVED, "v1 was moved")
SHADOWED = Notice(Reason.SHADOWED_BRANCH, "a tag and a branch are called v1")
ALPHA1 = "argoproj.io/v1alpha1"


def _request(kind: str = "Workflow", *, dry_run: bool = False, **metadata: Any) -> AdmissionRequest:
    manifest: Manifest = {"kind": kind, "metadata": metadata}  # type: ignore[typeddict-item]  # anything from outside
    return AdmissionRequest("uid", kind, "CREATE", TEAM, "alice", dry_run, manifest)


def _about(kind: str, name: str, uid: str = "") -> Event:
    return Event(TEAM, ALPHA1, kind, name, uid, "TemplateNotFound", "spec: there is no template; mend it")


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        (_request(name="nightly-1", ownerReferences=[CRON]), _about("CronWorkflow", "nightly", "0001")),
        (_request(generateName="child-", ownerReferences=[PARENT]), _about("Workflow", "parent", "0002")),
        (_request(generateName="push-", labels=SENSOR), _about("Sensor", "pushes")),
        (_request(name="push", labels=SENSOR), _about("Sensor", "pushes")),
        (_request(name="mine"), _about("Workflow", "mine")),
        (_request("CronWorkflow", name="nightly", uid="0001"), _about("CronWorkflow", "nightly", "0001")),
        (_request(generateName="mine-"), None),
        (_request(), None),
        (_request(name="mine", dry_run=True), None),
        (_request(name="nightly-1", ownerReferences=[CRON], dry_run=True), None),
    ],
)
def test_trouble_is_told_about_what_made_the_workflow(request_: AdmissionRequest, expected: Event | None) -> None:
    assert event_for(request_, DENIED) == expected


@pytest.mark.parametrize(
    "references",
    [
        [{**CRON, "apiVersion": "v1"}],
        [{**CRON, "apiVersion": "argoproj.io.example/v1"}],
        [{**CRON, "kind": "Secret"}],
        [{**CRON, "name": ""}],
        [{**CRON, "name": {"a": 1}}],
        [None, "CronWorkflow", 7, []],
        {"kind": "CronWorkflow"},
        "CronWorkflow",
        None,
    ],
)
def test_what_a_user_writes_for_an_owner_is_believed_only_as_far_as_it_is_argos(references: Any) -> None:
    assert event_for(_request(generateName="a-", ownerReferences=references), DENIED) is None


@pytest.mark.parametrize("labels", [{"events.argoproj.io/sensor": 7}, {"events.argoproj.io/sensor": ""}, [], None])
def test_a_label_that_names_no_sensor_is_none(labels: Any) -> None:
    assert event_for(_request(generateName="a-", labels=labels), DENIED) is None


@pytest.mark.parametrize(
    ("error", "notices", "reason"),
    [
        (DENIED, (), "TemplateNotFound"),
        (RetryLater(Reason.GIT_TIMEOUT, "git is slow"), (), "GitTimeout"),
        (RetryLater(Reason.NOT_DELIVERED, "this moment"), (), None),
        (Misconfigured(Reason.CLUSTER_FORBIDDEN, "no"), (), "ClusterForbidden"),
        (ArgosyError(Reason.INTERNAL, "this should not happen"), (), "Internal"),
        (DENIED, (MOVED,), "TemplateNotFound"),
        (None, (MOVED,), "TagMoved"),
        (None, (SHADOWED, MOVED), "TagMoved"),
        (None, (SHADOWED,), None),
        (None, (), None),
    ],
)
def test_what_is_trouble(error: ArgosyError | None, notices: tuple[Notice, ...], reason: str | None) -> None:
    event = event_for(_request(name="nightly-1", ownerReferences=[CRON]), error, notices)

    assert (event.reason if event else None) == reason
    assert event is None or event.type is EventType.WARNING
