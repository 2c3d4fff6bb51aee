"""What is asked of whoever reads clones, in this process or in another, and how it is answered."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

from argosy.resolver.catalog.frames import Message
from argosy.resolver.catalog.index import Broken, Index
from argosy.resolver.catalog.indexing import Indexer, Scope

if TYPE_CHECKING:
    from argosy.resolver.manifests import JsonObject
    from argosy.resolver.sources import BlobId, CommitId

__all__ = ["Reader", "answer", "documents_from", "documents_request", "index_from", "index_request"]

_INDEX: Final = "index"
_DOCUMENTS: Final = "documents"


class Reader(Protocol):
    """Reads clones for the catalog, one request at a time; any thread may ask."""

    def ask(self, request: JsonObject) -> Message:
        """The answer; raises an ArgosyError."""
        ...

    def close(self) -> None:
        """Give back what it holds."""
        ...


def index_request(scope: Scope, commit: CommitId) -> JsonObject:
    return {"do": _INDEX, "commit": commit, **_scope_as_json(scope)}


def documents_request(scope: Scope, blob: BlobId) -> JsonObject:
    return {"do": _DOCUMENTS, "blob": blob, **_scope_as_json(scope)}


def index_from(message: Message) -> Index:
    """The index in an answer."""
    broken = tuple(Broken(path, problem) for path, problem in message.head["broken"])
    return Index(message.head["commit"], message.body, broken)


def documents_from(message: Message) -> bytes:
    """The encoded documents in an answer."""
    return message.body


def answer(indexer: Indexer, request: JsonObject) -> Message:
    """Do what is asked."""
    scope = Scope(Path(request["clone"]), tuple(request["paths"]), request["max_blob_bytes"])
    if request["do"] == _DOCUMENTS:
        return Message({}, indexer.documents(scope, request["blob"]))
    index = indexer.index(scope, request["commit"])
    return Message({"commit": index.commit, "broken": list(map(list, index.broken))}, index.table)


def _scope_as_json(scope: Scope) -> JsonObject:
    return {"clone": str(scope.clone), "paths": scope.paths, "max_blob_bytes": scope.max_blob_bytes}
