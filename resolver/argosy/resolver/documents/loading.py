"""A file as the list of what it holds: YAML documents, one JSON value, or JSON values one after another."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from argosy.resolver.documents.errors import DocumentError
from argosy.resolver.documents.json_stream import load_json_stream
from argosy.resolver.documents.limits import DEFAULT_LIMITS, Limits
from argosy.resolver.documents.reading import check_size, read
from argosy.resolver.documents.splitting import split

if TYPE_CHECKING:
    from argosy.resolver.manifests import JsonValue

__all__ = ["load_documents"]


def load_documents(data: bytes, *, limits: Limits = DEFAULT_LIMITS) -> list[JsonValue]:
    """What the file holds, in its order and without empty documents; what is JSON is read as JSON, as Argo does.

    A DocumentError names the line of the file. To keep the good documents of a file with a bad one, read the
    parts that `split` gives one by one; the limits then hold for each of them.
    """
    check_size(data, limits)
    values = load_json_stream(data, limits=limits)
    if values is not None:
        return values
    parts = split(data)
    if len(parts) > limits.max_documents:
        raise DocumentError(
            f"the file has {len(parts)} documents, more than the {limits.max_documents} allowed; split it"
        )
    documents: list[JsonValue] = []
    left = limits.max_nodes
    for line, column, text in parts:
        try:
            document, nodes = read(text, replace(limits, max_nodes=left))
        except DocumentError as error:
            raise error.moved(line, column) from error
        left -= nodes
        documents.append(document)
    return [document for document in documents if document is not None]
