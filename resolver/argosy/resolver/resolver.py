"""The whole of resolving behind one object: settings in, resolved manifests out.

A Resolver is made once and lives as long as its cache folder is used; it is safe to use from several threads.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Self

from argosy.resolver.catalog import Catalog
from argosy.resolver.flatten import flatten
from argosy.resolver.flattened import Flattened, Mode
from argosy.resolver.lock import lock_of, with_lock
from argosy.resolver.mirror import FetchObserver, Mirror, nobody
from argosy.resolver.search import Question, Search

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path
    from types import TracebackType

    from argosy.resolver.catalog import Index
    from argosy.resolver.flatten import WorkflowDefaults
    from argosy.resolver.manifests import Manifest, ResourceKind, ResourceName
    from argosy.resolver.mirror.at_hand import AtHand
    from argosy.resolver.repositories import Repository
    from argosy.resolver.settings import ResolverSettings
    from argosy.resolver.sources import CommitId, Origin, RepositoryAlias, Resource


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a Resolver is given of the machine it runs on."""

    cache_folder: Path
    environment: Mapping[str, str]
    """Git gets PATH from it, and the person's own git settings where a repository's credentials are ambient."""
    clock: Callable[[], float] = time.time
    """Epoch seconds."""
    parse_in_child: bool = False
    """Whether indexing and parsing run in a child process: wanted beside a server, not worth its start in a command."""
    catalog_budget_bytes: int = 256 * 1024 * 1024
    fetched: FetchObserver = nobody
    """Told of each fetch that git was run for."""


class Resolver:
    """Resolves the references of Workflows against the configured repositories."""

    def __init__(
        self, settings: ResolverSettings, surroundings: Surroundings, *, former: Resolver | None = None
    ) -> None:
        """With `former`, a resolver in the same surroundings, what still holds of it is taken over: `with_settings`."""
        self.settings = settings
        self.surroundings = surroundings
        self.repositories: Mapping[RepositoryAlias, Repository] = {one.alias: one for one in settings.repositories}
        kept = former.mirrors if former else ()
        self._mirrors = {
            one.repository.alias: one for one in kept if self.repositories.get(one.repository.alias) == one.repository
        }
        self._mirrors_lock = threading.Lock()
        self.catalog: Catalog = former.catalog if former else _catalog(surroundings)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the child process, if there is one; closing one of those that share it, by `with_settings`, is enough."""
        self.catalog.close()

    def with_settings(self, settings: ResolverSettings) -> Resolver:
        """A resolver with other settings that is as warm: it has the same catalog with its child process, and the
        same mirror of each repository that did not change. This one goes on answering what it has begun.
        """
        return Resolver(settings, self.surroundings, former=self)

    @property
    def mirrors(self) -> tuple[Mirror, ...]:
        """Those that were asked for until now."""
        with self._mirrors_lock:
            return tuple(self._mirrors.values())

    def mirror(self, repository: Repository) -> Mirror:
        """The cached clone of a repository; nothing is fetched by asking for it."""
        with self._mirrors_lock:
            if repository.alias not in self._mirrors:
                self._mirrors[repository.alias] = Mirror(
                    repository,
                    self.surroundings.cache_folder,
                    environment=self.surroundings.environment,
                    clock=self.surroundings.clock,
                    fetched=self.surroundings.fetched,
                )
            return self._mirrors[repository.alias]

    def index(self, repository: Repository, commit: CommitId, *, fetch: bool = True) -> Index:
        """Which objects stand where at a commit; without `fetch`, RetryLater where git would have to be asked."""
        mirror = self.mirror(repository)
        return self.catalog.index(repository, mirror.path, commit, prefetch=mirror.prefetch if fetch else None)

    def resource(self, repository: Repository, origin: Origin, kind: ResourceKind, name: ResourceName) -> Resource:
        """The one object of that kind and name at a commit."""
        mirror = self.mirror(repository)
        return mirror.healed(
            lambda: self.catalog.resource(repository, mirror.path, origin, kind, name, prefetch=mirror.prefetch),
            origin.commit,
        )

    def search(self, question: Question, *, at_hand: bool = False) -> Search:
        """The lookup of one request; what it notices along the way stays on it.

        With `at_hand` it raises Cold instead of fetching, reading or parsing anything.
        """
        if not question.now:
            question = replace(question, now=self.surroundings.clock())
        if at_hand:
            return Search(question, self.repositories, self._clone_at_hand, ShelfAtHand(self), self.settings.policy)
        return Search(question, self.repositories, self.mirror, self, self.settings.policy)

    def _clone_at_hand(self, repository: Repository) -> AtHand:
        return self.mirror(repository).at_hand()

    def resolve(  # one subject, one question, and what an operator may set
        self,
        manifest: Manifest,
        question: Question,
        *,
        mode: Mode = Mode.FLATTEN,
        labels: Mapping[str, str] | None = None,
        defaults: WorkflowDefaults | None = None,
        at_hand: bool = False,
    ) -> Flattened:
        """The manifest as Argo's controller needs it, with the lock and `labels` written on it.

        A manifest that asks for nothing comes back as the very same object. Raises Denied and RetryLater, and with
        `at_hand` Cold, where an answer could not be given without waiting.
        """
        search = self.search(question, at_hand=at_hand)
        flattened = flatten(manifest, search, mode=mode, namespace=question.namespace, defaults=defaults)
        notices = tuple(dict.fromkeys((*search.notices, *flattened.notices)))
        if not flattened.taken:
            return replace(flattened, notices=notices)
        locked = with_lock(flattened.manifest, lock_of(flattened.taken, flattened.frozen), labels)
        return replace(flattened, manifest=locked, notices=notices)


def _catalog(surroundings: Surroundings) -> Catalog:
    return Catalog(
        surroundings.cache_folder,
        budget_bytes=surroundings.catalog_budget_bytes,
        child=surroundings.parse_in_child,
    )


@dataclass(frozen=True, slots=True)
class ShelfAtHand:
    """The shelf of a Resolver as far as it is in memory; raises Cold beyond that."""

    resolver: Resolver

    def index(self, repository: Repository, commit: CommitId, *, fetch: bool = True) -> Index:  # noqa: ARG002  # the Protocol's
        """Which objects stand where at a commit; nothing is fetched, whatever `fetch` says."""
        return self.resolver.catalog.index_at_hand(repository, self.resolver.mirror(repository).path, commit)

    def resource(self, repository: Repository, origin: Origin, kind: ResourceKind, name: ResourceName) -> Resource:
        """The one object of that kind and name at a commit."""
        path = self.resolver.mirror(repository).path
        return self.resolver.catalog.resource_at_hand(repository, path, origin, kind, name)
