"""The documents of a file with their lines, the good ones apart from the bad."""

from __future__ import annotations

import pytest

from argosy.resolver.documents import Limits
from argosy.resolver.placed_documents import Placed, Unreadable, placed_documents


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", []),
        (b"# nothing\n---\n\n", []),
        (b"a: 1", [(1, 1, {"a": 1})]),
        (b"---\na: 1\n---\nb: 2\n", [(1, 2, {"a": 1}), (2, 4, {"b": 2})]),
        (b"# one\n\na: 1\n---\n# two\n---\n# three\nb: 2\n", [(1, 3, {"a": 1}), (2, 8, {"b": 2})]),
        (b"a: 1\n--- # note\n\nb: 2\n", [(1, 1, {"a": 1}), (2, 4, {"b": 2})]),
        (b'{"a": 1}', [(1, 1, {"a": 1})]),
        (b'{"a": 1}\n{"b": 2}\n', [(1, 0, {"a": 1}), (2, 0, {"b": 2})]),
        (b"{a: 1}", [(1, 1, {"a": 1})]),
    ],
)
def test_a_document_is_told_with_its_number_and_its_line(data: bytes, expected: list[tuple[int, int, object]]) -> None:
    found = [(one.number, one.line, one.value) for one in placed_documents(data) if isinstance(one, Placed)]

    assert found == expected


def test_a_bad_document_does_not_hide_the_others() -> None:
    kinds = [(type(one), one.line) for one in placed_documents(b"a: 1\n---\nb: [\n---\nc: 3\n")]

    assert kinds == [(Placed, 1), (Unreadable, 4), (Placed, 5)]


@pytest.mark.parametrize("data", [b"a: 123456789", b'{"a": 123456789}'])
def test_a_document_over_the_limits_is_unreadable(data: bytes) -> None:
    (found,) = placed_documents(data, limits=Limits(max_bytes=5))

    assert isinstance(found, Unreadable)
