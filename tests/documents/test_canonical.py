"""Equal values have equal bytes, whatever text they came from."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from argosy.resolver.documents import DocumentError, canonical, digest, load, load_documents

_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**25), 10**25) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=10,
)


@settings(max_examples=60, deadline=None, database=None)
@given(_VALUES)
def test_canonical_bytes_are_sorted_json_of_the_same_value(value: Any) -> None:
    data = canonical(value)
    assert value == json.loads(data)
    assert data == canonical(json.loads(json.dumps(value, sort_keys=True)))
    assert digest(value) == f"sha256:{hashlib.sha256(data).hexdigest()}"


@pytest.mark.parametrize(
    "texts",
    [
        (b"{b: 1, a: [x, 1.0]}", b"a:\n- x\n- 1\nb: 1\n", b'{"a": ["x", 1e0], "b": 1}'),
        (b"a: &x {c: d}\nb: *x", b"a: {c: d}\nb: {c: d}"),
        (b"on: 0x10", b"'true': 16"),
        (b"[18446744073709551616]", b"[18446744073709552000.0]", b"[1.8446744073709552e19]"),
    ],
)
def test_one_meaning_has_one_digest(texts: tuple[bytes, ...]) -> None:
    assert len({digest(load_documents(text)[0]) for text in texts}) == 1


def test_large_integers_keep_all_their_digits() -> None:
    assert canonical({"b": 10**20 + 1, "a": "é"}) == '{"a":"é","b":100000000000000000001}'.encode()


def test_one_and_true_have_different_digests() -> None:
    assert digest(load(b"[1]")) != digest(load(b"[true]"))


def _deep() -> list[Any]:
    value: list[Any] = []
    for _ in range(100_000):
        value = [value]
    return value


@pytest.mark.parametrize("value", [{1, 2}, "\ud800", {"a": b"b"}, _deep()])
def test_what_json_cannot_hold_has_no_canonical_bytes(value: Any) -> None:
    with pytest.raises(DocumentError):
        canonical(value)
