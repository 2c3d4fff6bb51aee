"""A file as the list of what it holds: YAML documents, one JSON value, or JSON values one after another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from argosy.resolver.documents.errors import DocumentError
from argosy.resolver.documents.json_stream import load_json_stream
from argosy.resolver.documents.limits import DEFAULT_LIMITS, Limits
from argosy.resolver.documents.reading import check_size, load
from argosy.resolver.documents.splitting import split

if TYPE_CHECKING:
    from argosy.resolver.manifests import JsonValue

__all__ = ["load_documents"]


def load_documents(data: bytes, *, limits: Limits = DEFAULT_LIMITS) -> list[JsonValue]:
    """What the file holds, in its order and without empty documents; what is JSON is read as JSON, as Argo does.

    A DocumentError names the line of the file. To keep the good documents of a file with a bad one, read the
    parts that `split` gives one by one.
    """
    check_size(data, limits)
    values = load_json_stream(data, limits=limits)
    if values is not None:
        return values
    documents: list[JsonValue] = []
    for line, column, text in split(data):
        try:
            documents.append(load(text, limits=limits))
        except DocumentError as error:
            raise error.moved(line, column) from error
    return [document for document in documents if document is not None]
