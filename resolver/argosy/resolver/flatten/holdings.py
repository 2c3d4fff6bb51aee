"""An object that was taken for one request, and its templates by name."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from argosy.resolver.errors import Denied, Reason
from argosy.resolver.flatten.contents import CONTENTS, Contents, Entry, place

if TYPE_CHECKING:
    from argosy.resolver.lookup import Found
    from argosy.resolver.manifests import WorkflowSpec

__all__ = ["Entry", "Holding", "place"]


@dataclass(frozen=True, slots=True)
class Holding:
    """An object from git as a version of it was found, with what is known of its templates."""

    found: Found
    contents: Contents
    _entries: dict[str, Entry] = field(default_factory=dict)

    @classmethod
    def of(cls, found: Found) -> Holding:
        """Raises Denied(INVALID_MANIFEST) when its templates cannot be told apart."""
        return cls(found, CONTENTS.of(found.resource))

    @property
    def spec(self) -> WorkflowSpec:
        return self.contents.spec

    def entry(self, name: str, *, site: str) -> Entry:
        """The template of that name; raises Denied(TEMPLATE_NOT_FOUND) for the reference at `site`."""
        known = self._entries.get(name)
        if known is None:
            # A hoisted body has a name only once what it stood in was called, in this very request.
            self._entries.update(self.contents.entries(name))
            if name not in self._entries:
                raise self._missing(name, site)
            known = self._entries[name]
        return known

    def needs_hoisting(self) -> bool:
        """Whether a call through templateRef gives some inline body other inputs than a local call does."""
        return self.contents.needs_hoisting()

    def _missing(self, name: str, site: str) -> Denied:
        known = ", ".join(self.contents.names()) or "none"
        version = self.found.version or "of its origin"
        return Denied(
            Reason.TEMPLATE_NOT_FOUND,
            f"{place(self.found.resource)} has no template {name!r} at version {version}",
            site=site,
            remedy=f"its templates are: {known}",
        )
