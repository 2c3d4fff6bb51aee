"""Specs that no one should write: an answer or a refusal with a place, never a crash."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from argosy.resolver.errors import Denied, Reason
from argosy.resolver.merge import adopt, merge_specs, normalised, normalised_spec
from argosy.resolver.merge.schema import WORKFLOW_SPEC, fields_of

if TYPE_CHECKING:
    from argosy.resolver.manifests import JsonObject, JsonValue, Template, WorkflowSpec


def merged(workflow: JsonValue, template: JsonValue) -> JsonObject:
    return cast("JsonObject", merge_specs(cast("WorkflowSpec", workflow), cast("WorkflowSpec", template)))


WRONG: list[tuple[JsonValue, str]] = [
    ([], "spec"),
    ("spec", "spec"),
    (None, "spec"),
    ({1: "a"}, "spec"),
    ({"entrypoint": 3}, "spec.entrypoint"),
    ({"entrypoint": ["a"]}, "spec.entrypoint"),
    ({"suspend": "true"}, "spec.suspend"),
    ({"priority": "7"}, "spec.priority"),
    ({"priority": True}, "spec.priority"),
    ({"arguments": []}, "spec.arguments"),
    ({"arguments": {"parameters": "a"}}, "spec.arguments.parameters"),
    ({"arguments": {"parameters": {"a": 1}}}, "spec.arguments.parameters"),
    ({"arguments": {"parameters": ["a"]}}, "spec.arguments.parameters[0]"),
    ({"arguments": {"parameters": [{"name": 3}]}}, "spec.arguments.parameters[0].name"),
    ({"arguments": {"parameters": [{"value": {}}]}}, "spec.arguments.parameters[0].value"),
    ({"arguments": {"artifacts": [{"s3": "bucket"}]}}, "spec.arguments.artifacts[0].s3"),
    ({"templates": {"name": "a"}}, "spec.templates"),
    ({"templates": [[]]}, "spec.templates[0]"),
    ({"templates": [{"steps": [{"name": "a"}]}]}, "spec.templates[0].steps[0]"),
    ({"templates": [{"steps": [["a"]]}]}, "spec.templates[0].steps[0][0]"),
    ({"templates": [{"plugin": {}}]}, "spec.templates[0].plugin"),
    ({"templates": [{"plugin": {"a": 1, "b": 2}}]}, "spec.templates[0].plugin"),
    ({"templates": [{"plugin": ["a"]}]}, "spec.templates[0].plugin"),
    ({"nodeSelector": ["a"]}, "spec.nodeSelector"),
    ({"nodeSelector": {"a": 1}}, "spec.nodeSelector.a"),
    ({"nodeSelector": {1: "a"}}, "spec.nodeSelector"),
    ({"podResources": {"limits": {"cpu": True}}}, "spec.podResources.limits.cpu"),
    ({"hooks": []}, "spec.hooks"),
    ({"hooks": {"exit": "a"}}, "spec.hooks.exit"),
    ({"workflowMetadata": {"labelsFrom": ["a"]}}, "spec.workflowMetadata.labelsFrom"),
    ({"unknown": {None: 1}}, "spec.unknown"),
]


@pytest.mark.parametrize(("spec", "site"), WRONG)
def test_a_workflow_of_the_wrong_types_is_denied(spec: JsonValue, site: str) -> None:
    with pytest.raises(Denied) as denied:
        merged(spec, {})
    assert (Reason.INVALID_MANIFEST, site) == (denied.value.reason, denied.value.site)


@pytest.mark.parametrize(("spec", "site"), WRONG)
def test_a_template_of_the_wrong_types_is_denied(spec: JsonValue, site: str) -> None:
    with pytest.raises(Denied) as denied:
        merged({}, spec)
    assert (Reason.INVALID_MANIFEST, f"WorkflowTemplate {site}") == (denied.value.reason, denied.value.site)


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        (dict.fromkeys(fields_of(WORKFLOW_SPEC)), {}),
        ({"arguments": {"parameters": [None]}}, {"arguments": {"parameters": [{}]}}),
        ({"synchronization": {"mutexes": [None]}}, {"synchronization": {"mutexes": [None]}}),
        ({"nodeSelector": {"a": None}}, {"nodeSelector": {"a": ""}}),
        ({"hooks": {"exit": None}}, {"hooks": {"exit": {}}}),
        ({"podResources": {"limits": {"cpu": None}}}, {"podResources": {"limits": {"cpu": "0"}}}),
        ({"templates": [{"name": "a", "steps": [None]}]}, {"templates": [{"name": "a", "steps": [None]}]}),
        ({"hostAliases": [{"hostnames": [None]}]}, {"hostAliases": [{"hostnames": [""]}]}),
    ],
)
def test_a_null_is_the_zero_value_of_its_type(spec: JsonObject, expected: JsonObject) -> None:
    assert expected == merged(spec, {}) == merged({}, spec)


def nested(depth: int) -> JsonObject:
    value: JsonObject = {"container": {"image": "i"}}
    for _ in range(depth):
        value = {"dag": {"tasks": [{"name": "a", "inline": value}]}}
    return {"templates": [{"name": "a", **value}]}


def deep(depth: int) -> JsonValue:
    value: JsonValue = "bottom"
    for level in range(depth):
        value = [value] if level % 2 else {"a": value}
    return value


@pytest.mark.parametrize(
    "spec",
    [
        nested(5000),
        {"unknown": deep(50_000)},
        {"templates": [{"plugin": {"a": deep(50_000)}}]},
        {"templates": [{"steps": [[{"withItems": [deep(50_000)]}]]}]},
    ],
)
def test_a_spec_that_nests_without_end_is_denied(spec: JsonObject) -> None:
    for workflow, template in ((spec, {}), ({}, spec), (spec, spec)):
        with pytest.raises(Denied) as denied:
            merged(workflow, template)
        assert denied.value.reason == Reason.LIMIT_EXCEEDED
        assert len(str(denied.value)) < 400


def test_any_strings_of_a_spec_that_nests_without_end_are_denied() -> None:
    with pytest.raises(Denied, match="nests deeper"):
        normalised_spec(cast("WorkflowSpec", nested(5000)))


def test_five_inline_bodies_inside_each_other_are_not_too_deep() -> None:
    assert nested(5) == merged(nested(5), {})


def test_thousands_of_elements_take_no_quadratic_time() -> None:
    many = [{"name": f"p{index}", "value": "v"} for index in range(10_000)]
    started = time.process_time()
    spec = merged({"arguments": {"parameters": many[::2]}}, {"arguments": {"parameters": many[::-1]}})
    assert len(spec["arguments"]["parameters"]) == len(many)
    assert time.process_time() - started < 5


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from(["", "a", "name", "$patch"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["name", "value", "parameters", "tasks", "$patch", "a"]), inner, max_size=3)
    ),
    max_leaves=8,
)
FIELDS = st.sampled_from([*fields_of(WORKFLOW_SPEC), "$patch", "unknown"])


@given(
    workflow=st.dictionaries(FIELDS, JSON, max_size=5) | JSON, template=st.dictionaries(FIELDS, JSON, max_size=5) | JSON
)
def test_any_json_gives_a_spec_or_a_refusal(workflow: JsonValue, template: JsonValue) -> None:
    for attempt in (
        lambda: merged(workflow, template),
        lambda: adopt(workflow, template, site="spec.workflowTemplateRef"),
        lambda: normalised(cast("Template", workflow)),
        lambda: normalised_spec(template),
    ):
        try:
            attempt()
        except Denied as error:
            assert error.remedy  # noqa: PT017 - either is right
