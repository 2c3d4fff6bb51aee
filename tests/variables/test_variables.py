"""Which parameters have a value that is known at admission."""

from __future__ import annotations

import pytest

from argosy.resolver.variables import frozen, literal_parameters
from tests.flatten.running import read


@pytest.mark.parametrize(
    ("specs", "expected"),
    [
        (["{}"], {}),
        (["arguments: {parameters: [{name: a, value: x}]}"], {"a": "x"}),
        (["arguments: {parameters: [{name: a, value: 3}, {name: b, value: 1e3}]}"], {"a": "3", "b": "1000"}),
        (["arguments: {parameters: [{name: a, value: ''}]}"], {"a": ""}),
        (["arguments: {parameters: [{name: a, default: x}]}"], {}),
        (["arguments: {parameters: [{name: a, value: '{{workflow.name}}'}]}"], {}),
        (["arguments: {parameters: [{name: a, valueFrom: {configMapKeyRef: {name: x, key: z}}}]}"], {}),
        (
            ["arguments: {parameters: [{name: a, value: x}]}", "arguments: {parameters: [{name: a, value: z}]}"],
            {"a": "x"},
        ),
        (["arguments: {parameters: [{name: a}]}", "arguments: {parameters: [{name: a, value: z}]}"], {"a": "z"}),
        (
            [
                "arguments: {parameters: [{name: a, valueFrom: {expression: x}}]}",
                "arguments: {parameters: [{name: a, value: z}]}",
            ],
            {},
        ),
    ],
)
def test_only_a_value_that_stands_there_counts(specs: list[str], expected: dict[str, str]) -> None:
    assert literal_parameters(*map(read, specs)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain", "plain"),
        ("{{workflow.parameters.os}}", "linux"),
        ("a-{{ workflow.parameters.os }}-{{workflow.parameters.arch}}", "a-linux-arm"),
        ("{{workflow.parameters.missing}}", None),
        ("{{workflow.parameters.os", None),
        ("{{workflow.parameters.os}}{{", None),
        ("{{=workflow.parameters.os}}", None),
        ("{{inputs.parameters.os}}", None),
        ("{{workflow.parameters}}", None),
        ("", ""),
    ],
)
def test_a_text_is_frozen_only_when_nothing_of_it_is_left_to_the_run(text: str, expected: str | None) -> None:
    assert frozen(text, {"os": "linux", "arch": "arm"}) == expected
