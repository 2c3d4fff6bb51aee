"""What is written for people is read back as it was, by Argosy, by Go and by PyYAML."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from argosy.resolver.documents import DocumentError, dump, dump_documents, load, load_documents
from tests.documents.oracle import exact

if TYPE_CHECKING:
    from tests.documents.oracle import GoYaml

# Words that some reader of YAML takes for something else, and characters that mean something to it.
_TRICKY = st.sampled_from(
    [
        *(
            "",
            "y",
            "No",
            "null",
            "~",
            "NaN",
            ".inf",
            "0x1F",
            "1e3",
            "1:30",
            "0o7",
            "08",
            "1_0",
            "2001-01-01",
            "=",
            "<<",
        ),
        *("- a", "? a", "a: b", "a:", ":a", "a #b", "#a", "&a", "*a", "!a", "|", ">", "%a", "@a", "`a", "{a}", "[a]"),
        *(
            "---",
            "--- a",
            "...",
            "a\n---\nb",
            "{{inputs.x}}",
            "'",
            '"',
            "a\\b",
            'it\'s "so"',
            " a",
            "a ",
            "a  b",
            "30s",
        ),
        *("a\n", "a\n\n", "\na", "\n", "\n\n", " \n", "a\nb", "a\n b\n", " a\nb", "\ta\nb", "a\n\n\n", "a \nb", "a\n "),
        *(
            "a\r\nb",
            "\u0085",
            "a\u2028b\nc",
            "\ufeff",
            "\xa0",
            "\x00",
            "\x7f",
            "\ufffe",
            "😀\n",
            "é",
            "x" * 1100,
            "12:34\n",
        ),
    ]
)
_TEXTS = _TRICKY | st.text(max_size=12) | st.text("ab 01:#-\n\t'\"{}[],&*!|>%@`\\.?~", max_size=10)
_SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(1 << 63), (1 << 64) - 1)
    | st.floats(allow_nan=False, allow_infinity=False).filter(lambda number: not number.is_integer())
    | _TEXTS
)
_VALUES = st.recursive(
    _SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_TEXTS, inner, max_size=4), max_leaves=12
)

modest = settings(
    max_examples=60,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@modest
@given(st.lists(_VALUES, min_size=1, max_size=15))
def test_every_reader_reads_back_what_was_written(go_yaml: GoYaml, values: list[Any]) -> None:
    expected = [exact(value) for value in values]
    texts = [dump(value) for value in values]
    sources = [text.encode() for text in texts]
    assert expected == [exact(load(source)) for source in sources]
    assert expected == [exact(value) for value in go_yaml.read(sources)]
    assert expected == [exact(yaml.load(text, yaml.CSafeLoader)) for text in texts]


@modest
@given(st.lists(_VALUES.filter(lambda value: value is not None), max_size=5))
def test_a_file_of_documents_is_taken_apart_as_it_was_put_together(values: list[Any]) -> None:
    text = dump_documents(values)
    expected = [exact(value) for value in values]
    assert expected == [exact(value) for value in load_documents(text.encode())]
    assert expected == [exact(value) for value in yaml.load_all(text, yaml.CSafeLoader)]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({}, "{}\n"),
        ([], "[]\n"),
        (None, "null\n"),
        ("a\nb\n", "|\n  a\n  b\n"),
        ({"b": 1, "a": True}, "b: 1\na: true\n"),
        ({"on": "off", "1": "1"}, '"on": "off"\n"1": "1"\n'),
        ([[1, [2]], {"a": [{"b": []}]}], "- - 1\n  - - 2\n- a:\n  - b: []\n"),
        ({"a": {"b": ["c"]}}, "a:\n  b:\n  - c\n"),
        ({"image": "alpine:3.18", "after": "30s", "at": "12:30"}, 'image: alpine:3.18\nafter: 30s\nat: "12:30"\n'),
        ({"v": "{{inputs.parameters.v}}"}, 'v: "{{inputs.parameters.v}}"\n'),
        ({"v": "echo {{inputs.parameters.v}}"}, "v: echo {{inputs.parameters.v}}\n"),
        ({"v": '{"a": "it\'s"}'}, "v: '{\"a\": \"it''s\"}'\n"),
        ({"source": "if a:\n  b\n\nc"}, "source: |-\n  if a:\n    b\n\n  c\n"),
        ({"source": "  a\nb\n"}, "source: |2\n    a\n  b\n"),
        ({"source": "a\n\n"}, "source: |+\n  a\n\n"),
        ({"source": "a\r\nb"}, 'source: "a\\r\\nb"\n'),
        ({"v": [1.5, 1e22, 1e-7, 1 << 63]}, "v:\n- 1.5\n- 1.0e+22\n- 1.0e-07\n- 9223372036854775808\n"),
        ({"k" * 1001: {"a": 1}}, f"? {'k' * 1001}\n:\n  a: 1\n"),
    ],
)
def test_the_form_is_that_of_kubectl_with_texts_in_blocks(value: Any, expected: str) -> None:
    assert expected == dump(value)


def test_documents_stand_apart() -> None:
    assert dump_documents([{"a": 1}, {"b": "x\n"}, "y\n"]) == "a: 1\n---\nb: |\n  x\n...\n---\n|\n  y\n"


def _nested(depth: int) -> Any:
    value: Any = 1
    for level in range(depth):
        value = [value] if level % 2 else {"a": value}
    return value


def test_whatever_may_be_read_may_be_written() -> None:
    value = _nested(200)
    assert repr(value) == repr(load(dump(value).encode()))


def _cyclic() -> list[Any]:
    value: list[Any] = []
    value.append(value)
    return value


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(float("nan"), id="NaN"),
        pytest.param({"a": [float("inf")]}, id="infinity"),
        pytest.param({1: "a"}, id="a key that is no string"),
        pytest.param({"a": {1, 2}}, id="a set"),
        pytest.param(b"a", id="bytes"),
        pytest.param("\ud800", id="half of a surrogate pair"),
        pytest.param({"\udfff": 1}, id="half of a surrogate pair in a key"),
        pytest.param((1 << 64) + 1, id="an integer that Go would round"),
        pytest.param(10**400, id="an integer beyond all floats"),
        pytest.param(_nested(201), id="deeper than may be read"),
        pytest.param(_nested(100_000), id="very deep"),
        pytest.param(_cyclic(), id="a list that holds itself"),
    ],
)
def test_what_nobody_could_read_back_is_not_written(value: Any) -> None:
    with pytest.raises(DocumentError):
        dump(value)


def test_a_large_integer_that_is_a_float_to_go_is_written() -> None:
    assert load(dump(18446744073709552000).encode()) == 18446744073709552000
