"""Texts that nobody would write mean to Argosy what they mean to Argo."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.documents.oracle import REFUSED, exact, read

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.documents.oracle import GoYaml

BATCH = 250
"""Documents of one example: one run of the judge answers them all."""
EXAMPLES = 12

# The documents that are read differently say more than a smallest batch would, which takes minutes to find.
judged_in_batches = settings(
    phases=[Phase.generate],
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)

# Hypothesis chooses one number for each document: drawing each piece would take longer than judging it.
_WORD_PIECES = (
    *"0123456789abefinoxyBEOTXZ+-._:~<= ",
    "0x",
    "0b",
    "0o",
    "true",
    "null",
    "off",
    ".inf",
    ".5",
    "e+",
    "1_",
    "2001-01-01",
)
_SCALAR_FORMS = (
    "[{}]",
    "k: {}",
    "{}: v",
    "!!int {}",
    "!!float {}",
    "!!bool {}",
    "!!null {}",
    "!!timestamp {}",
    "!x {}",
)
_DOCUMENT_PIECES = (
    *("a", "b", "1", "0x1", "1.5", "y", "~", "é", "k: v\n", ": ", "- ", "? ", "\n", "\n ", "\n  ", "\r\n", " ", "\t"),
    *("{", "}", "[", "]", ", ", ",", "'", '"', "\\n", "|", "|-", ">", "#", " #", "%", "@", "`", ":", "?", "-"),
    *("&x ", "*x", "&x", "<<", "<<: *x\n", "!", "!!str ", "!!int ", "!!null", "!a ", "!!str", "---", "..."),
)


def _texts(pieces: Sequence[str], longest: int) -> st.SearchStrategy[list[str]]:
    def text(number: int) -> str:
        length, number = number % longest + 1, number // longest
        chosen: list[str] = []
        for _ in range(length):
            chosen.append(pieces[number % len(pieces)])
            number //= len(pieces)
        return "".join(chosen)

    return st.lists(st.integers(0, longest * len(pieces) ** longest).map(text), min_size=BATCH, max_size=BATCH)


def _read_differently(documents: list[bytes], go_yaml: GoYaml) -> list[tuple[bytes, str, str]]:
    """Documents of which both readers make data, and not the same."""
    answers = zip(documents, map(read, documents), go_yaml.read(documents), strict=True)
    return [
        (document, exact(ours), exact(theirs))
        for document, ours, theirs in answers
        if ours is not REFUSED and theirs is not REFUSED and exact(ours) != exact(theirs)
    ]


@judged_in_batches
@given(_texts(_WORD_PIECES, 7))
def test_a_word_of_number_like_pieces_has_one_meaning(go_yaml: GoYaml, words: list[str]) -> None:
    documents = [
        _SCALAR_FORMS[index % len(_SCALAR_FORMS)].replace("{}", word).encode() for index, word in enumerate(words)
    ]
    assert not _read_differently(documents, go_yaml)


@judged_in_batches
@given(_texts(_WORD_PIECES, 7))
def test_a_word_that_one_reader_refuses_is_refused_by_the_other(go_yaml: GoYaml, words: list[str]) -> None:
    # A colon at the end of a word in a list is where the two scanners part.
    documents = [f"- {word}".encode() for word in words if not word.rstrip().endswith(":")]
    assert [document for document in documents if read(document) is REFUSED] == [
        document for document, answer in zip(documents, go_yaml.read(documents), strict=True) if answer is REFUSED
    ]


@judged_in_batches
@given(_texts(_DOCUMENT_PIECES, 12))
def test_a_document_of_any_pieces_has_one_meaning(go_yaml: GoYaml, texts: list[str]) -> None:
    assert not _read_differently([text.encode() for text in texts], go_yaml)


@judged_in_batches
@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=BATCH, max_size=BATCH))
def test_a_float_has_one_meaning_as_value_and_as_key(go_yaml: GoYaml, numbers: list[float]) -> None:
    documents = [f"{{v: {number!r}, {number!r}: k}}".encode() for number in numbers]
    assert not _read_differently(documents, go_yaml)
