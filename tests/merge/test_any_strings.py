"""Any-typed strings: numbers and booleans of a template file become what Argo reads them as."""

from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from argosy.resolver.errors import Denied, Reason
from argosy.resolver.merge import normalised, normalised_spec
from argosy.resolver.merge.any_string import any_string

if TYPE_CHECKING:
    from argosy.resolver.manifests import JsonObject, JsonValue, Template, WorkflowSpec
    from tests.merge.oracle import Oracle


def template(value: JsonObject) -> JsonObject:
    return cast("JsonObject", normalised(cast("Template", value)))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("", ""),
        ("1e3", "1e3"),
        (True, "true"),
        (False, "false"),
        (0, "0"),
        (-7, "-7"),
        (3.0, "3"),
        (-0.0, "-0"),
        (0.1, "0.1"),
        (1e21, "1000000000000000000000"),
        (1e-7, "0.0000001"),
        (9007199254740993, "9007199254740992"),
        (12345678901234567890, "12345678901234567000"),
    ],
)
def test_a_scalar_becomes_text_without_an_exponent(value: JsonValue, text: str) -> None:
    assert text == any_string(value)


@pytest.mark.timeout(900)
@given(values=st.lists(st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(2**70), 2**70), min_size=40))
def test_argo_reads_the_same_text(oracle: Oracle, values: list[float]) -> None:
    spec = {"arguments": {"parameters": [{"name": str(index), "value": value} for index, value in enumerate(values)]}}
    (answer,) = oracle.answers([{"workflow": spec, "template": {}}])
    read = [parameter["value"] for parameter in answer["result"]["arguments"]["parameters"]]
    # What "-0" is written as is lost on the way through Python's integers.
    assert [any_string(json.loads(json.dumps(value))) for value in values] == read


@pytest.mark.parametrize("value", [[1], {"a": 1}, float("nan"), float("inf"), 10**400])
def test_what_is_no_scalar_is_denied(value: JsonValue) -> None:
    with pytest.raises(Denied) as denied:
        template({"inputs": {"parameters": [{"name": "a", "value": value}]}})
    assert denied.value.reason == Reason.INVALID_MANIFEST
    assert denied.value.site == "template.inputs.parameters[0].value"
    assert "quotes" in denied.value.remedy


def parameter(*, text: bool) -> JsonObject:
    return {
        "name": "p",
        "value": "3" if text else 3,
        "default": "true" if text else True,
        "description": "2.5" if text else 2.5,
        "enum": ["1", "", "x"] if text else [1, None, "x"],
        "valueFrom": {"default": "0" if text else 0, "path": "/a"},
    }


def everywhere(*, text: bool) -> JsonObject:
    one = parameter(text=text)
    arguments = {"parameters": [one]}
    hook = {"arguments": arguments, "template": "h"}
    caller = {"name": "c", "arguments": arguments, "hooks": {"exit": hook}, "withItems": [1, {"value": 2}]}
    body = {"inputs": arguments, "outputs": arguments, "dag": {"tasks": [{**caller, "template": "t"}]}}
    return {
        **body,
        "name": "t",
        "steps": [[{**caller, "inline": body}], [{"name": "d", "inline": {"steps": [[caller]]}}]],
        "plugin": {"p": {"parameters": [{"value": 1}]}},
        "parallelism": 3,
    }


def test_every_parameter_of_a_template_is_reached_and_nothing_else() -> None:
    assert everywhere(text=True) == template(everywhere(text=False))


def test_every_parameter_of_a_spec_is_reached() -> None:
    def spec(*, text: bool) -> JsonObject:
        inside = everywhere(text=text)
        arguments = {"parameters": [parameter(text=text)]}
        hooks = {"exit": {"arguments": arguments}}
        return {"templates": [inside], "templateDefaults": inside, "arguments": arguments, "hooks": hooks}

    assert spec(text=True) == normalised_spec(cast("WorkflowSpec", spec(text=False)))


def test_a_null_is_left_out() -> None:
    assert template({"inputs": {"parameters": [{"name": "a", "value": None, "default": None}]}}) == {
        "inputs": {"parameters": [{"name": "a"}]}
    }


def test_a_template_of_strings_is_given_back_itself() -> None:
    given_back = everywhere(text=True)
    assert given_back is template(given_back)


def test_the_template_is_not_changed() -> None:
    value = everywhere(text=False)
    before = copy.deepcopy(value)
    template(value)
    assert before == value


def test_fields_and_their_order_stay() -> None:
    value = {
        "unknown": {"value": 1},
        "inputs": {"parameters": [{"value": 1, "name": "a"}]},
        "name": "t",
        "daemon": False,
    }
    expected = {
        "unknown": {"value": 1},
        "inputs": {"parameters": [{"value": "1", "name": "a"}]},
        "name": "t",
        "daemon": False,
    }
    assert json.dumps(expected) == json.dumps(template(value))


@pytest.mark.parametrize(
    "value",
    [
        {"inputs": []},
        {"inputs": {"parameters": "p"}},
        {"inputs": {"parameters": [None, "p", 3, []]}},
        {"steps": {"a": 1}},
    ],
)
def test_what_is_misshapen_elsewhere_is_left_to_others(value: JsonObject) -> None:
    assert value == template(value)
