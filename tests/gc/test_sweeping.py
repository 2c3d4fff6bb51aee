"""One sweep over a cluster in memory; that the real API server does the same is shown in tests/e2e/sweeping."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from argosy.gc.plan import Rules
from argosy.gc.sweeping import Report, Result, Sweep
from argosy.gc.templates import moment
from argosy.resolver import contract
from tests.gc.delivered import DAY, HOUR, NOW, OURS, delivered
from tests.gc.memory import MemoryCluster

if TYPE_CHECKING:
    from collections.abc import Callable

PIPEKIT = Rules(OURS, ttl_seconds=DAY)
BLOOMBERG = Rules(OURS, ttl_seconds=DAY, grace_seconds=7 * DAY)


def sweep(cluster: MemoryCluster, rules: Rules = PIPEKIT, now: float = NOW, **options: Any) -> Report:
    return Sweep(cluster, rules, now, **options).run()


def results(report: Report) -> dict[str, Result]:
    return {row.decision.template.key.name: row.result for row in report.rows}


def user(kind: str, name: str, *, namespace: str = "team") -> dict[str, Any]:
    spec = {"workflowTemplateRef": {"name": name}}
    whole = {"schedules": ["@daily"], "workflowSpec": spec} if kind == "CronWorkflow" else spec
    return {"kind": kind, "metadata": {"name": f"user-of-{name}", "namespace": namespace, "labels": {}}, "spec": whole}


def test_what_is_stale_goes_and_nothing_else_is_even_looked_at() -> None:
    cluster = MemoryCluster().add(
        delivered("stale"),
        delivered("fresh", used=-HOUR),
        delivered("always", labels={contract.DELIVER: "Always"}),
        delivered("theirs", labels={contract.RUNNER: "theirs"}),
        delivered("everywhere", namespace=""),
    )

    assert results(sweep(cluster)) == {"stale": Result.DELETED, "everywhere": Result.DELETED}
    assert cluster.names() == ["always", "fresh", "theirs"]


def test_without_stale_ones_nobody_is_asked_who_uses_what() -> None:
    cluster = MemoryCluster().add(delivered("fresh", used=-HOUR), user("Workflow", "fresh"))
    sweep(cluster)

    assert set(cluster.asked) == {"WorkflowTemplate ", "ClusterWorkflowTemplate "}


def test_users_are_asked_for_only_where_something_is_stale() -> None:
    cluster = MemoryCluster().add(delivered("stale", namespace="a"), delivered("fresh", namespace="b", used=-HOUR))
    sweep(cluster)

    assert {one for one in cluster.asked if one.startswith(("Workflow ", "Cron"))} == {"Workflow a", "CronWorkflow a"}


def test_of_announced_ones_nobody_asks_for_users_until_they_are_due() -> None:
    cluster = MemoryCluster().add(delivered("waiting", delete_at=moment(NOW + HOUR)))
    sweep(cluster)
    before = len([one for one in cluster.asked if one.startswith("Workflow ")])
    sweep(cluster, now=NOW + 2 * HOUR)

    assert (before, cluster.names()) == (0, [])


@pytest.mark.parametrize("kind", ["Workflow", "CronWorkflow"])
def test_what_is_in_use_stays(kind: str) -> None:
    cluster = MemoryCluster().add(delivered("a"), delivered("b"), user(kind, "a"), user(kind, "b", namespace="other"))

    report = sweep(cluster)

    assert results(report) == {"a": Result.KEPT, "b": Result.DELETED}
    assert report.rows[0].decision.detail == f"{kind} team/user-of-a uses it"


@pytest.mark.parametrize("user_namespace", ["team", ""])
def test_what_a_fresh_template_refers_to_stays(user_namespace: str) -> None:
    fresh = delivered("fresh", namespace=user_namespace, used=-HOUR, refers_to=("a",))
    cluster = MemoryCluster().add(delivered("a", refers_to=("b",)), delivered("b"), delivered("c"), fresh)

    assert results(sweep(cluster)) == {"a": Result.KEPT, "b": Result.KEPT, "c": Result.DELETED}


def test_one_for_the_cluster_stays_while_a_template_in_any_namespace_refers_to_it() -> None:
    cluster = MemoryCluster().add(delivered("a", namespace=""), delivered("b", used=-HOUR, refers_to=(":a",)))
    kept = results(sweep(cluster))
    cluster.stamp("b", NOW - 2 * DAY)

    assert kept == {"a": Result.KEPT}
    assert results(sweep(cluster)) == {"b": Result.DELETED, "a": Result.DELETED}


def test_what_was_delivered_by_a_release_without_stamps_is_swept_by_its_age_and_by_its_spec() -> None:
    old = delivered("old", used=None, refers_to=("b",))
    new = delivered("new", used=None, refers_to=("c",), creationTimestamp=moment(NOW - HOUR))
    for one in (old, new):
        one["metadata"]["labels"] = {contract.RUNNER: OURS}
    cluster = MemoryCluster().add(old, new, delivered("b"), delivered("c"))
    sweep(cluster)

    assert cluster.names() == ["c", "new"]


def test_the_life_of_a_template_with_a_grace_period() -> None:
    cluster = MemoryCluster().add(delivered("a"))

    assert results(sweep(cluster, BLOOMBERG)) == {"a": Result.ANNOUNCED}
    assert cluster.annotations("a") == {contract.DELETE_AT: moment(NOW + 7 * DAY)}
    assert results(sweep(cluster, BLOOMBERG, NOW + 6 * DAY)) == {"a": Result.KEPT}
    cluster.annotations("a")[contract.DELETE_AT] = "2026-12-24"
    assert results(sweep(cluster, BLOOMBERG, NOW + 8 * DAY)) == {"a": Result.KEPT}
    cluster.annotations("a")[contract.KEEP] = "true"
    assert results(sweep(cluster, BLOOMBERG, NOW + 60 * DAY)) == {"a": Result.WITHDRAWN}
    del cluster.annotations("a")[contract.KEEP]
    assert results(sweep(cluster, BLOOMBERG, NOW + 61 * DAY)) == {"a": Result.ANNOUNCED}
    assert results(sweep(cluster, BLOOMBERG, NOW + 68 * DAY)) == {"a": Result.DELETED}
    assert results(sweep(cluster, BLOOMBERG, NOW + 69 * DAY)) == {}


def test_a_stamp_takes_an_announcement_back() -> None:
    cluster = MemoryCluster().add(delivered("a"))
    sweep(cluster, BLOOMBERG)
    cluster.stamp("a", NOW + 6 * DAY)

    assert results(sweep(cluster, BLOOMBERG, NOW + 8 * DAY)) == {"a": Result.ANNOUNCED}


def test_a_stamp_between_list_and_delete_wins() -> None:
    cluster = MemoryCluster().add(delivered("a"))
    cluster.before_change = lambda: cluster.stamp("a", NOW)

    assert results(sweep(cluster)) == {"a": Result.CHANGED}
    assert cluster.names() == ["a"]


def test_what_somebody_else_deletes_meanwhile_is_gone() -> None:
    cluster = MemoryCluster().add(delivered("a"))
    cluster.before_change = cluster.objects.clear

    assert results(sweep(cluster)) == {"a": Result.GONE}


def test_a_failed_namespace_does_not_stop_the_others() -> None:
    cluster = MemoryCluster().add(*(delivered(f"in-{name}", namespace=name) for name in "abc"))
    cluster.broken = {"b"}

    report = sweep(cluster)

    assert results(report) == {"in-a": Result.DELETED, "in-b": Result.FAILED, "in-c": Result.DELETED}
    assert [namespace for namespace, _ in report.problems] == ["b"]


def test_after_a_failed_delete_the_rest_of_the_namespace_is_left_for_the_next_sweep() -> None:
    cluster = MemoryCluster().add(delivered("a"), delivered("b"), delivered("c"), delivered("d", namespace="x"))
    cluster.broken = {"b"}

    report = sweep(cluster)

    assert results(report) == {"a": Result.DELETED, "b": Result.FAILED, "c": Result.FAILED, "d": Result.DELETED}
    assert len(report.problems) == 1


def _times(count: int) -> Callable[[], bool]:
    left = iter([True] * count)
    return lambda: next(left, False)


def test_who_no_longer_leads_stops_before_the_next_change() -> None:
    cluster = MemoryCluster().add(*(delivered(name) for name in "abcd"), delivered("e", namespace="x"))

    report = sweep(cluster, may_act=_times(3))

    assert results(report) == dict.fromkeys("ab", Result.DELETED) | dict.fromkeys("cd", Result.LEFT)
    assert (report.was_stopped, cluster.names()) == (True, ["c", "d", "e"])


def test_a_dry_run_changes_nothing() -> None:
    cluster = MemoryCluster().add(delivered("a"), delivered("b", annotations={contract.KEEP: "true"}))

    assert results(sweep(cluster, is_dry=True)) == {"a": Result.PLANNED, "b": Result.KEPT}
    assert cluster.names() == ["a", "b"]


def test_one_namespace_can_be_swept_alone() -> None:
    cluster = MemoryCluster().add(delivered("a"), delivered("b", namespace="x"), delivered("c", namespace=""))
    sweep(cluster, namespace="team")

    assert cluster.names() == ["b", "c"]
