"""Answers the references of one request: which repository, which version, may this namespace, which object.

A name is turned into a commit once a request; everything after reads by that commit.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Protocol

from argosy.resolver import contract
from argosy.resolver.catalog import hints
from argosy.resolver.elsewhere import versions_with
from argosy.resolver.errors import ArgosyError, Denied, Reason, RetryLater, located
from argosy.resolver.lookup import Found, Lookup, Wanted
from argosy.resolver.policy import check_moved_tag
from argosy.resolver.revisions import Choice, Clone, choose
from argosy.resolver.sources import Origin, Revision
from argosy.resolver.versions import Selection, parse_version

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from argosy.resolver.catalog import Entry, Index
    from argosy.resolver.manifests import Namespace, ResourceKind, ResourceName
    from argosy.resolver.notices import Notice
    from argosy.resolver.policy import Grant, Policy
    from argosy.resolver.repositories import Repository
    from argosy.resolver.sources import CommitId, PullPolicy, RepositoryAlias, Resource


class SearchableClone(Clone, Protocol):
    """A cached clone whose history can be asked."""

    def is_reachable(self, commit: CommitId, tip: CommitId) -> bool:
        """Whether `commit` is `tip` or one of its ancestors."""
        ...


class Shelf(Protocol):
    """Where objects stand at a commit: the catalog, tied to the clones."""

    def index(self, repository: Repository, commit: CommitId, *, fetch: bool = True) -> Index:
        """Which objects stand where at a commit; without `fetch`, RetryLater where git would have to be asked."""
        ...

    def resource(self, repository: Repository, origin: Origin, kind: ResourceKind, name: ResourceName) -> Resource:
        """The one object; raises Denied(TEMPLATE_NOT_FOUND) or Denied(DUPLICATE_DEFINITION)."""
        ...


@dataclass(frozen=True, slots=True)
class Question:
    """What holds for every reference of one request."""

    namespace: Namespace
    default_version: str = ""
    """For references that ask for none, before the defaults of namespace and repository."""
    pull_policy: PullPolicy | None = None
    """For references that ask for none."""
    now: float = 0.0
    deadline_seconds: float | None = None


@dataclass(slots=True)
class Search(Lookup):
    """The Lookup of one request over the configured repositories."""

    question: Question
    repositories: Mapping[RepositoryAlias, Repository]
    clones: Callable[[Repository], SearchableClone]
    shelf: Shelf
    policy: Policy
    notices: dict[Notice, None] = field(default_factory=dict)
    """In the order they arose, each once."""
    _selections: dict[tuple[str, RepositoryAlias, ResourceName | None, PullPolicy | None], Selection] = field(
        default_factory=dict
    )
    _grants: dict[tuple[RepositoryAlias, Revision], Grant] = field(default_factory=dict)
    _revisions: dict[Origin, tuple[str, Revision]] = field(default_factory=dict)

    def __call__(self, wanted: Wanted) -> Found | None:
        """The object a reference means, or None when nobody asks for a version of it."""
        with located(wanted.site):
            if wanted.origin and not wanted.asked.version and not wanted.asked.repository:
                return self._in_same_commit(wanted, wanted.origin)
            return self._in_repositories(wanted)

    def _in_same_commit(self, wanted: Wanted, origin: Origin) -> Found:
        version, revision = self._revisions[origin]
        return self._take(self.repositories[origin.repository], wanted, version, revision)

    def _in_repositories(self, wanted: Wanted) -> Found | None:
        candidates = self._candidates(wanted.asked.repository)
        found: list[Found] = []
        failures: list[ArgosyError] = []
        for repository in candidates:
            version = self._version(wanted, repository)
            if version:
                try:
                    found.append(self._at_version(repository, wanted, version))
                except ArgosyError as error:
                    failures.append(error)
        if len(found) > 1:
            raise _in_several(wanted, found)
        for failure in failures:
            # Another repository may have the name too: which object is taken must not depend on who answers today.
            if found and isinstance(failure, RetryLater):
                raise failure
        if not found:
            self._check_nothing_asked(wanted, failures)
        return found[0] if found else None

    def _check_nothing_asked(self, wanted: Wanted, failures: list[ArgosyError]) -> None:
        """No repository has it: an error when a version was asked for, else the cluster's business."""
        if not wanted.asked.version and not wanted.asked.repository:
            for failure in failures:
                if failure.reason not in (Reason.TEMPLATE_NOT_FOUND, Reason.VERSION_NOT_FOUND):
                    raise failure
            return
        if wanted.asked.version and not failures:
            raise Denied(
                Reason.FORBIDDEN_REPOSITORY,
                f"namespace {self.question.namespace} may use no repository",
                remedy="ask for a rule in the policy",
            )
        if not failures:
            raise Denied(
                Reason.VERSION_NOT_FOUND,
                f"no version is asked for, and repository {wanted.asked.repository} has no default",
                remedy=f"add the label {contract.VERSION}",
            )
        raise min(failures, key=_least_telling)

    def _candidates(self, alias: str) -> tuple[Repository, ...]:
        allowed = self.policy.repositories_for(self.question.namespace, tuple(self.repositories))
        if alias and alias not in allowed:
            known = ", ".join(allowed) or "none"
            raise Denied(
                Reason.UNKNOWN_REPOSITORY,
                f"namespace {self.question.namespace} has no repository {alias!r}",
                remedy=f"the repositories it may use: {known}",
            )
        return tuple(self.repositories[name] for name in allowed if not alias or name == alias)

    def _version(self, wanted: Wanted, repository: Repository) -> str:
        question = self.question
        return (
            wanted.asked.version
            or question.default_version
            or self.policy.default_version(question.namespace)
            or repository.default_version
        )

    def _at_version(self, repository: Repository, wanted: Wanted, version: str) -> Found:
        selection = self._selection(repository, wanted, version)
        self.notices.update(dict.fromkeys(selection.notices))
        return self._take(repository, wanted, version, selection.revision)

    def _selection(self, repository: Repository, wanted: Wanted, version: str) -> Selection:
        by_name = wanted.name if "{template}" in repository.tag_format else None
        pull_policy = wanted.asked.pull_policy or self.question.pull_policy
        key = (version, repository.alias, by_name, pull_policy)
        if key not in self._selections:
            choice = Choice(
                request=parse_version(version),
                repository=repository,
                resource=wanted.name,
                pull_policy=pull_policy,
                now=self.question.now,
                deadline_seconds=self.question.deadline_seconds,
                tells=partial(self.policy.names_ref, self.question.namespace, repository.alias),
            )
            self._selections[key] = choose(choice, self.clones(repository))
        return self._selections[key]

    def _take(self, repository: Repository, wanted: Wanted, version: str, revision: Revision) -> Found:
        """Read the object by its commit; the policy is asked every time, whatever is cached."""
        origin = Origin(repository.alias, revision.commit)
        grant = self._grant(repository, revision)
        try:
            resource = self.shelf.resource(repository, origin, wanted.kind, wanted.name)
        except Denied as error:
            if error.reason is Reason.TEMPLATE_NOT_FOUND:
                index = self.shelf.index(repository, revision.commit, fetch=False)
                error.remedy = (
                    self._other_versions(repository, wanted)
                    or hints(index, wanted.kind, wanted.name, grant.allows_path)
                    or error.remedy
                )
            raise
        grant.check_path(resource.path)
        self._revisions.setdefault(origin, (version, revision))
        return Found(resource, revision, version)

    def _other_versions(self, repository: Repository, wanted: Wanted) -> str:
        """Where an object is that is not at the version asked for, as far as this namespace may know."""
        clone = self.clones(repository)
        refs = clone.refs()

        def entries(revision: Revision) -> tuple[Entry, ...]:
            grant = self.policy.check_version(
                self.question.namespace, repository.alias, revision, refs=refs, history=clone
            )
            found = self.shelf.index(repository, revision.commit, fetch=False).find(wanted.kind, wanted.name)
            for entry in found:
                grant.check_path(entry.path)
            return found

        return versions_with(wanted.name, refs, repository.tag_format, entries)

    def _grant(self, repository: Repository, revision: Revision) -> Grant:
        """What this namespace may take from a version; asked once a request."""
        key = (repository.alias, revision)
        if key not in self._grants:
            clone = self.clones(repository)
            refs = clone.refs()
            namespace = self.question.namespace
            self._grants[key] = self.policy.check_version(
                namespace, repository.alias, revision, refs=refs, history=clone
            )
            notice = check_moved_tag(revision, refs, repository)
            if notice:
                self.notices.setdefault(notice)
        return self._grants[key]


def _least_telling(error: ArgosyError) -> int:
    """Among failures of several repositories, the one that came nearest to an answer speaks."""
    order = (Reason.TEMPLATE_NOT_FOUND, Reason.VERSION_NOT_FOUND)
    return order.index(error.reason) + 1 if error.reason in order else 0


def _in_several(wanted: Wanted, found: list[Found]) -> Denied:
    aliases = sorted(one.resource.origin.repository for one in found)
    return Denied(
        Reason.AMBIGUOUS_NAME,
        f"{wanted.kind} {wanted.name!r} is in the repositories {' and '.join(aliases)}",
        remedy=f"say which one with the label {contract.REPOSITORY}: {aliases[0]}",
    )
