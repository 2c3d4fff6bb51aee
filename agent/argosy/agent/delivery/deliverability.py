"""What of a resolved object may be brought into the cluster, as its repositories are configured."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from argosy.resolver.errors import Denied, Reason
from argosy.resolver.repositories import Deliver

if TYPE_CHECKING:
    from collections.abc import Mapping

    from argosy.resolver.flattened import Flattened
    from argosy.resolver.lookup import Found
    from argosy.resolver.repositories import Repository
    from argosy.resolver.sources import RepositoryAlias

    Repositories = Mapping[RepositoryAlias, Repository]

__all__ = ["check_deliverable", "without_undeliverable"]


def without_undeliverable(flattened: Flattened, repositories: Repositories) -> Flattened:
    """The same, without what was taken from repositories that deliver nothing."""
    if not any(_stays_in_git(found, repositories) for found in flattened.taken):
        return flattened
    taken = tuple(found for found in flattened.taken if not _stays_in_git(found, repositories))
    return replace(flattened, taken=taken)


def check_deliverable(flattened: Flattened, repositories: Repositories) -> None:
    """Raise Denied where a Workflow that may only refer to delivered objects takes some that are never delivered."""
    for found in flattened.taken:
        if _stays_in_git(found, repositories):
            resource = found.resource
            raise Denied(
                Reason.FORBIDDEN_REPOSITORY,
                f"{resource.kind} {resource.name!r} has to be delivered to this cluster, and repository "
                f"{resource.origin.repository} has deliver: Never",
                remedy="ask the operator for deliver: OnUse, or for a controller that runs flattened Workflows",
            )


def _stays_in_git(found: Found, repositories: Repositories) -> bool:
    repository = repositories.get(found.resource.origin.repository)
    return repository is not None and repository.deliver is Deliver.NEVER
