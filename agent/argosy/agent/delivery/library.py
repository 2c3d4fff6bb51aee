"""What the repositories hold that are delivered always: every object at the default version, for each namespace."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, get_args

from argosy.agent.delivery.parcels import Sender, key_of, parcel_of_own_name
from argosy.agent.logs import Logger
from argosy.resolver.asked import Asked
from argosy.resolver.errors import Denied, Reason
from argosy.resolver.lookup import Wanted
from argosy.resolver.manifests import Namespace, ResourceKind, ResourceName
from argosy.resolver.repositories import Deliver
from argosy.resolver.revisions import Choice, choose
from argosy.resolver.search import Question
from argosy.resolver.versions import parse_version

if TYPE_CHECKING:
    from argosy.agent.delivery.parcels import Parcel, ParcelKey
    from argosy.resolver.repositories import Repository
    from argosy.resolver.resolver import Resolver
    from argosy.resolver.search import Search
    from argosy.resolver.sources import CommitId, RepositoryAlias

__all__ = ["Library", "library_of"]

_LOG: Final = Logger(__name__)
_KINDS: Final[tuple[ResourceKind, ...]] = get_args(ResourceKind)
_LEFT_OUT: Final = frozenset(
    {Reason.FORBIDDEN_PATH, Reason.FORBIDDEN_REPOSITORY, Reason.FORBIDDEN_VERSION}
    | {Reason.UNKNOWN_REPOSITORY, Reason.VERSION_NOT_FOUND}
)
"""The policy does not let the namespace have it, or it has no version: no fault of the object's."""


@dataclass(slots=True)
class Library:
    """All that is to be in the cluster always."""

    parcels: dict[ParcelKey, Parcel] = field(default_factory=dict["ParcelKey", "Parcel"])
    incomplete: set[RepositoryAlias] = field(default_factory=set["RepositoryAlias"])
    """The repositories of which not all could be read: what is missing of them is not taken for gone."""


def library_of(resolver: Resolver, runner: str) -> Library:
    """Of all repositories; where two have an object of one name, it is that of the first. Raises RetryLater."""
    library = Library()
    for repository in resolver.repositories.values():
        if repository.deliver is Deliver.ALWAYS:
            try:
                _add(library, resolver, repository, runner)
            except Denied as error:
                _report(library, repository, error)
    return library


def _add(library: Library, resolver: Resolver, repository: Repository, runner: str) -> None:
    index = resolver.index(repository, _commit(resolver, repository))
    if index.broken:
        library.incomplete.add(repository.alias)
    names: list[tuple[ResourceKind, ResourceName]] = [(kind, name) for kind in _KINDS for name in index.names(kind)]
    for namespace in map(Namespace, repository.deliver_to):
        search = resolver.search(Question(namespace))
        sender = Sender(namespace, runner, deliver=Deliver.ALWAYS)
        for kind, name in names:
            try:
                _add_one(library, search, repository, sender, kind, name)
            except Denied as error:
                if error.reason not in _LEFT_OUT:
                    _report(library, repository, error)


def _add_one(
    library: Library, search: Search, repository: Repository, sender: Sender, kind: ResourceKind, name: ResourceName
) -> None:
    asked = Asked(version=repository.default_version, repository=repository.alias)
    found = search(Wanted(kind, name, f"{kind} {name}", asked))
    if found and key_of(found, sender.namespace) not in library.parcels:
        parcel = parcel_of_own_name(found, sender)
        library.parcels[parcel.key] = parcel


def _commit(resolver: Resolver, repository: Repository) -> CommitId:
    """Where the names are read. With a tag for each template, no one commit is the default version."""
    clone = resolver.mirror(repository)
    refs = clone.refs()
    if "{template}" in repository.tag_format and refs.default_branch in refs.branches:
        return refs.branches[refs.default_branch]
    request = parse_version(repository.default_version)
    choice = Choice(request, repository, ResourceName(""), now=resolver.surroundings.clock())
    return choose(choice, clone).revision.commit


def _report(library: Library, repository: Repository, error: Denied) -> None:
    library.incomplete.add(repository.alias)
    _LOG.warning("a template that is delivered always cannot be read", repository=repository.alias, problem=str(error))
