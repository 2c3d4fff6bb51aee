"""What is known of the controller while its ConfigMap changes, breaks, and cannot be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from argosy.agent.cluster.controller_watch import ControllerWatch
from argosy.agent.controller import ControllerFacts, Referencing
from argosy.resolver.errors import ArgosyError, Misconfigured, RetryLater
from argosy.resolver.flatten import WorkflowDefaults
from tests.cluster.scripted import Reply

if TYPE_CHECKING:
    from tests.cluster.scripted import ScriptedApi

NONE = WorkflowDefaults()
STRICT = Reply(200, {"data": {"workflowRestrictions": "templateReferencing: Strict\n"}})
BROKEN = Reply(200, {"data": {"workflowRestrictions": "templateReferencing: [\n"}})
EMPTY = Reply(200, {"metadata": {}})
ABSENT = Reply(404)
FORBIDDEN = Reply(403)
BUSY = Reply(429, headers={"Retry-After": "3"})


def _watch(api: ScriptedApi) -> ControllerWatch:
    return ControllerWatch(api.core(), "argo", "workflow-controller-configmap")


def _known(watch: ControllerWatch) -> tuple[ControllerFacts, object]:
    return watch.facts(), watch.problem


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        (STRICT, ControllerFacts(Referencing.STRICT, NONE)),
        (EMPTY, ControllerFacts(defaults=NONE)),
        (ABSENT, ControllerFacts()),
    ],
)
def test_a_look_finds_the_facts(api: ScriptedApi, reply: Reply, expected: ControllerFacts) -> None:
    api.answers(reply)
    watch = _watch(api)

    watch.look()

    assert _known(watch) == (expected, None)
    assert api.took() == [("GET", "/api/v1/namespaces/argo/configmaps/workflow-controller-configmap")]


@pytest.mark.parametrize(("reply", "kind"), [(BROKEN, Misconfigured), (FORBIDDEN, Misconfigured), (BUSY, RetryLater)])
def test_what_was_known_holds_while_nothing_better_is_known(
    api: ScriptedApi, reply: Reply, kind: type[ArgosyError]
) -> None:
    api.answers(STRICT, reply, reply, EMPTY)
    watch = _watch(api)

    for _ in range(3):
        watch.look()
    assert watch.facts() == ControllerFacts(Referencing.STRICT, NONE)
    assert isinstance(watch.problem, kind)

    watch.look()
    assert _known(watch) == (ControllerFacts(defaults=NONE), None)


@pytest.mark.parametrize(("reply", "kind"), [(BROKEN, Misconfigured), (FORBIDDEN, Misconfigured), (BUSY, RetryLater)])
def test_nothing_is_guessed_before_the_first_good_look(api: ScriptedApi, reply: Reply, kind: type[ArgosyError]) -> None:
    api.answers(reply)
    watch = _watch(api)

    with pytest.raises(RetryLater, match="was not read yet"):
        watch.facts()
    watch.look()
    with pytest.raises(kind):
        watch.facts()


def test_trouble_that_goes_on_is_logged_once(api: ScriptedApi, caplog: pytest.LogCaptureFixture) -> None:
    api.answers(BROKEN, BROKEN, BROKEN, FORBIDDEN)
    watch = _watch(api)

    for _ in range(4):
        watch.look()

    assert len(caplog.records) == 2
