"""What a name means by an index: the one definition, or a sentence that helps to find the right name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from argosy.resolver.catalog.definitions import valid_name
from argosy.resolver.contract import API_VERSION
from argosy.resolver.documents import digest
from argosy.resolver.errors import Denied, Reason
from argosy.resolver.sources import Resource, short

if TYPE_CHECKING:
    from argosy.resolver.catalog.index import Broken, Entry, Index
    from argosy.resolver.catalog.reading import Documents
    from argosy.resolver.manifests import ResourceKind, ResourceName
    from argosy.resolver.sources import Origin

__all__ = ["one_definition", "resource_from"]

_SHOWN: Final = 3


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
        remedy=_remedy(index, kind, name),
    )


def resource_from(documents: Documents, entry: Entry, origin: Origin) -> Resource:
    """The object as it stands in its file; Denied(INVALID_MANIFEST) when it is not what the index took it for."""
    manifest = documents.manifests.get(entry.document)
    problem = documents.problems.get(entry.document, "")
    if not problem:
        problem = _problem_with(manifest, entry)
    if problem or manifest is None:
        raise Denied(
            Reason.INVALID_MANIFEST,
            f"the {entry.kind} {entry.name!r} in {_shown(entry.path)} {_at(origin)} cannot be used: {problem}",
            remedy="mend the file, or ask for a version in which it is whole",
        )
    return Resource(origin, entry.kind, entry.name, entry.path, digest(manifest), manifest)


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
    places = [_shown(entry.path) for entry in found]
    if len(set(places)) == 1:
        where = f"{len(found)} times in {places[0]}"
    else:
        where = "in " + _listed(list(dict.fromkeys(places)))
    return Denied(
        Reason.DUPLICATE_DEFINITION,
        f"the {found[0].kind} {found[0].name!r} is defined {where} {_at(origin)}",
        remedy="keep one of them, or narrow the paths of the repository",
    )


def _remedy(index: Index, kind: ResourceKind, name: ResourceName) -> str:
    hints: list[str] = []
    other: ResourceKind = "WorkflowTemplate" if kind == "ClusterWorkflowTemplate" else "ClusterWorkflowTemplate"
    if index.find(other, name):
        cluster_scope = str(other == "ClusterWorkflowTemplate").lower()
        hints.append(f"there is a {other} of that name: set clusterScope: {cluster_scope}")
    if near := index.near(kind, name) if valid_name(name) else ():
        hints.append(f"did you mean {_listed(list(near), last='or')}?")
    if index.broken:
        hints.append(f"it may be in a file that could not be read: {_broken(index.broken)}")
    return "; ".join(hints) or "check the name, the version, and the paths of the repository"


def _broken(broken: tuple[Broken, ...]) -> str:
    told = ", ".join(f"{_shown(one.path)} ({one.problem})" for one in broken[:_SHOWN])
    more = len(broken) - _SHOWN
    return f"{told} and {more} more" if more > 0 else told


def _listed(names: list[str], *, last: str = "and") -> str:
    head, tail = names[:-1], names[-1]
    return f"{', '.join(head)} {last} {tail}" if head else tail


def _at(origin: Origin) -> str:
    return f"in {origin.repository} at {short(origin.commit)}"


def _quoted(name: str) -> str:
    return repr(name) if len(name) <= 253 else f"{name[:40]!r}..."  # noqa: PLR2004 - the longest a name can be


def _shown(path: str) -> str:
    """A path on one line."""
    return path if path.isprintable() else repr(path)
