"""Tags that point elsewhere than they did when they were first seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from argosy.resolver.errors import Denied, Reason
from argosy.resolver.notices import Notice
from argosy.resolver.repositories import MovedTag
from argosy.resolver.sources import VersionKind

if TYPE_CHECKING:
    from argosy.resolver.refs import Refs
    from argosy.resolver.repositories import Repository
    from argosy.resolver.sources import Revision

__all__ = ["check_moved_tag"]


def check_moved_tag(revision: Revision, refs: Refs, repository: Repository) -> Notice | None:
    """A notice with both commits when the version is a tag that moved; None when it did not, or moved back.

    Raises Denied(TAG_MOVED) where the repository refuses such tags.
    """
    if revision.kind is not VersionKind.TAG:
        return None
    first = refs.moved_tags.get(revision.name)
    if first is None or first == revision.commit:
        return None
    problem = f"tag {revision.name} of repository {repository.alias} was at {first} and is now at {revision.commit}"
    if repository.moved_tag is MovedTag.REFUSE:
        remedy = f"write commit:{first} or commit:{revision.commit} for the one you mean, or ask for a new tag"
        raise Denied(Reason.TAG_MOVED, problem, remedy=remedy)
    return Notice(Reason.TAG_MOVED, problem)
