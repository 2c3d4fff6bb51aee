"""What may help whoever asked for a name that is not there, without a word of files that are not for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from argosy.resolver.catalog.definitions import valid_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from argosy.resolver.catalog.index import Index
    from argosy.resolver.manifests import ResourceKind, ResourceName
    from argosy.resolver.sources import RepositoryPath

__all__ = ["CHECK", "hints", "listed", "shown"]

CHECK: Final = "check the name, the version, and the paths of the repository"
_SHOWN: Final = 3


def hints(index: Index, kind: ResourceKind, name: ResourceName, allows: Callable[[RepositoryPath], bool]) -> str:
    """What was perhaps meant, and where it may be, among the files that the asker may use; empty for no idea."""
    told = (_other_kind(index, kind, name, allows), _near(index, kind, name, allows), _broken(index, allows))
    return "; ".join(filter(None, told))


def _other_kind(index: Index, kind: ResourceKind, name: ResourceName, allows: Callable[[RepositoryPath], bool]) -> str:
    other: ResourceKind = "WorkflowTemplate" if kind == "ClusterWorkflowTemplate" else "ClusterWorkflowTemplate"
    if not any(allows(entry.path) for entry in index.find(other, name)):
        return ""
    cluster_scope = str(other == "ClusterWorkflowTemplate").lower()
    return f"there is a {other} of that name: set clusterScope: {cluster_scope}"


def _near(index: Index, kind: ResourceKind, name: ResourceName, allows: Callable[[RepositoryPath], bool]) -> str:
    near = index.near(kind, name, allows) if valid_name(name) else ()
    return f"did you mean {listed(near, last='or')}?" if near else ""


def _broken(index: Index, allows: Callable[[RepositoryPath], bool]) -> str:
    broken = [one for one in index.broken if allows(one.path)]
    if not broken:
        return ""
    told = ", ".join(f"{shown(one.path)} ({one.problem})" for one in broken[:_SHOWN])
    more = f" and {len(broken) - _SHOWN} more" if len(broken) > _SHOWN else ""
    return f"it may be in a file that could not be read: {told}{more}"


def listed(names: Iterable[str], *, last: str = "and") -> str:
    """As `a, b and c`."""
    *head, tail = names
    return f"{', '.join(head)} {last} {tail}" if head else tail


def shown(path: str) -> str:
    """A path on one line."""
    return path if path.isprintable() else repr(path)
