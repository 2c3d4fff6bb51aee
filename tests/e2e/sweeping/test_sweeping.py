"""The life of delivered templates at a real API server, with the time moved."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from argosy.agent.sweeping.cluster_objects import ClusterObjects
from argosy.gc.sweeping import Outcome, Result
from argosy.resolver import contract
from tests.e2e.sweeping.conftest import DAY, HOUR, NOW, Place, moment, results

if TYPE_CHECKING:
    from collections.abc import Callable

    from argosy.gc.templates import DeliveredTemplate

WEEK = 7 * DAY


def user(place: Place, kind: str, name: str, **metadata: Any) -> dict[str, Any]:
    spec: dict[str, Any] = {"workflowTemplateRef": {"name": name}}
    if kind == "CronWorkflow":
        spec = {"schedules": ["0 0 1 1 *"], "suspend": True, "workflowSpec": spec}
    return {
        "apiVersion": contract.API_VERSION,
        "kind": kind,
        "metadata": {"name": f"user-of-{name}", "namespace": place.namespace, **metadata},
        "spec": spec,
    }


def test_used_stale_announced_postponed_cancelled_due_gone_and_back_again(place: Place) -> None:
    place.deliver("ci", used=-HOUR)
    assert results(place.sweep(grace=WEEK)) == {}

    stale = NOW + DAY
    assert results(place.sweep(stale, grace=WEEK)) == {"ci": Result.ANNOUNCED}
    assert place.annotations("ci")[contract.DELETE_AT] == moment(stale + WEEK)
    assert results(place.sweep(stale + HOUR, grace=WEEK)) == {"ci": Result.KEPT}

    place.stamp("ci", stale + HOUR)
    assert results(place.sweep(stale + 2 * HOUR, grace=WEEK)) == {}
    assert contract.DELETE_AT not in place.annotations("ci")

    again = stale + 2 * DAY
    assert results(place.sweep(again, grace=WEEK)) == {"ci": Result.ANNOUNCED}
    place.annotate("ci", f"{contract.DELETE_AT}={moment(again + 2 * WEEK)}")
    assert results(place.sweep(again + WEEK + HOUR, grace=WEEK)) == {"ci": Result.KEPT}

    place.annotate("ci", f"{contract.KEEP}=true")
    assert results(place.sweep(again + 3 * WEEK, grace=WEEK)) == {"ci": Result.WITHDRAWN}
    place.annotate("ci", f"{contract.KEEP}-")
    assert results(place.sweep(again + 3 * WEEK, grace=WEEK)) == {"ci": Result.ANNOUNCED}
    assert results(place.sweep(again + 4 * WEEK + 1, grace=WEEK)) == {"ci": Result.DELETED}
    assert place.names() == []

    place.deliver("ci", used=again + 5 * WEEK - NOW)
    assert results(place.sweep(again + 5 * WEEK)) == {}
    assert place.names() == ["ci"]


def test_without_a_grace_period_it_is_gone_at_once(place: Place) -> None:
    place.deliver("ci")

    assert results(place.sweep()) == {"ci": Result.DELETED}
    assert place.names() == []


def test_what_is_not_ours_is_never_touched(place: Place) -> None:
    place.deliver("theirs", labels={contract.RUNNER: "argosy-agent-another"})
    place.deliver("nobodys", labels={contract.RUNNER: ""})
    place.deliver("always", labels={contract.DELIVER: "Always"})
    place.deliver("strange", labels={contract.LAST_USED_TIMESTAMP: "yesterday"})
    place.deliver("huge", labels={contract.LAST_USED_TIMESTAMP: "9" * 30})
    before = place.plane.must("get", "workflowtemplates", f"--namespace={place.namespace}", "--output=json")

    assert results(place.sweep()) == {}
    assert place.plane.must("get", "workflowtemplates", f"--namespace={place.namespace}", "--output=json") == before


@pytest.mark.parametrize("kind", ["Workflow", "CronWorkflow"])
def test_what_is_in_use_stays_as_long_as_it_is(place: Place, kind: str) -> None:
    place.deliver("ci")
    place.plane.apply(user(place, kind, "ci"))

    assert results(place.sweep()) == {"ci": Result.KEPT}
    place.plane.must("delete", kind.lower(), "user-of-ci", f"--namespace={place.namespace}")
    assert results(place.sweep()) == {"ci": Result.DELETED}


def test_what_the_lock_of_a_running_workflow_names_stays_until_it_is_completed(place: Place) -> None:
    place.deliver("ci")
    lock = json.dumps({"templates": [{"kind": "WorkflowTemplate", "name": "ci"}]})
    flattened = user(place, "Workflow", "w", annotations={contract.RESOLVED: lock})
    flattened["spec"] = {"entrypoint": "t", "templates": [{"name": "t", "suspend": {}}]}
    place.plane.apply(flattened)

    assert results(place.sweep()) == {"ci": Result.KEPT}
    label = ("label", "workflow/user-of-w", "workflows.argoproj.io/completed=true")
    place.plane.must(*label, f"--namespace={place.namespace}")
    assert results(place.sweep()) == {"ci": Result.DELETED}


def test_the_labels_of_a_workflow_change_nothing(place: Place) -> None:
    place.deliver("stale")
    place.deliver("fresh", used=-HOUR)
    forged = {
        contract.RUNNER: place.runner,
        contract.LAST_USED_TIMESTAMP: "1",
        contract.DELIVER: "OnUse",
        contract.RUN_UUID: "x",
    }
    annotations = {contract.DELETE_AT: moment(NOW - HOUR), contract.KEEP: "true", contract.RESOLVED: "[]"}
    place.plane.apply(user(place, "Workflow", "stale", labels=forged, annotations=annotations))
    place.plane.apply(user(place, "Workflow", "other", labels=forged, annotations=annotations))

    assert results(place.sweep(grace=WEEK)) == {"stale": Result.KEPT}
    assert (place.annotations("stale"), place.annotations("fresh")) == ({}, {})
    workflows = json.loads(place.plane.must("get", "workflows", f"--namespace={place.namespace}", "--output=json"))
    assert len(workflows["items"]) == 2


def test_references_between_templates_and_across_scopes_are_followed(place: Place) -> None:
    name = f"wide-{place.namespace}"
    place.deliver(name, namespace="", refers_to=("ci",))
    place.deliver("fresh", used=-HOUR, refers_to=(f":{name}",))
    place.deliver("ci")
    place.deliver("alone")

    assert results(place.sweep()) == {"alone": Result.DELETED, "ci": Result.KEPT, name: Result.KEPT}
    place.stamp("fresh", NOW - 2 * DAY)
    assert results(place.sweep()) == {"ci": Result.KEPT, "fresh": Result.DELETED, name: Result.DELETED}
    assert results(place.sweep()) == {"ci": Result.DELETED}


@dataclass(frozen=True, slots=True)
class Meanwhile(ClusterObjects):
    """Something happens before each change."""

    act: Callable[[str], None]
    done: list[tuple[str, Outcome]] = field(default_factory=list[tuple[str, Outcome]])

    def delete(self, template: DeliveredTemplate) -> Outcome:
        self.act(template.key.name)
        outcome = ClusterObjects.delete(self, template)
        self.done.append((template.key.name, outcome))
        return outcome

    def announce(self, template: DeliveredTemplate, delete_at: str) -> Outcome:
        self.act(template.key.name)
        return ClusterObjects.announce(self, template, delete_at)


@pytest.mark.parametrize("grace", [0.0, WEEK])
def test_a_stamp_between_the_list_and_the_change_wins(place: Place, grace: float) -> None:
    place.deliver("ci")
    cluster = Meanwhile(place.api, lambda name: place.stamp(name, NOW))

    assert results(place.sweep(cluster=cluster, grace=grace)) == {"ci": Result.CHANGED}
    assert (place.names(), place.annotations("ci")) == (["ci"], {})


def test_one_that_was_deleted_and_delivered_again_meanwhile_stays(place: Place) -> None:
    place.deliver("ci")

    def replace(name: str) -> None:
        place.plane.must("delete", f"workflowtemplate/{name}", f"--namespace={place.namespace}")
        place.deliver(name, used=0.0)

    assert results(place.sweep(cluster=Meanwhile(place.api, replace))) == {"ci": Result.CHANGED}
    assert place.names() == ["ci"]


def test_two_that_sweep_at_once_delete_nothing_twice_and_nothing_wrong(place: Place) -> None:
    stale = [f"stale-{number:02}" for number in range(20)]
    for name in stale:
        place.deliver(name)
    place.deliver("fresh", used=-HOUR)
    clusters = [Meanwhile(place.api, lambda _: None) for _ in range(2)]

    with ThreadPoolExecutor(2) as replicas:
        reports = list(replicas.map(lambda one: place.sweep(cluster=one), clusters))

    done = [name for one in clusters for name, outcome in one.done if outcome is Outcome.DONE]
    assert sorted(done) == stale
    assert {result for one in reports for result in results(one).values()} <= {Result.DELETED, Result.GONE}
    assert place.names() == ["fresh"]


def test_a_leader_that_dies_in_the_middle_leaves_the_rest_to_the_next(place: Place) -> None:
    for name in "abcd":
        place.deliver(name)

    def die(name: str) -> None:
        if name == "c":
            raise SystemExit

    with pytest.raises(SystemExit):
        place.sweep(cluster=Meanwhile(place.api, die))
    assert place.names() == ["c", "d"]
    place.stamp("d", NOW)

    assert results(place.sweep()) == {"c": Result.DELETED}
    assert place.names() == ["d"]


def test_more_than_a_page_is_read_to_its_end(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("argosy.agent.cluster.listing.METADATA_PAGE", 3)
    monkeypatch.setattr("argosy.agent.cluster.listing.WHOLE_PAGE", 2)
    for number in range(7):
        place.deliver(f"t{number}")
    for number in range(5):
        place.plane.apply(user(place, "Workflow", f"t{number}"))

    deleted = [name for name, result in results(place.sweep()).items() if result is Result.DELETED]
    assert deleted == ["t5", "t6"]
