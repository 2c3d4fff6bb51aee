"""The templates of an object from git, by name, and what flattening must know of each: read once, then remembered.

An object is shared by all requests and never changes, so what depends on it alone stays true for as long as it lives.
It is remembered by the object's identity, and forgotten with the object: whoever bounds how many objects are kept
bounds this too. What is remembered is shared like the object itself: never change it.
"""

from __future__ import annotations

import weakref
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

from argosy.resolver.asked import NOTHING, Asked, asked_by_template
from argosy.resolver.flatten.exit_handler import reads_artifacts, reads_failures
from argosy.resolver.flatten.inline_bodies import bodies, check_not_nested, has_bodies_to_hoist, hoisted
from argosy.resolver.flatten.pod_metadata import PodMetadata, pod_metadata
from argosy.resolver.flatten.unsupported import check_supported
from argosy.resolver.flatten.variables_read import variables_read
from argosy.resolver.flatten.volumes import mounted, volumes
from argosy.resolver.merge import normalised
from argosy.resolver.shapes import mapping, sequence
from argosy.resolver.sources import short

if TYPE_CHECKING:
    from collections.abc import Iterator

    from argosy.resolver.manifests import Template, WorkflowSpec
    from argosy.resolver.sources import Resource


def place(resource: Resource) -> str:
    """An object from git as messages name it.

    As `WorkflowTemplate/ci (platform@0123456789ab ci/build.yaml)`.
    """
    origin = resource.origin
    return f"{resource.kind}/{resource.name} ({origin.repository}@{short(origin.commit)} {resource.path})"


@dataclass(frozen=True)  # without slots: cached properties need a place
class Entry:
    """One template of the object."""

    template: Template
    site: str
    hoisted: bool = False
    """Whether it was an inline body."""
    asked: Asked = NOTHING
    """What the template that it was an inline body of asks for."""

    @cached_property
    def normalised(self) -> Template:
        """With every any-typed string a string; raises Denied(INVALID_MANIFEST)."""
        return normalised(self.template, self.site)

    @cached_property
    def may_call(self) -> bool:
        """Whether it has anything that could name another template."""
        return bool(self.template.get("steps") or self.template.get("dag"))

    @cached_property
    def reads_failures(self) -> bool:
        """Whether it reads `{{workflow.failures}}`."""
        return reads_failures(self.template, self.site)

    @cached_property
    def reads_artifacts(self) -> bool:
        """Whether it reads an artifact that some node gives to the whole Workflow."""
        return reads_artifacts(self.template, self.site)

    @cached_property
    def variables_needed(self) -> frozenset[str]:
        """The variables that not every Workflow has; see `variables_read`."""
        return variables_read(self.template, self.site)

    @cached_property
    def bodies(self) -> dict[str, Template]:
        """The template and its inline bodies, each of which runs as one, by their sites."""
        return {self.site: self.template, **bodies(self.template, self.site)}

    @cached_property
    def volumes_needed(self) -> dict[str, frozenset[str]]:
        """The volumes that each body mounts and does not declare, by its site; nothing for one that has them all."""
        needed = {site: frozenset(mounted(body) - volumes(body)) for site, body in self.bodies.items()}
        return {site: names for site, names in needed.items() if names}

    @cached_property
    def images_needed(self) -> tuple[tuple[str, str], ...]:
        """The containers and scripts without an image: which of the two, and its site."""
        return tuple(_without_image(self.bodies))


@dataclass(slots=True)
class Contents:
    """The templates of one object; inline bodies that must be hoisted are templates of their own."""

    place: str
    spec: WorkflowSpec
    _raw: dict[str, tuple[int, Template]]
    _read: dict[str, dict[str, Entry]] = field(default_factory=dict)
    _needs_hoisting: bool | None = None
    _pod_metadata: PodMetadata | None = None

    @classmethod
    def of(cls, resource: Resource) -> Contents:
        """Of several templates with one name, Argo takes the first."""
        at = place(resource)
        spec = mapping(resource.manifest.get("spec"), f"{at} spec")
        raw: dict[str, tuple[int, Template]] = {}
        for index, template in enumerate(sequence(spec.get("templates"), f"{at} spec.templates")):
            one = mapping(template, f"{at} spec.templates[{index}]")
            raw.setdefault(str(one.get("name", "")), (index, one))
        return cls(at, spec, raw)

    def entries(self, name: str) -> dict[str, Entry]:
        """The template of that name and the bodies hoisted from it; nothing when there is none.

        Raises Denied when it cannot be copied.
        """
        known = self._read.get(name)
        if known is None:
            if name not in self._raw:
                return {}
            known = self._read[name] = self._entries(name)
        return known

    def names(self) -> list[str]:
        """The names of the templates as written, in order of the alphabet."""
        return sorted(self._raw)

    def needs_hoisting(self) -> bool:
        """Whether a call through templateRef gives some inline body other inputs than a local call does."""
        if self._needs_hoisting is None:
            self._needs_hoisting = any(has_bodies_to_hoist(template) for _, template in self._raw.values())
        return self._needs_hoisting

    def pod_metadata(self) -> PodMetadata:
        """The object's podMetadata, which comes along with a copy."""
        if self._pod_metadata is None:
            self._pod_metadata = pod_metadata(self.spec)
        return self._pod_metadata

    def _entries(self, name: str) -> dict[str, Entry]:
        index, template = self._raw[name]
        here = f"{self.place} spec.templates[{index}]"
        check_supported(template, here)
        check_not_nested(template, here)
        return dict(_with_bodies(name, Entry(template, here)))


def _without_image(bodies: dict[str, Template]) -> Iterator[tuple[str, str]]:
    for site, template in bodies.items():
        for kind in ("container", "script"):
            body = template.get(kind)
            if body is not None and not mapping(body, f"{site}.{kind}").get("image"):
                yield kind, f"{site}.{kind}"


def _with_bodies(name: str, entry: Entry) -> Iterator[tuple[str, Entry]]:
    outer, separated = hoisted(entry.template, name)
    yield name, replace(entry, template=outer)
    for inner, body in separated.items():
        site = f"{entry.site}{inner.removeprefix(name)}.inline"
        asked = asked_by_template(entry.template, entry.site).or_else(entry.asked)
        yield from _with_bodies(inner, Entry(body, site, hoisted=True, asked=asked))


class RememberedContents:
    """The contents of each object that lives, by its identity."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[weakref.ref[Resource], Contents]] = {}

    def of(self, resource: Resource) -> Contents:
        """The contents, read at the first call; raises Denied(INVALID_MANIFEST), which is not remembered."""
        key = id(resource)
        known = self._known.get(key)
        if known is not None and known[0]() is resource:
            return known[1]
        contents, remembered = Contents.of(resource), self._known
        remembered[key] = (weakref.ref(resource, lambda _: remembered.pop(key, None)), contents)
        return contents

    def __len__(self) -> int:
        return len(self._known)


CONTENTS = RememberedContents()
"""Of the whole process, as the objects are."""
