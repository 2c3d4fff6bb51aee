"""The table in the docstring of `argosy.gc.plan`, row by row, and what it does not say in one line."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from argosy.gc import plan as planning
from argosy.gc.plan import Action, Rules, Why, plan
from argosy.gc.templates import TemplateKey, moment
from argosy.resolver import contract
from argosy.resolver.manifests import Namespace, ResourceName
from tests.gc.delivered import DAY, HOUR, NOW, OURS, template

if TYPE_CHECKING:
    from argosy.gc.plan import Decision
    from argosy.gc.templates import DeliveredTemplate

PIPEKIT = Rules(OURS, ttl_seconds=DAY)
BLOOMBERG = Rules(OURS, ttl_seconds=DAY, grace_seconds=7 * DAY)
BOTH = (PIPEKIT, BLOOMBERG)
LATER, PASSED = moment(NOW + HOUR), moment(NOW - HOUR)
KEEP, ANNOUNCE, WITHDRAW, DELETE = Action.KEEP, Action.ANNOUNCE, Action.WITHDRAW, Action.DELETE
STAMP = contract.LAST_USED_TIMESTAMP
KEPT = {"annotations": {contract.KEEP: "true"}}


def decided(rules: Rules, *templates: DeliveredTemplate, used: str = "") -> dict[str, Decision]:
    usage = {TemplateKey("WorkflowTemplate", Namespace("team"), ResourceName(used)): "Workflow team/w"} if used else {}
    return {one.template.key.name: one for one in plan(NOW, templates, usage, rules)}


TABLE: list[tuple[str, dict[str, Any], str, tuple[Rules, ...], Action, Why]] = [
    # what it is, the template, in use, the rules, what becomes of it, why
    ("nobody's", {"labels": {contract.RUNNER: ""}}, "", BOTH, KEEP, Why.NOT_OURS),
    ("another's", {"labels": {contract.RUNNER: "theirs"}}, "", BOTH, KEEP, Why.NOT_OURS),
    ("another's, due", {"labels": {contract.RUNNER: "theirs"}, "delete_at": PASSED}, "", BOTH, KEEP, Why.NOT_OURS),
    ("going", {"deletionTimestamp": moment(NOW)}, "", BOTH, KEEP, Why.ENDING),
    ("always", {"labels": {contract.DELIVER: "Always"}}, "", BOTH, KEEP, Why.ALWAYS_DELIVERED),
    (
        "always, due",
        {"labels": {contract.DELIVER: "Always"}, "delete_at": PASSED},
        "",
        BOTH,
        KEEP,
        Why.ALWAYS_DELIVERED,
    ),
    ("kept", KEPT, "", BOTH, KEEP, Why.KEPT_BY_USER),
    ("cancelled", {**KEPT, "delete_at": LATER}, "", BOTH, KEEP, Why.KEPT_BY_USER),
    ("cancelled late", {**KEPT, "delete_at": PASSED}, "", BOTH, WITHDRAW, Why.KEPT_BY_USER),
    ("kept by another word", {"annotations": {contract.KEEP: "yes"}}, "", (PIPEKIT,), DELETE, Why.UNUSED),
    ("used an hour ago", {"used": -HOUR}, "", BOTH, KEEP, Why.FRESH),
    ("used a day ago", {"used": -DAY}, "", BOTH, KEEP, Why.FRESH),
    ("used a day and a second ago", {"used": -DAY - 1}, "", (PIPEKIT,), DELETE, Why.UNUSED),
    ("used again after it was announced", {"used": -HOUR, "delete_at": PASSED}, "", BOTH, KEEP, Why.FRESH),
    ("used in no year that can be written", {"labels": {STAMP: "9" * 63}}, "", BOTH, KEEP, Why.FRESH),
    ("used by a clock that is ahead", {"used": HOUR}, "", BOTH, KEEP, Why.FRESH),
    ("made a month ago, never stamped", {"used": None}, "", (PIPEKIT,), DELETE, Why.UNUSED),
    ("made now, never stamped", {"used": None, "creationTimestamp": moment(NOW)}, "", BOTH, KEEP, Why.FRESH),
    ("in use", {}, "a", BOTH, KEEP, Why.IN_USE),
    ("in use, announced", {"delete_at": LATER}, "a", BOTH, KEEP, Why.IN_USE),
    ("in use, due", {"delete_at": PASSED}, "a", BOTH, WITHDRAW, Why.IN_USE),
    ("in use, unreadable", {"delete_at": "soon"}, "a", BOTH, WITHDRAW, Why.IN_USE),
    ("unreadable", {"delete_at": "soon"}, "", BOTH, ANNOUNCE, Why.UNREADABLE),
    ("announced", {"delete_at": LATER}, "", BOTH, KEEP, Why.ANNOUNCED),
    ("postponed by a year", {"delete_at": "2027-12-02"}, "", BOTH, KEEP, Why.ANNOUNCED),
    ("due", {"delete_at": PASSED}, "", BOTH, DELETE, Why.DUE),
    ("due now", {"delete_at": moment(NOW)}, "", BOTH, DELETE, Why.DUE),
    ("unused, with grace", {}, "", (BLOOMBERG,), ANNOUNCE, Why.UNUSED),
    ("unused, without", {}, "", (PIPEKIT,), DELETE, Why.UNUSED),
]


@pytest.mark.parametrize(
    ("given", "in_use", "rules", "action", "why"), [row[1:] for row in TABLE], ids=[r[0] for r in TABLE]
)
def test_what_becomes_of_one(
    given: dict[str, Any], in_use: str, rules: tuple[Rules, ...], action: Action, why: Why
) -> None:
    found = [decided(one, template("a", **given), used=in_use)["a"] for one in rules]

    assert [(one.action, one.why) for one in found] == [(action, why)] * len(rules)


def test_the_docstring_has_every_reason_and_every_row_of_it_is_tried() -> None:
    rows = re.findall(r" (kept|announced|deleted) +([A-Z]\w+)$", planning.__doc__ or "", re.MULTILINE)

    assert {why for _, why in rows} == set(Why)
    assert {why for _, why in rows} - {Why.REFERRED_TO} == {row[5] for row in TABLE}


def test_an_announcement_is_for_the_end_of_the_grace_period() -> None:
    assert decided(BLOOMBERG, template("a"))["a"].delete_at == moment(NOW + 7 * DAY)


def test_what_was_meant_to_be_postponed_stays_for_a_day_at_least() -> None:
    found = decided(PIPEKIT, template("a", delete_at="next week"))["a"]

    assert (found.delete_at, "'next week' is no time" in found.detail) == (moment(NOW + DAY), True)


@pytest.mark.parametrize("user", [{"used": -HOUR}, KEPT, {"labels": {contract.DELIVER: "Always"}}])
def test_what_a_kept_template_refers_to_is_kept_however_many_steps_away(user: dict[str, Any]) -> None:
    chain = (template("a", refers_to=("b",), **user), template("b", refers_to=("c",)), template("c"), template("d"))

    found = decided(PIPEKIT, *chain)

    assert [found[name].why for name in "bcd"] == [Why.REFERRED_TO, Why.REFERRED_TO, Why.UNUSED]
    assert found["c"].detail == "WorkflowTemplate/team/b refers to it"


def test_what_one_in_use_refers_to_is_kept_and_loses_an_announcement_that_has_passed() -> None:
    found = decided(
        BLOOMBERG, template("a", refers_to=("b", "c")), template("b", delete_at=PASSED), template("c"), used="a"
    )

    assert [found[name].action for name in "abc"] == [KEEP, WITHDRAW, KEEP]


def test_unused_templates_that_refer_to_each_other_go_together() -> None:
    found = decided(PIPEKIT, template("a", refers_to=("b",)), template("b", refers_to=("a", "b")))

    assert [one.action for one in found.values()] == [DELETE, DELETE]


def test_both_are_announced_at_the_same_time() -> None:
    found = decided(BLOOMBERG, template("a", refers_to=("b",)), template("b"))

    assert [one.action for one in found.values()] == [ANNOUNCE, ANNOUNCE]


def test_what_a_postponed_template_refers_to_stays_with_it_and_goes_with_it() -> None:
    postponed, due = template("a", refers_to=("b",), delete_at=LATER), template("b", delete_at=PASSED)

    found = decided(BLOOMBERG, postponed, due)

    assert (found["b"].action, found["b"].why, found["b"].delete_at) == (KEEP, Why.REFERRED_TO, PASSED)
    assert decided(BLOOMBERG, due)["b"].action is DELETE


def test_a_namesake_in_another_namespace_is_kept_by_nobody_here() -> None:
    user = template("a", refers_to=("b",), used=-HOUR)
    found = {one.template.key.namespace: one for one in plan(NOW, (user, template("b", namespace="x")), {}, PIPEKIT)}

    assert found[Namespace("x")].action is DELETE


@pytest.mark.parametrize(("user", "used"), [("", "team"), ("team", ""), ("", "")])
def test_references_are_followed_between_a_namespace_and_the_cluster(user: str, used: str) -> None:
    refers_to = ("b" if used else ":b",)

    found = decided(
        PIPEKIT, template("a", namespace=user, refers_to=refers_to, used=-HOUR), template("b", namespace=used)
    )

    assert found["b"].why is Why.REFERRED_TO


def test_what_is_not_ours_keeps_nothing_and_is_kept_by_nothing() -> None:
    theirs = {"labels": {contract.RUNNER: "theirs"}}
    found = decided(PIPEKIT, template("a", refers_to=("b",), **theirs), template("b", refers_to=("a",)))

    assert [(one.action, one.why) for one in found.values()] == [(KEEP, Why.NOT_OURS), (DELETE, Why.UNUSED)]
