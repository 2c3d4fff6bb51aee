"""What a person is taken to do, as the nodes tell it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.e2e.equivalence.suspended import commands, waits_for_a_person

if TYPE_CHECKING:
    from argosy.resolver.manifests import JsonObject


@pytest.mark.parametrize(("suspend", "expected"), [({}, True), ({"duration": "1s"}, False)])
def test_only_a_node_that_nothing_ends_waits_for_a_person(suspend: JsonObject, expected: bool) -> None:  # noqa: FBT001  # a case
    node = {"type": "Suspend", "phase": "Running", "templateName": "wait"}
    templates = [{"name": "wait", "suspend": suspend}]

    for place in ({"spec": {"templates": templates}}, {"spec": {}, "stored": templates}):
        stored = {"storedWorkflowTemplateSpec": {"templates": place.get("stored", [])}}
        workflow: JsonObject = {"spec": place["spec"], "status": {"nodes": {"a": node}, **stored}}
        assert waits_for_a_person(workflow) is expected


@pytest.mark.parametrize(
    ("phase", "value_from", "expected"),
    [
        (
            "Running",
            {"supplied": {}},
            [("node", "set", "w", "--node-field-selector=id=a", "--output-parameter=p=supplied")],
        ),
        ("Running", {"supplied": {}, "default": "d"}, []),
        ("Running", {"expression": "1"}, []),
        ("Succeeded", {"supplied": {}}, []),
    ],
)
def test_what_a_node_waits_for_is_given_before_it_goes_on(
    phase: str, value_from: JsonObject, expected: list[tuple[str, ...]]
) -> None:
    node = {"type": "Suspend", "phase": phase, "outputs": {"parameters": [{"name": "p", "valueFrom": value_from}]}}
    workflow: JsonObject = {"metadata": {"name": "w"}, "status": {"nodes": {"a": node, "b": {"type": "Pod"}}}}

    assert list(commands(workflow)) == [*expected, ("resume", "w")]
