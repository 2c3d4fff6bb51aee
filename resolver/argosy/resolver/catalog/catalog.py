"""The face of the catalog: what a commit defines, and the manifest behind a name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Self

from argosy.resolver.catalog.answers import one_definition, resource_from, unusable
from argosy.resolver.catalog.cache import Cache
from argosy.resolver.catalog.child import Child, ChildSettings
from argosy.resolver.catalog.flights import Flights
from argosy.resolver.catalog.indexing import Indexer, Scope
from argosy.resolver.catalog.local import Local
from argosy.resolver.catalog.reading import Documents, decode_documents
from argosy.resolver.catalog.recent import Lookups, Recent
from argosy.resolver.catalog.requests import (
    documents_from,
    documents_request,
    index_from,
    index_request,
)
from argosy.resolver.cold import Cold
from argosy.resolver.errors import Denied, Reason
from argosy.resolver.globs import matches
from argosy.resolver.mirror.objects import Objects

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from types import TracebackType

    from argosy.resolver.catalog.index import Entry, Index
    from argosy.resolver.catalog.requests import Reader
    from argosy.resolver.manifests import ResourceKind, ResourceName
    from argosy.resolver.repositories import Repository
    from argosy.resolver.sources import BlobId, CommitId, Origin, RepositoryPath, Resource

    Prefetch = Callable[[CommitId, Callable[[RepositoryPath], bool]], object]
    """Brings the files of a commit whose paths are wanted into a clone that may lack some."""

__all__ = ["Catalog"]

_INDEX_BYTES: Final = 48 * 1024 * 1024
_MANIFEST_BYTES: Final = 32 * 1024 * 1024
# A parsed manifest takes some six times the memory of its JSON.
_PARSED_FACTOR: Final = 6
_BUSY_SECONDS: Final = 0.2


class Catalog:
    """Finds objects that hold templates, by name, at a commit. Threads may share it.

    With `child`, trees are walked and files parsed in one other process, started by the first need; without, in the
    thread that asks. What was read is kept in `cache_folder` within `budget_bytes`, over restarts.
    """

    def __init__(
        self, cache_folder: Path, *, budget_bytes: int, child: bool = False, deadline_seconds: float = 60.0
    ) -> None:
        self._cache = Cache(cache_folder, budget_bytes=budget_bytes, busy_seconds=_BUSY_SECONDS if child else 2.0)
        self._reader: Reader
        if child:
            self._reader = Child(ChildSettings(cache_folder, budget_bytes, deadline_seconds))
        else:
            self._reader = Local(Indexer(self._cache, Objects))
        self._indexes: Recent[tuple[Scope, CommitId], Index] = Recent(_INDEX_BYTES)
        self._documents: Recent[BlobId, Documents] = Recent(_MANIFEST_BYTES)
        self._resources: Recent[tuple[Scope, Origin, ResourceKind, ResourceName], Resource] = Recent(_MANIFEST_BYTES)
        self._index_flights: Flights[tuple[Scope, CommitId], Index] = Flights()
        self._documents_flights: Flights[tuple[Scope, BlobId], Documents] = Flights()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the child process and let go of the cache's file."""
        self._reader.close()
        self._cache.close()

    @property
    def index_lookups(self) -> Lookups:
        """How often what a commit defines was at hand; where it was not, files or the cache folder were read."""
        return self._indexes.lookups

    @property
    def manifest_lookups(self) -> Lookups:
        """As `index_lookups`, for parsed manifests. Who waits for the same reading counts as a miss as well."""
        resources, documents = self._resources.lookups, self._documents.lookups
        return Lookups(resources.hits + documents.hits, documents.misses)

    def index(
        self, repository: Repository, clone: Path, commit: CommitId, *, prefetch: Prefetch | None = None
    ) -> Index:
        """What the files within the repository's globs define at a commit, and which of them are broken.

        RetryLater when the clone lacks something or the reading process died; Denied(LIMIT_EXCEEDED) when the commit
        holds too many files.
        """
        scope = _scope(repository, clone)
        return self._indexes.get((scope, commit)) or self._index_flights.join(
            (scope, commit), lambda: self._read_index(scope, commit, prefetch)
        )

    def resource(
        self,
        repository: Repository,
        clone: Path,
        origin: Origin,
        kind: ResourceKind,
        name: ResourceName,
        *,
        prefetch: Prefetch | None = None,
    ) -> Resource:
        """The one object of that kind and name.

        Denied: TEMPLATE_NOT_FOUND, to be told with `hints`; DUPLICATE_DEFINITION, with all the files;
        INVALID_MANIFEST, when its document cannot be read after all or has no spec.
        """
        scope = _scope(repository, clone)
        if known := self._resources.get((scope, origin, kind, name)):
            return known
        index = self.index(repository, clone, origin.commit, prefetch=prefetch)
        entry = one_definition(index, origin, kind, name)
        try:
            documents = self._documents.get(entry.blob) or self._documents_flights.join(
                (scope, entry.blob), lambda: self._read_documents(scope, origin.commit, entry, prefetch)
            )
        except Denied as error:
            if error.reason is not Reason.INVALID_MANIFEST:
                raise
            raise unusable(entry, origin, error.problem) from error
        resource = resource_from(documents, entry, origin)
        self._resources.put(
            (scope, origin, kind, name), resource, documents.size * _PARSED_FACTOR // len(documents.manifests)
        )
        return resource

    def resource_at_hand(
        self, repository: Repository, clone: Path, origin: Origin, kind: ResourceKind, name: ResourceName
    ) -> Resource:
        """As `resource`, from memory alone; raises Cold where anything would have to be read."""
        scope = _scope(repository, clone)
        if known := self._resources.get((scope, origin, kind, name)):
            return known
        index = self._indexes.get((scope, origin.commit))
        entry = one_definition(index, origin, kind, name) if index else None
        documents = self._documents.get(entry.blob) if entry else None
        if entry is None or documents is None:
            raise Cold
        return resource_from(documents, entry, origin)

    def index_at_hand(self, repository: Repository, clone: Path, commit: CommitId) -> Index:
        """As `index`, from memory alone; raises Cold where the commit would have to be read."""
        index = self._indexes.get((_scope(repository, clone), commit))
        if index is None:
            raise Cold
        return index

    def _read_index(self, scope: Scope, commit: CommitId, prefetch: Prefetch | None) -> Index:
        if prefetch is not None:
            prefetch(commit, lambda path: matches(path, scope.paths))
        index = index_from(self._reader.ask(index_request(scope, commit)))
        self._indexes.put((scope, commit), index, index.size)
        return index

    def _read_documents(self, scope: Scope, commit: CommitId, entry: Entry, prefetch: Prefetch | None) -> Documents:
        encoded = self._cache.documents(entry.blob)
        if encoded is None:
            if prefetch is not None:
                prefetch(commit, lambda path: path == entry.path)
            encoded = documents_from(self._reader.ask(documents_request(scope, entry.blob)))
        documents = decode_documents(encoded)
        self._documents.put(entry.blob, documents, documents.size * _PARSED_FACTOR)
        return documents


def _scope(repository: Repository, clone: Path) -> Scope:
    return Scope(clone, repository.paths, repository.max_blob_bytes)
