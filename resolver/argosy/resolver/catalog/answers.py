"""What a name means by an index: the one definition, or why there is none that could be taken."""

from __future__ import annotations

from typing import TYPE_CHECKING

from argosy.resolver.catalog.hints import CHECK, listed, shown
from argosy.resolver.contract import API_VERSION
from argosy.resolver.documents import digest
from argosy.resolver.errors import Denied, Reason
from argosy.resolver.sources import Resource, short

if TYPE_CHECKING:
    from argosy.resolver.catalog.index import Entry, Index
    from argosy.resolver.catalog.reading import Documents
    from argosy.resolver.manifests import ResourceKind, ResourceName
    from argosy.resolver.sources import Origin

__all__ = ["one_definition", "resource_from", "unusable"]


def one_definition(index: Index, origin: Origin, kind: ResourceKind, name: ResourceName) -> Entry:
    """The only definition of that name; Denied(TEMPLATE_NOT_FOUND) or Denied(DUPLICATE_DEFINITION)."""
    found = index.find(kind, name)
    if len(found) == 1:
        return found[0]
    if found:
        raise _contradicting(found, origin)
    raise Denied(
        Reason.TEMPLATE_NOT_FOUND,
        f"there is no {kind} {_quoted(name)} {_at(origin)}",
        remedy=CHECK,
    )


def resource_from(documents: Documents, entry: Entry, origin: Origin) -> Resource:
    """The object as it stands in its file; Denied(INVALID_MANIFEST) when it is not what the index took it for."""
    manifest = documents.manifests.get(entry.document)
    problem = documents.problems.get(entry.document, "")
    if not problem:
        problem = _problem_with(manifest, entry)
    if problem or manifest is None:
        raise unusable(entry, origin, problem)
    return Resource(origin, entry.kind, entry.name, entry.path, digest(manifest), manifest)


def unusable(entry: Entry, origin: Origin, problem: str) -> Denied:
    return Denied(
        Reason.INVALID_MANIFEST,
        f"the {entry.kind} {entry.name!r} in {shown(entry.path)} {_at(origin)} cannot be used: {problem}",
        remedy="mend the file, or ask for a version in which it is whole",
    )


def _problem_with(manifest: object, entry: Entry) -> str:
    match manifest:
        case {"apiVersion": str(version), "kind": str(kind), "metadata": {"name": str(name)}, **rest}:
            if (version, kind, name) != (API_VERSION, entry.kind, entry.name):
                return f"a closer look finds {kind} {_quoted(name)} of {version} there"
            if not isinstance(rest.get("spec"), dict):
                return "its spec is no mapping"
            return ""
        case _:
            return "a closer look finds something else there"


def _contradicting(found: tuple[Entry, ...], origin: Origin) -> Denied:
    places = [shown(entry.path) for entry in found]
    where = f"{len(found)} times in {places[0]}" if len(set(places)) == 1 else f"in {listed(dict.fromkeys(places))}"
    return Denied(
        Reason.DUPLICATE_DEFINITION,
        f"the {found[0].kind} {found[0].name!r} is defined {where} {_at(origin)}",
        remedy="keep one of them, or narrow the paths of the repository",
    )


def _at(origin: Origin) -> str:
    return f"in {origin.repository} at {short(origin.commit)}"


def _quoted(name: str) -> str:
    return repr(name) if len(name) <= 253 else f"{name[:40]!r}..."  # noqa: PLR2004 - the longest a name can be
