"""The templates of an object that was taken, by name, as flattening reads them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from argosy.resolver.asked import NOTHING, Asked, asked_by_template
from argosy.resolver.errors import Denied, Reason
from argosy.resolver.flatten.inline_bodies import check_not_nested, has_bodies_to_hoist, hoisted
from argosy.resolver.flatten.unsupported import check_supported
from argosy.resolver.manifests import TemplateName
from argosy.resolver.shapes import mapping, sequence
from argosy.resolver.sources import short

if TYPE_CHECKING:
    from argosy.resolver.lookup import Found
    from argosy.resolver.manifests import Template, WorkflowSpec
    from argosy.resolver.sources import Resource


def place(resource: Resource) -> str:
    """An object from git as messages name it.

    As `WorkflowTemplate/ci (platform@0123456789ab ci/build.yaml)`.
    """
    origin = resource.origin
    return f"{resource.kind}/{resource.name} ({origin.repository}@{short(origin.commit)} {resource.path})"


@dataclass(frozen=True, slots=True)
class Entry:
    """One template of the object."""

    template: Template
    site: str
    hoisted: bool = False
    """Whether it was an inline body."""
    asked: Asked = NOTHING
    """What the template that it was an inline body of asks for."""


@dataclass(slots=True)
class Holding:
    """An object from git with its templates by name; inline bodies that must be hoisted are templates of their own."""

    found: Found
    spec: WorkflowSpec
    _raw: dict[str, tuple[int, Template]]
    _entries: dict[TemplateName, Entry] = field(default_factory=dict)
    _needs_hoisting: bool | None = None

    @classmethod
    def of(cls, found: Found) -> Holding:
        """Of several templates with one name, Argo takes the first."""
        at = place(found.resource)
        spec = mapping(found.resource.manifest.get("spec"), f"{at} spec")
        raw: dict[str, tuple[int, Template]] = {}
        for index, template in enumerate(sequence(spec.get("templates"), f"{at} spec.templates")):
            one = mapping(template, f"{at} spec.templates[{index}]")
            raw.setdefault(str(one.get("name", "")), (index, one))
        return cls(found, spec, raw)

    def entry(self, name: str, *, site: str) -> Entry:
        """The template of that name; raises Denied(TEMPLATE_NOT_FOUND) for the reference at `site`."""
        known = TemplateName(name)
        if known not in self._entries:
            self._read(name, site)
        return self._entries[known]

    def needs_hoisting(self) -> bool:
        """Whether a call through templateRef gives some inline body other inputs than a local call does."""
        if self._needs_hoisting is None:
            self._needs_hoisting = any(has_bodies_to_hoist(template) for _, template in self._raw.values())
        return self._needs_hoisting

    def _read(self, name: str, site: str) -> None:
        if name not in self._raw:
            raise self._missing(name, site)
        index, template = self._raw[name]
        here = f"{place(self.found.resource)} spec.templates[{index}]"
        check_supported(template, here)
        check_not_nested(template, here)
        self._add(name, Entry(template, here))

    def _add(self, name: str, entry: Entry) -> None:
        outer, bodies = hoisted(entry.template, name)
        self._entries[TemplateName(name)] = replace(entry, template=outer)
        for inner, body in bodies.items():
            site = f"{entry.site}{inner.removeprefix(name)}.inline"
            asked = asked_by_template(entry.template, entry.site).or_else(entry.asked)
            self._add(inner, Entry(body, site, hoisted=True, asked=asked))

    def _missing(self, name: str, site: str) -> Denied:
        known = ", ".join(sorted(self._raw)) or "none"
        return Denied(
            Reason.TEMPLATE_NOT_FOUND,
            f"{place(self.found.resource)} has no template {name!r} at version {self.found.version or 'of its origin'}",
            site=site,
            remedy=f"its templates are: {known}",
        )
