"""What a Workflow may carry of its WorkflowTemplate when it no longer refers to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import pytest

from argosy.resolver.errors import Denied, Reason
from argosy.resolver.merge import Merged, adopt, reads_priority

if TYPE_CHECKING:
    from argosy.resolver.manifests import JsonObject, WorkflowSpec

SITE = "spec.workflowTemplateRef"


def adopted(workflow: JsonObject, template: JsonObject, site: str = SITE) -> Merged:
    own = {"workflowTemplateRef": {"name": "t"}, **workflow}
    return adopt(cast("WorkflowSpec", own), cast("WorkflowSpec", template), site=site)


def test_the_reference_is_gone() -> None:
    assert Merged({"entrypoint": "t"}) == adopted({}, {"entrypoint": "t"})


def test_the_template_suspends_nothing() -> None:
    assert Merged({}) == adopted({}, {"suspend": True})


@pytest.mark.parametrize("suspend", [True, False])
def test_the_workflow_suspends_itself(suspend: bool) -> None:  # noqa: FBT001 - the value under test
    assert suspend == adopted({"suspend": suspend}, {"suspend": not suspend}).spec["suspend"]  # type: ignore[typeddict-item]  # not read elsewhere


@pytest.mark.parametrize(
    ("workflow", "expected"),
    [
        ({}, {"secondsAfterCompletion": 60, "secondsAfterSuccess": 5}),
        ({"ttlStrategy": {"secondsAfterFailure": 9}}, {"secondsAfterFailure": 9}),
        ({"ttlStrategy": {}}, {}),
        ({"ttlStrategy": None}, {"secondsAfterCompletion": 60, "secondsAfterSuccess": 5}),
    ],
)
def test_a_time_to_live_is_the_workflows_whole_or_the_templates(workflow: JsonObject, expected: JsonObject) -> None:
    template = {"ttlStrategy": {"secondsAfterCompletion": 60, "secondsAfterSuccess": 5}}
    spec: JsonObject = {**adopted(workflow, template).spec}
    assert expected == spec["ttlStrategy"]


def test_the_templates_priority_is_left_out_and_remembered_for_copies() -> None:
    assert Merged({}, inheritable_priority=7) == adopted({}, {"priority": 7})


def test_the_workflows_priority_stays() -> None:
    assert Merged({"priority": 0}) == adopted({"priority": 0}, {"priority": 7})  # type: ignore[typeddict-unknown-key]  # not read elsewhere


@pytest.mark.parametrize("text", ["{{workflow.priority}}", "{{ workflow.priority }}", "{{=workflow.priority + 1}}"])
def test_the_templates_priority_is_kept_with_a_notice_where_the_variable_is_read(text: str) -> None:
    template = {"priority": 7, "templates": [{"name": "t", "container": {"image": "i", "args": [text]}}]}
    merged = adopted({}, template)
    (notice,) = merged.notices
    assert {**template} == {**merged.spec}
    assert (notice.reason, notice.site) == (Reason.MERGED_DIFFERENTLY, "spec.priority")
    assert merged.inheritable_priority is None


def test_a_priority_in_plain_text_is_no_variable() -> None:
    assert not reads_priority({"args": ["workflow.priority", "{{workflow.name}}", 3, None]})


def test_the_templates_shutdown_is_left_out_with_a_notice() -> None:
    merged = adopted({}, {"shutdown": "Stop"})
    assert (merged.spec, [notice.site for notice in merged.notices]) == ({}, ["spec.shutdown"])


def test_the_workflows_shutdown_stays() -> None:
    merged = adopted({"shutdown": "Terminate"}, {"shutdown": "Stop"})
    assert (merged.spec, merged.notices) == ({"shutdown": "Terminate"}, ())


def test_a_parameter_with_only_a_name_gets_the_templates_value_and_a_notice() -> None:
    merged = adopted(
        {"arguments": {"parameters": [{"name": "one", "value": "1"}, {"name": "size"}, {"name": "loose"}]}},
        {"arguments": {"parameters": [{"name": "size", "value": 3}]}},
        "spec.workflowSpec.workflowTemplateRef",
    )
    parameters = [{"name": "one", "value": "1"}, {"name": "size", "value": "3"}, {"name": "loose"}]
    assert {"arguments": {"parameters": parameters}} == merged.spec
    assert [notice.site for notice in merged.notices] == ["spec.workflowSpec.arguments.parameters[1]"]


def test_a_template_made_of_another_is_denied() -> None:
    with pytest.raises(Denied, match="follow") as denied:
        adopted({}, {"workflowTemplateRef": {"name": "other"}})
    assert (denied.value.reason, denied.value.site) == (Reason.UNSUPPORTED_REFERENCE, SITE)


def test_a_conflict_names_its_place_in_a_cron_workflow() -> None:
    with pytest.raises(Denied) as denied:
        adopted({"tolerations": [{}]}, {"tolerations": [{}]}, "spec.workflowSpec.workflowTemplateRef")
    assert denied.value.site == "spec.workflowSpec.tolerations[0] of the WorkflowTemplate"
