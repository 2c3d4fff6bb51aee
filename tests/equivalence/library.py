"""Repositories in memory: what git would answer for a version, with no git and none of the catalog's code."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias, cast

from argosy.resolver.errors import Denied, Reason
from argosy.resolver.lookup import Found
from argosy.resolver.manifests import ResourceName
from argosy.resolver.sources import (
    CommitId,
    Origin,
    RepositoryAlias,
    RepositoryPath,
    Resource,
    Revision,
    VersionKind,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from argosy.resolver.lookup import Wanted
    from argosy.resolver.manifests import JsonObject, ResourceKind, WorkflowTemplate

Release: TypeAlias = tuple[str, str]
"""An alias and a version."""

Key: TypeAlias = "tuple[ResourceKind, ResourceName]"


def commit_of(alias: str, version: str) -> CommitId:
    """The commit that a tag of a repository in memory points to."""
    return CommitId(hashlib.sha1(f"{alias} {version}".encode(), usedforsecurity=False).hexdigest())


@dataclass(frozen=True, slots=True)
class Library:
    """Every object of every release. A version is a tag or a full commit id."""

    releases: Mapping[Release, Mapping[Key, WorkflowTemplate]]
    _resources: dict[tuple[Release, ResourceKind, ResourceName], Resource] = field(default_factory=dict, init=False)

    def find(self, kind: ResourceKind, name: ResourceName, alias: str, version: str) -> Resource:
        """The object as that version of that repository holds it; denied when there is none."""
        release = self._release(alias, version)
        manifest = self.releases[release].get((kind, name))
        if manifest is None:
            raise Denied(Reason.TEMPLATE_NOT_FOUND, f"no {kind} {name!r} in {alias} at {version}")
        # One object per identity, as the catalog shares one parsed manifest among all who ask.
        return self._resources.setdefault((release, kind, name), _resource(release, kind, name, manifest))

    def __call__(self, wanted: Wanted) -> Found | None:
        """The answer flattening gets; a repository that nobody named is the only one that has the object."""
        version, origin = wanted.asked.version, wanted.origin
        if not version and origin is None:
            return None
        alias = wanted.asked.repository or (origin.repository if origin else "") or self._holder(wanted)
        version = version or (origin.commit if origin else "")
        resource = self.find(wanted.kind, wanted.name, alias, version)
        tag = self._release(alias, version)[1]
        revision = Revision(resource.origin.commit, VersionKind.TAG, f"refs/tags/{tag}")
        return Found(resource, revision, version)

    def _release(self, alias: str, version: str) -> Release:
        for release in self.releases:
            if release[0] == alias and version in (release[1], commit_of(*release)):
                return release
        raise Denied(Reason.VERSION_NOT_FOUND, f"no version {version!r} in repository {alias!r}")

    def _holder(self, wanted: Wanted) -> str:
        holders = {alias for (alias, _), objects in self.releases.items() if (wanted.kind, wanted.name) in objects}
        if len(holders) > 1:
            raise Denied(Reason.AMBIGUOUS_NAME, f"{wanted.kind} {wanted.name!r} is in {sorted(holders)}")
        if not holders:
            raise Denied(Reason.TEMPLATE_NOT_FOUND, f"no repository has {wanted.kind} {wanted.name!r}")
        return holders.pop()


def _resource(release: Release, kind: ResourceKind, name: ResourceName, manifest: WorkflowTemplate) -> Resource:
    alias, version = release
    return Resource(
        origin=Origin(RepositoryAlias(alias), commit_of(alias, version)),
        kind=kind,
        name=name,
        path=RepositoryPath(f"{kind}-{name}.yaml"),
        digest="sha256:" + hashlib.sha256(f"{alias} {version} {kind} {name}".encode()).hexdigest(),
        manifest=manifest,
    )


def objects(manifests: Iterable[JsonObject]) -> dict[Key, WorkflowTemplate]:
    """What a release holds, by kind and name."""
    return {
        (manifest["kind"], ResourceName(manifest["metadata"]["name"])): cast("WorkflowTemplate", manifest)
        for manifest in manifests
    }


def library_of(manifests: Iterable[JsonObject], alias: str = "templates", version: str = "v1") -> Library:
    """One repository with one version that holds these objects."""
    return Library({(alias, version): objects(manifests)})
