"""Templates in memory, by repository and version: the Lookup of tests, which answers as the real one does."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self, TypeAlias

import orjson

from argosy.resolver.errors import Denied, Reason
from argosy.resolver.lookup import Found, Wanted
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
    from collections.abc import Iterable

    from argosy.resolver.manifests import JsonValue, ResourceKind, WorkflowTemplate

PLATFORM = "platform"
"""The repository of tests that need only one."""

_Key: TypeAlias = "tuple[ResourceKind, ResourceName]"


def commit_of(version: str, repository: str = PLATFORM) -> CommitId:
    """The commit that a version in memory points to."""
    return CommitId(hashlib.sha256(f"{repository}\n{version}".encode()).hexdigest()[:40])


@dataclass(slots=True)
class TemplatesInMemory:
    """Repositories whose versions are tags; `questions` holds all that was asked, in order.

    ::

        lookup = TemplatesInMemory().add("v1", manifest, other).add("v1", third, repository="data")
        flatten(workflow, lookup)
    """

    default_version: str = ""
    """Answers references that ask for none; empty leaves those to the cluster."""
    questions: list[Wanted] = field(default_factory=list)
    _versions: dict[Origin, str] = field(default_factory=dict)
    _resources: dict[Origin, dict[_Key, Resource]] = field(default_factory=dict)

    def add(self, version: str, *manifests: WorkflowTemplate | JsonValue, repository: str = PLATFORM) -> Self:
        """Put objects into a version of a repository; returns itself."""
        origin = Origin(RepositoryAlias(repository), commit_of(version, repository))
        self._versions[origin] = version
        held = self._resources.setdefault(origin, {})
        for manifest in manifests:
            resource = _resource(origin, manifest)
            held[resource.kind, resource.name] = resource
        return self

    def resource(self, version: str, kind: ResourceKind, name: str, repository: str = PLATFORM) -> Resource:
        """One object as it was put in; its manifest is the one that flattening reads."""
        return self._resources[Origin(RepositoryAlias(repository), commit_of(version, repository))][
            kind, ResourceName(name)
        ]

    def manifests(self) -> list[WorkflowTemplate]:
        """All that was put in, to see that nobody changed it."""
        return [resource.manifest for held in self._resources.values() for resource in held.values()]

    def __call__(self, wanted: Wanted) -> Found | None:
        """A version that the reference asks for, else the commit it came from, else the default."""
        self.questions.append(wanted)
        asked = wanted.asked
        if wanted.origin and not asked.version and not asked.repository:
            return self._at([wanted.origin], wanted)
        version = asked.version or self.default_version
        if not version:
            return None
        origins = [
            origin
            for origin, name in self._versions.items()
            if version in (name, origin.commit) and asked.repository in ("", origin.repository)
        ]
        if not origins:
            raise Denied(Reason.VERSION_NOT_FOUND, f"there is no version {version!r}", site=wanted.site)
        return self._at(origins, wanted)

    def _at(self, origins: Iterable[Origin], wanted: Wanted) -> Found:
        key = (wanted.kind, wanted.name)
        found = [(origin, self._resources[origin][key]) for origin in origins if key in self._resources[origin]]
        if len(found) > 1:
            raise Denied(Reason.AMBIGUOUS_NAME, f"{wanted.name!r} is in several repositories", site=wanted.site)
        if not found:
            version = wanted.asked.version or "the same commit"
            raise Denied(
                Reason.TEMPLATE_NOT_FOUND, f"there is no {wanted.kind} {wanted.name!r} at {version}", site=wanted.site
            )
        origin, resource = found[0]
        name = self._versions[origin]
        return Found(resource, Revision(origin.commit, VersionKind.TAG, f"refs/tags/{name}"), name)


def _resource(origin: Origin, manifest: JsonValue) -> Resource:
    name = manifest["metadata"]["name"]
    canonical = orjson.dumps(manifest, option=orjson.OPT_SORT_KEYS)
    return Resource(
        origin=origin,
        kind=manifest["kind"],
        name=ResourceName(name),
        path=RepositoryPath(f"{name}.yaml"),
        digest=f"sha256:{hashlib.sha256(canonical).hexdigest()}",
        manifest=manifest,
    )
