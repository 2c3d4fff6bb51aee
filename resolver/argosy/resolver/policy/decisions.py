"""Who may use what: asked for every reference of every request, whatever is cached.

A policy without rules allows everything. With rules, a request is allowed when one rule holds for all of it:
namespace, repository, version and path. Parts of several rules do not add up.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from argosy.resolver import globs
from argosy.resolver.errors import Denied, Reason
from argosy.resolver.policy.rules import ANYTHING, Candidate, Rule

if TYPE_CHECKING:
    from collections.abc import Iterable

    from argosy.resolver.manifests import Namespace
    from argosy.resolver.policy.rules import History
    from argosy.resolver.refs import Refs
    from argosy.resolver.sources import RepositoryAlias, RepositoryPath, Revision

__all__ = ["DefaultVersion", "Grant", "Policy"]


@dataclass(frozen=True, slots=True)
class DefaultVersion:
    """The version of references that ask for none, in some namespaces."""

    namespaces: tuple[str, ...]
    version: str


@dataclass(frozen=True, slots=True)
class Policy:
    """The rules of an installation, and the default versions of its namespaces."""

    rules: tuple[Rule, ...] = ()
    default_versions: tuple[DefaultVersion, ...] = ()

    def default_version(self, namespace: Namespace) -> str:
        """The version that the first fitting default gives to a namespace, or nothing."""
        fitting = (one.version for one in self.default_versions if globs.matches(namespace, one.namespaces))
        return next(fitting, "")

    def repositories_for(self, namespace: Namespace, aliases: Iterable[RepositoryAlias]) -> tuple[RepositoryAlias, ...]:
        """Those of the repositories that the namespace may know of, in the same order."""
        return tuple(alias for alias in aliases if self._covering(namespace, alias))

    def names_ref(self, namespace: Namespace, repository: RepositoryAlias, ref: str) -> bool:
        """Whether the namespace may hear of a tag or branch, by its full name: one that a rule for it allows."""
        return any(rule.names_ref(ref) for rule in self._covering(namespace, repository))

    def check_version(
        self, namespace: Namespace, repository: RepositoryAlias, revision: Revision, *, refs: Refs, history: History
    ) -> Grant:
        """What the namespace may take from this version of the repository.

        Raises Denied: FORBIDDEN_REPOSITORY in the same words whether or not there is such a repository, or
        FORBIDDEN_VERSION with what would be allowed.
        """
        covering = self._covering(namespace, repository)
        if not covering:
            raise Denied(
                Reason.FORBIDDEN_REPOSITORY,
                f"namespace {namespace} has no repository {repository!r}",
                remedy="name one that this namespace may use, or ask for a rule in the policy",
            )
        candidate = Candidate(revision, refs, history)
        named = [rule for rule in covering if rule.names_version(candidate)]
        reaching = tuple(rule for rule in named if rule.reaches_version(candidate))
        if not reaching:
            remedy = _reachable_versions(named[0]) if named else _named_versions(covering[0])
            raise Denied(
                Reason.FORBIDDEN_VERSION,
                f"namespace {namespace} may not use {revision.kind} {revision.name} of repository {repository}",
                remedy=remedy,
            )
        return Grant(namespace, repository, reaching)

    def _covering(self, namespace: Namespace, repository: RepositoryAlias) -> list[Rule]:
        return [rule for rule in self.rules or _EVERYTHING if rule.covers(namespace, repository)]


_EVERYTHING = (Rule(),)


@dataclass(frozen=True, slots=True)
class Grant:
    """The rules that allow one version to one namespace: only these may allow a path of it."""

    namespace: Namespace
    repository: RepositoryAlias
    rules: tuple[Rule, ...]

    def allows_path(self, path: RepositoryPath) -> bool:
        """Whether templates may be taken from this file."""
        return any(rule.allows_path(path) for rule in self.rules)

    def check_path(self, path: RepositoryPath) -> None:
        """Raise Denied(FORBIDDEN_PATH) unless templates may be taken from this file."""
        if self.allows_path(path):
            return
        allowed = dict.fromkeys(pattern for rule in self.rules for pattern in rule.paths)
        raise Denied(
            Reason.FORBIDDEN_PATH,
            f"namespace {self.namespace} may not use {path} of repository {self.repository} at this version",
            remedy=f"use a template from {_either(allowed)}",
        )


def _named_versions(rule: Rule) -> str:
    kind = "tag" if rule.tags_only else "tag or branch"
    which = "" if rule.versions == ANYTHING else f" that matches {_either(rule.versions)}"
    return f"use a {kind}{which}, or the very commit that such a {kind} points at"


def _reachable_versions(rule: Rule) -> str:
    return f"use a version in the history of a branch that matches {_either(rule.reachable_from)}"


def _either(patterns: Iterable[str]) -> str:
    return " or ".join(patterns)
