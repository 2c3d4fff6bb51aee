"""A document means to Argosy what it means to Argo."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.documents.oracle import REFUSED, exact, read
from tests.documents.scalars import SCALARS
from tests.documents.structures import STRUCTURES

if TYPE_CHECKING:
    from tests.documents.oracle import GoYaml

# libyaml's scanner is younger than Go's copy of it. Neither side ever reads other data, one of them reads nothing.
READ_BY_GO_ONLY = (
    (b"[a:]", ["a:"]),
    (b"!, ", ""),
    (b"!a[ b", "b"),
)
READ_BY_ARGOSY_ONLY = (
    (b"[https://x.example/?a=b]", ["https://x.example/?a=b"]),
    (rb'"\/"', "/"),
)
# Go reads the text, and may not write what it has read.
STRICTER = (
    pytest.param(b"[!!str, a]", ["a"], id="a tag and a comma that older and newer scanners cut differently"),
    pytest.param(b"{a: .nan, a: 1}", {"a": 1}, id="a value that JSON cannot hold, behind an equal key"),
    pytest.param(b"[" * 201 + b"]" * 201, None, id="deeper than the limit"),
)


@pytest.mark.parametrize(("document", "expected"), [*SCALARS, *STRUCTURES])
def test_a_document_is_read_by_the_rules_of_go(document: bytes, expected: Any) -> None:
    assert exact(expected) == exact(read(document))


def test_the_tables_hold_what_go_itself_says(go_yaml: GoYaml) -> None:
    rows = [*SCALARS, *STRUCTURES, *READ_BY_GO_ONLY]
    rows += [(document, REFUSED) for document, _ in READ_BY_ARGOSY_ONLY]
    answers = go_yaml.read([document for document, _ in rows])
    wrong = [
        (document, expected, answer)
        for (document, expected), answer in zip(rows, answers, strict=True)
        if exact(expected) != exact(answer)
    ]
    assert not wrong


def test_the_tables_are_as_long_as_they_should_be() -> None:
    assert len({document for document, _ in (*SCALARS, *STRUCTURES)}) >= 200


@pytest.mark.parametrize(("document", "expected"), READ_BY_ARGOSY_ONLY)
def test_what_only_the_younger_scanner_reads_is_read_as_it_is_meant(document: bytes, expected: Any) -> None:
    assert exact(expected) == exact(read(document))


@pytest.mark.parametrize("document", [document for document, _ in READ_BY_GO_ONLY])
def test_what_only_the_older_scanner_reads_is_refused(document: bytes) -> None:
    assert REFUSED is read(document)


@pytest.mark.parametrize(("document", "of_go"), STRICTER)
def test_where_argosy_is_stricter_it_refuses(document: bytes, of_go: Any, go_yaml: GoYaml) -> None:
    (answer,) = go_yaml.read([document])
    assert answer is not REFUSED
    assert of_go in (None, answer)
    assert REFUSED is read(document)
