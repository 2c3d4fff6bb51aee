"""Laying a Workflow over its WorkflowTemplate, rule by rule."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, cast

import pytest

from argosy.resolver.errors import Denied, Reason
from argosy.resolver.merge import merge_specs
from tests.merge.cases import CASES, CONFLICTS, Case, Conflict

if TYPE_CHECKING:
    from argosy.resolver.manifests import JsonObject, JsonValue, WorkflowSpec


def merged(workflow: JsonObject, template: JsonObject) -> JsonObject:
    return cast("JsonObject", merge_specs(cast("WorkflowSpec", workflow), cast("WorkflowSpec", template)))


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_merge_follows_argo(case: Case) -> None:
    assert case.expected == merged(case.workflow, case.template)


@pytest.mark.parametrize("case", CONFLICTS, ids=str)
def test_what_argo_cannot_merge_is_denied_with_the_place(case: Conflict) -> None:
    with pytest.raises(Denied) as denied:
        merged(case.workflow, case.template)
    assert (Reason.MERGE_CONFLICT, case.site) == (denied.value.reason, denied.value.site)
    assert denied.value.remedy


@pytest.mark.parametrize("case", CASES, ids=str)
def test_neither_spec_is_changed_or_shared(case: Case) -> None:
    workflow, template = copy.deepcopy(case.workflow), copy.deepcopy(case.template)
    _spoil(merged(workflow, template))
    assert (case.workflow, case.template) == (workflow, template)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_order_of_keys_in_the_specs_does_not_matter(case: Case) -> None:
    turned = merged(_turned(case.workflow), _turned(case.template))
    assert repr(merged(case.workflow, case.template)) == repr(turned)


def test_fields_stand_in_the_order_of_argos_types_and_map_keys_are_sorted() -> None:
    spec = merged({"onExit": "b", "nodeSelector": {"z": "1", "a": "1"}}, {"entrypoint": "a", "templates": []})
    assert list(spec) == ["entrypoint", "nodeSelector", "onExit"]
    assert list(spec["nodeSelector"]) == ["a", "z"]


def test_fields_that_the_schema_does_not_know_merge_as_plain_json() -> None:
    spec = merged(
        {"novelty": {"a": {"x": 1}, "b": [1]}, "podGC": {"pace": 1}},
        {"novelty": {"a": {"x": 2, "y": 2}, "b": [2, 3]}, "podGC": {"strategy": "s"}, "more": False},
    )
    expected = {
        "podGC": {"strategy": "s", "pace": 1},
        "more": False,
        "novelty": {"a": {"x": 1, "y": 2}, "b": [1]},
    }
    assert expected == spec


def _spoil(value: JsonValue) -> None:
    if isinstance(value, list):
        for each in value:
            _spoil(each)
        value.append("spoilt")
    elif isinstance(value, dict):
        for each in value.values():
            _spoil(each)
        value["spoilt"] = True


def _turned(value: JsonValue) -> JsonValue:
    if isinstance(value, list):
        return [_turned(each) for each in value]
    if isinstance(value, dict):
        return {key: _turned(each) for key, each in reversed(value.items())}
    return value
