"""What a user should know about a choice that another reader of the same text could have made differently."""

from __future__ import annotations

from typing import TYPE_CHECKING

from argosy.resolver.errors import Reason
from argosy.resolver.notices import Notice
from argosy.resolver.sources import VersionKind, short

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from argosy.resolver.refs import Refs
    from argosy.resolver.sources import CommitId, Revision
    from argosy.resolver.versions.request import VersionRequest
    from argosy.resolver.versions.tag_format import TagSeries

__all__ = ["doubts"]


def doubts(
    request: VersionRequest,
    revision: Revision,
    refs: Refs,
    series: TagSeries,
    expand: Callable[[str], Sequence[CommitId]],
) -> tuple[Notice, ...]:
    """A notice for each other meaning that leads to another commit; equal commits leave no doubt."""
    return (
        *_shadowed_branch(request, revision, refs),
        *_keyword(request, revision, refs),
        *_abbreviated(request, revision, expand),
        *_spellings(revision, refs, series),
    )


def _shadowed_branch(request: VersionRequest, revision: Revision, refs: Refs) -> Iterator[Notice]:
    branch = refs.branches.get(request.branch) if request.branch else None
    if revision.kind is VersionKind.TAG and branch and branch != revision.commit:
        yield Notice(
            Reason.SHADOWED_BRANCH,
            f"{request.text} is the tag {revision.name} ({short(revision.commit)}); the branch {request.branch} is at "
            f"{short(branch)}: write branch:{request.branch} to mean it",
        )


def _keyword(request: VersionRequest, revision: Revision, refs: Refs) -> Iterator[Notice]:
    if not request.latest and not request.head:
        return
    for kind, names in (("tag", refs.tags), ("branch", refs.branches)):
        commit = names.get(request.text)
        if commit and commit != revision.commit:
            yield _ambiguous(
                f"{request.text} is {revision.name} ({short(revision.commit)}); the {kind} of the name {request.text} "
                f"is at {short(commit)}: write {kind}:{request.text} to mean it"
            )


def _abbreviated(
    request: VersionRequest, revision: Revision, expand: Callable[[str], Sequence[CommitId]]
) -> Iterator[Notice]:
    if not request.abbreviation or revision.kind is VersionKind.COMMIT:
        return
    others = sorted(commit for commit in expand(request.abbreviation) if commit != revision.commit)
    if others:
        yield _ambiguous(
            f"{request.text} is the {revision.kind} {revision.name} ({short(revision.commit)}), and the beginning of "
            f"commit {others[0]}: write commit:{request.text} to mean that"
        )


def _spellings(revision: Revision, refs: Refs, series: TagSeries) -> Iterator[Notice]:
    """The other one of v1.2.0 and 1.2.0, where a range chose among tags: what was written in full is no doubt."""
    if not revision.floating:
        return
    tag = series.other_spelling(revision.name)
    commit = refs.tags.get(tag)
    if commit and commit != revision.commit:
        yield _ambiguous(
            f"the tags {revision.name} ({short(revision.commit)}) and {tag} ({short(commit)}) are the same version: "
            f"{revision.name} was taken"
        )


def _ambiguous(text: str) -> Notice:
    return Notice(Reason.AMBIGUOUS_VERSION, text)
