"""One rule of a policy: who may use which repositories, paths and versions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from argosy.resolver import globs
from argosy.resolver.sources import VersionKind

if TYPE_CHECKING:
    from collections.abc import ItemsView, Iterator

    from argosy.resolver.manifests import Namespace
    from argosy.resolver.refs import Refs
    from argosy.resolver.sources import CommitId, RepositoryAlias, RepositoryPath, Revision

__all__ = ["ANYTHING", "Candidate", "History", "Rule"]

ANYTHING = ("**",)


class History(Protocol):
    """What a clone knows of the order of commits."""

    def is_reachable(self, commit: CommitId, tip: CommitId) -> bool:
        """Whether `commit` is `tip` or one of its ancestors."""
        ...


@dataclass(frozen=True, slots=True)
class Candidate:
    """A version of a repository that a namespace asks to use, and what is known of that repository."""

    revision: Revision
    refs: Refs
    history: History

    def names(self, *, tags_only: bool) -> Iterator[str]:
        """The full names of the refs that the version stands for: its own, or those that point at its very commit.

        A commit in the history of a ref is not among them: else every old state would count as released.
        """
        if self.revision.ref:
            if not tags_only or self.revision.kind is VersionKind.TAG:
                yield self.revision.ref
            return
        yield from _pointing_at(self.revision.commit, "refs/tags/", self.refs.tags.items())
        if not tags_only:
            yield from _pointing_at(self.revision.commit, "refs/heads/", self.refs.branches.items())


def _pointing_at(commit: CommitId, prefix: str, names: ItemsView[str, CommitId]) -> Iterator[str]:
    return (prefix + name for name, target in names if target == commit)


@dataclass(frozen=True, slots=True)
class Rule:
    """What some namespaces may use. All parts must hold; what is not given holds for everything.

    Patterns are those of `argosy.resolver.globs`: anchored, `*` within one segment, `**` across slashes.
    """

    namespaces: tuple[str, ...] = ANYTHING
    repositories: tuple[str, ...] = ANYTHING
    """By alias."""
    paths: tuple[str, ...] = ANYTHING
    versions: tuple[str, ...] = ANYTHING
    """By short name of tag or branch (`v*`, `release/*`), or by full name where a pattern begins with `refs/`."""
    tags_only: bool = False
    """Whether a version must be a tag, or a commit that such a tag points at."""
    reachable_from: tuple[str, ...] = ()
    """Branches, one of which must have the commit in its history; none for no such condition."""

    def covers(self, namespace: Namespace, repository: RepositoryAlias) -> bool:
        """Whether the rule is about this namespace and this repository."""
        return globs.matches(namespace, self.namespaces) and globs.matches(repository, self.repositories)

    def names_version(self, candidate: Candidate) -> bool:
        """Whether the version is of a kind and a name that the rule allows."""
        if self.versions == ANYTHING and not self.tags_only:
            return True
        return any(self._names(ref) for ref in candidate.names(tags_only=self.tags_only))

    def names_ref(self, ref: str) -> bool:
        """Whether the rule allows a tag or branch of this full name, as far as the name tells."""
        return (not self.tags_only or ref.startswith("refs/tags/")) and self._names(ref)

    def reaches_version(self, candidate: Candidate) -> bool:
        """Whether the commit is in the history of a branch that the rule trusts."""
        if not self.reachable_from:
            return True
        tips = {tip for name, tip in candidate.refs.branches.items() if globs.matches(name, self.reachable_from)}
        commit = candidate.revision.commit
        return commit in tips or any(candidate.history.is_reachable(commit, tip) for tip in sorted(tips))

    def allows_path(self, path: RepositoryPath) -> bool:
        """Whether templates may be taken from this file."""
        return globs.matches(path, self.paths)

    def _names(self, ref: str) -> bool:
        """A short name never meets a pattern of full names: a branch may be called `refs/tags/v1`."""
        full = [pattern for pattern in self.versions if pattern.startswith("refs/")]
        short = [pattern for pattern in self.versions if not pattern.startswith("refs/")]
        name = ref.removeprefix("refs/tags/") if ref.startswith("refs/tags/") else ref.removeprefix("refs/heads/")
        return globs.matches(ref, full) or globs.matches(name, short)
