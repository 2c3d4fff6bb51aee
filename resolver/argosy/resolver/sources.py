"""Where a template came from: repository, commit, path and blob, by types that cannot be mixed up."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple, NewType

if TYPE_CHECKING:
    from argosy.resolver.manifests import ResourceKind, ResourceName, WorkflowTemplate

RepositoryAlias = NewType("RepositoryAlias", str)
"""The name by which users mean a configured repository; they never give a URL."""

CommitId = NewType("CommitId", str)
"""A full commit id: 40 lower-case hexadecimal digits."""

BlobId = NewType("BlobId", str)
"""The id of a file's content in git: equal ids are equal bytes."""

RepositoryPath = NewType("RepositoryPath", str)
"""A path inside a repository, with forward slashes and no leading slash."""

SHORT_COMMIT_LENGTH = 12


def short(commit: CommitId) -> str:
    """The commit as people read it."""
    return commit[:SHORT_COMMIT_LENGTH]


class PullPolicy(StrEnum):
    """When git is asked, in the words Kubernetes uses for images."""

    ALWAYS = "Always"
    IF_NOT_PRESENT = "IfNotPresent"
    NEVER = "Never"


class VersionKind(StrEnum):
    """What a version turned out to be; only a tag and a commit stay what they are."""

    TAG = "tag"
    BRANCH = "branch"
    COMMIT = "commit"
    REF = "ref"


@dataclass(frozen=True, slots=True)
class Revision:
    """One commit, and the name it was found by."""

    commit: CommitId
    kind: VersionKind
    ref: str = ""
    """The full name of the ref (`refs/tags/v1.2.0`), or empty when a commit was asked for."""
    floating: bool = False
    """Whether a range, a wildcard or `latest` chose the ref, so that another may be chosen tomorrow."""

    @property
    def immutable(self) -> bool:
        """Whether the same request must give the same commit for ever."""
        return not self.floating and self.kind in (VersionKind.TAG, VersionKind.COMMIT)

    @property
    def name(self) -> str:
        """The short name of the ref, or the short commit."""
        for prefix in ("refs/tags/", "refs/heads/"):
            if self.ref.startswith(prefix):
                return self.ref.removeprefix(prefix)
        return self.ref or short(self.commit)


class Origin(NamedTuple):
    """The commit of a repository that templates are taken from: references inside them resolve here as well."""

    repository: RepositoryAlias
    commit: CommitId


@dataclass(frozen=True, slots=True, weakref_slot=True)
class Resource:
    """One object that holds templates, as it stands at one commit. The manifest is shared: never change it."""

    origin: Origin
    kind: ResourceKind
    name: ResourceName
    path: RepositoryPath
    digest: str
    """sha256 of the manifest in canonical JSON, as `sha256:<hex>`."""
    manifest: WorkflowTemplate
