"""Every manifest that Argo shows and tests means to Argosy what it means to Argo."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest

from argosy.resolver.documents import DocumentError, dump, load, split
from tests.documents.oracle import REFUSED, exact, read
from tests.oracle.programs import argo_module

if TYPE_CHECKING:
    from tests.documents.oracle import GoYaml

_FOLDERS: Final = ("examples", "test/e2e")
_FEWEST: Final = 500


@pytest.fixture(scope="session")
def argo_documents() -> list[bytes]:
    """The documents in Argo's module, as they lie in Go's module cache; nothing is copied."""
    root = argo_module()
    files = sorted(file for folder in _FOLDERS for file in (root / folder).rglob("*.y*ml"))
    return [part.text for file in files for part in split(file.read_bytes())]


def test_every_document_of_argo_is_read_as_go_reads_it(argo_documents: list[bytes], go_yaml: GoYaml) -> None:
    assert len(argo_documents) >= _FEWEST
    answers = zip(argo_documents, go_yaml.read(argo_documents), strict=True)
    assert not [document for document, answer in answers if exact(answer) != exact(read(document))]


def test_every_document_of_argo_survives_being_written(argo_documents: list[bytes], go_yaml: GoYaml) -> None:
    values = [value for value in map(read, argo_documents) if value is not REFUSED]
    sources = [dump(value).encode() for value in values]
    expected = [exact(value) for value in values]
    assert expected == [exact(load(source)) for source in sources]
    assert expected == [exact(value) for value in go_yaml.read(sources)]


def test_few_documents_of_argo_are_no_yaml(argo_documents: list[bytes]) -> None:
    refused: list[str] = []
    for document in argo_documents:
        try:
            load(document)
        except DocumentError as error:
            refused.append(error.problem)
    # One of its expected failures is malformed on purpose.
    assert len(refused) <= 1
