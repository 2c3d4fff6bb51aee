"""A file is the list of what it holds."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest

from argosy.resolver.documents import DocumentError, Limits, Part, load, load_documents, split


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        pytest.param(b"", [], id="nothing"),
        pytest.param(b" \n\t\n", [], id="white space only"),
        pytest.param(b"a: 1", [Part(1, 1, b"a: 1")], id="one document"),
        pytest.param(b"---\na: 1\n", [Part(1, 1, b"---\na: 1\n")], id="a separator in the first line stays"),
        pytest.param(b"a\n---\nb\n", [Part(1, 1, b"a"), Part(2, 4, b"\nb\n")], id="two documents"),
        pytest.param(b"a\n---\n---\n\n---\nb", [Part(1, 1, b"a"), Part(5, 4, b"\nb")], id="empty ones are left out"),
        pytest.param(b"a\n--- # c\nb", [Part(1, 1, b"a"), Part(2, 4, b" # c\nb")], id="a comment after the separator"),
        pytest.param(b"a\n----\nb", [Part(1, 1, b"a"), Part(2, 4, b"-\nb")], id="four dashes, as Argo cuts them"),
        pytest.param(b"a\n---b: 1", [Part(1, 1, b"a"), Part(2, 4, b"b: 1")], id="text right after, as Argo cuts it"),
        pytest.param(b"a: |\n  ---\n  b", [Part(1, 1, b"a: |\n  ---\n  b")], id="dashes inside an indented text"),
        pytest.param(b"a\r\n---\r\nb", [Part(1, 1, b"a\r"), Part(2, 4, b"\r\nb")], id="line ends of Windows"),
    ],
)
def test_a_file_is_cut_where_argo_cuts_it(data: bytes, expected: list[Part]) -> None:
    assert expected == split(data)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", []),
        (b"# nothing\n---\n---\nnull\n", []),
        (b"a: 1\n---\nb: 2\n---\n", [{"a": 1}, {"b": 2}]),
        (b'{"a": 1}', [{"a": 1}]),
        (b'\n\n[{"a": 1.0}, 1e3, -0.5, 18446744073709551616]', [[{"a": 1}, 1000, -0.5, 18446744073709552000]]),
        (b'{"a": 1}\n{"b": 2}\n', [{"a": 1}, {"b": 2}]),
        (b'{"a": 1}{"b": "}{"} [3]', [{"a": 1}, {"b": "}{"}, [3]]),
        (b'{"a": "\\ud83d\\ude00", "a": "\\/"}', [{"a": "/"}]),
        (b'{\n\t"a":\t"\\"[", "\\\\": {}}', [{"a": '"[', "\\": {}}]),
        (b'{"a": 1}\n---\n{"b": 2}', [{"a": 1}, {"b": 2}]),
        (b"{a: 1}", [{"a": 1}]),
        (b'{"a": yes}', [{"a": True}]),
        (b"[1, 2]\n---\nb: 2", [[1, 2], {"b": 2}]),
        (b'{"a": 1} # not JSON', [{"a": 1}]),
        (b'{"a": 1}]', [{"a": 1}]),
        (b'"text"', ["text"]),
    ],
)
def test_a_file_holds_yaml_documents_or_json_values(data: bytes, expected: list[Any]) -> None:
    assert repr(expected) == repr(load_documents(data))


def test_argo_cuts_a_version_line_from_its_document_so_it_is_refused() -> None:
    with pytest.raises(DocumentError, match="did not find expected <document start>"):
        load_documents(b"%YAML 1.1\n--- a")


@pytest.mark.parametrize(
    ("data", "line", "column"),
    [
        (b"a: [", 2, 1),
        (b"a: 1\nb: }", 2, 4),
        (b"a: 1\n---\nb: 1\n---\n\nc: }\n", 6, 4),
        (b"a: 1\n--- }\n", 2, 5),
        (b"a: 1\n---\nb: .inf\n", 3, 4),
        (b"a: 1\n---\n? [b]\n", 3, 3),
        (b"a: 1\n---\nb: *c\n", 3, 4),
        (b"a: 1\n---\nb: \x07\n", 2, 4),
    ],
)
def test_an_error_names_the_line_of_the_file(data: bytes, line: int, column: int) -> None:
    with pytest.raises(DocumentError) as caught:
        load_documents(data)
    assert (line, column) == (caught.value.line, caught.value.column)
    assert str(caught.value).startswith(f"line {line}, column {column}: ")


def test_only_the_first_document_of_a_text_is_loaded_as_go_does() -> None:
    assert load(b"a: 1\n...\nb: [") == {"a": 1}


def test_keys_stay_in_the_order_they_are_written_in() -> None:
    assert list(load(b"{z: 1, a: 1, on: 1, 1: 1, z: 2}")) == ["z", "a", "true", "1"]


def test_what_an_alias_repeats_is_shared() -> None:
    value = load(b"a: &x [1]\nb: *x")
    assert value["a"] is value["b"]


@pytest.mark.parametrize(
    ("limits", "accepted", "refused"),
    [
        (Limits(max_bytes=5), b"a: 12", b"a: 123"),
        (Limits(max_depth=2), b"[[1]]", b"[[[1]]]"),
        (Limits(max_depth=2), b"a: [b]", b"a: [[b]]"),
        (Limits(max_nodes=6), b"a: [1, 2]", b"a: [1, 2, 3]"),
        (Limits(max_nodes=16), b"- &a [1, 2, 3]\n- *a", b"- &a [1, 2, 3]\n- *a\n- *a\n- *a"),
        (Limits(max_nodes=8), b"[1, 2]\n---\n[1]", b"[1, 2]\n---\n[1, 2, 3]\n---\n[1]"),
        (Limits(max_nodes=3), b"[1, 2]", b"[1, 2, 3, 4]"),
        (Limits(max_expanded=40), b"- &a aaaaaaaaaa\n- *a", b"- &a aaaaaaaaaa\n- *a\n- *a\n- *a"),
        (Limits(max_documents=2), b"a\n---\nb", b"a\n---\nb\n---\nc"),
    ],
)
def test_a_limit_refuses_what_goes_beyond_it(limits: Limits, accepted: bytes, refused: bytes) -> None:
    assert load_documents(accepted, limits=limits)
    with pytest.raises(DocumentError):
        load_documents(refused, limits=limits)


def test_without_libyaml_the_package_says_so_at_once() -> None:
    program = "import sys; sys.modules['yaml._yaml'] = None; import argosy.resolver.documents"
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert run.returncode != 0
    assert "Misconfigured: PyYAML is installed without libyaml" in run.stderr
    assert "install PyYAML from its published wheel" in run.stderr
