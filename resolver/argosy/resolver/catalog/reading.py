"""One file of a repository: what it defines, and the manifests in it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple

import orjson

from argosy.resolver.catalog.definitions import Contents, contents_among
from argosy.resolver.catalog.scan import may_define, scan
from argosy.resolver.documents import DEFAULT_LIMITS, DocumentError, load, load_documents, split

if TYPE_CHECKING:
    from collections.abc import Iterator

    from argosy.resolver.manifests import JsonValue

__all__ = ["Documents", "decode_documents", "encode_documents", "read_contents", "read_documents"]

_LFS_POINTER: Final = b"version https://git-lfs.github.com/spec/"


class Documents(NamedTuple):
    """The objects with templates in one file by the number of their document, and what is wrong with the others."""

    manifests: dict[int, JsonValue]
    problems: dict[int, str]
    size: int = 0
    """Bytes of all of them as JSON."""


def read_contents(data: bytes) -> Contents:
    """What a file defines: by a quick look where that is enough, else by a parse. The same bytes, the same answer."""
    if data.startswith(_LFS_POINTER):
        return Contents(problem="it is a pointer of Git LFS, and what it points to is not fetched")
    if not may_define(data):
        return Contents()
    definitions = scan(data)
    if definitions is not None:
        return Contents(definitions)
    return contents_among(_documents(data))


def read_documents(data: bytes) -> Documents:
    """All that a file defines, parsed; a document that is no YAML does not spoil the others."""
    documents = dict(enumerate(_documents(data)))
    wanted = {definition.document for definition in contents_among(documents.values()).definitions}
    return Documents(
        manifests={number: documents[number] for number in wanted},
        problems={number: str(one) for number, one in documents.items() if isinstance(one, DocumentError)},
    )


def encode_documents(documents: Documents) -> bytes:
    """As bytes for the cache and for the way from process to process; the order of keys is kept."""
    return orjson.dumps([list(documents.manifests.items()), list(documents.problems.items())])


def decode_documents(encoded: bytes) -> Documents:
    """What `encode_documents` was given; raises ValueError for anything else."""
    manifests, problems = orjson.loads(encoded)
    return Documents(dict(manifests), dict(problems), len(encoded))


def _documents(data: bytes) -> Iterator[JsonValue | DocumentError]:
    """Each document, or why it is none; numbers count what stands between separators and is not empty."""
    limits = replace(DEFAULT_LIMITS, max_bytes=max(len(data), 1))
    if data.lstrip()[:1] in (b"{", b"["):
        try:
            yield from load_documents(data, limits=limits)
        except (DocumentError, MemoryError, RecursionError) as error:
            yield _as_document_error(error)
        return
    for part in split(data):
        try:
            yield load(part.text, limits=limits)
        except (DocumentError, MemoryError, RecursionError) as error:
            yield _as_document_error(error, part.line, part.column)


def _as_document_error(error: Exception, line: int = 1, column: int = 1) -> DocumentError:
    if isinstance(error, DocumentError):
        return error.moved(line, column)
    return DocumentError("it takes too much memory to read", line=line, column=column)
