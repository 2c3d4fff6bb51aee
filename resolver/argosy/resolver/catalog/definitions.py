"""What the documents of one file define: which WorkflowTemplates and ClusterWorkflowTemplates, and under what names."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple, TypeGuard, get_args

from argosy.resolver.contract import API_VERSION
from argosy.resolver.documents import DocumentError
from argosy.resolver.manifests import ResourceKind, ResourceName

if TYPE_CHECKING:
    from collections.abc import Iterable

    from argosy.resolver.manifests import JsonValue

__all__ = ["Contents", "Definition", "contents_among", "valid_name"]

_KINDS: Final = get_args(ResourceKind)

# A DNS subdomain (RFC 1123), which the API server asks of the names of custom resources.
_NAME: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]*+(?<!-))?(?:\.[a-z0-9](?:[a-z0-9-]*+(?<!-))?)*+")
_MAX_NAME_LENGTH: Final = 253


class Definition(NamedTuple):
    """One object that holds templates, and which document of its file it is, counted from 0."""

    kind: ResourceKind
    name: ResourceName
    document: int


class Contents(NamedTuple):
    """What one file defines, and what is wrong with it, in one sentence without the path."""

    definitions: tuple[Definition, ...] = ()
    problem: str = ""


def valid_name(name: str) -> bool:
    """Whether the API server would take an object of that name."""
    return len(name) <= _MAX_NAME_LENGTH and _NAME.fullmatch(name) is not None


def contents_among(documents: Iterable[JsonValue | DocumentError]) -> Contents:
    """What the documents of a file define; documents of other kinds are passed over.

    An error stands for a document that could not be read. An object of a known kind under another apiVersion or an
    unusable name is told as a problem. Whether its `spec` makes sense is asked when it is used.
    """
    definitions: list[Definition] = []
    problems: list[str] = []
    for number, document in enumerate(documents):
        if isinstance(document, DocumentError):
            problems.append(str(document))
            continue
        kind = document.get("kind") if isinstance(document, dict) else None
        if not _is_known(kind):
            continue
        if problem := _problem_with(kind, document):
            problems.append(f"document {number + 1}: {problem}")
        else:
            definitions.append(Definition(kind, ResourceName(document["metadata"]["name"]), number))
    return Contents(tuple(definitions), "; ".join(problems))


def _is_known(kind: JsonValue) -> TypeGuard[ResourceKind]:
    return isinstance(kind, str) and kind in _KINDS


def _problem_with(kind: ResourceKind, document: JsonValue) -> str:
    version = document.get("apiVersion")
    if version != API_VERSION:
        return f"the {kind} has the apiVersion {_shown(version)}, and only {API_VERSION} is read"
    metadata = document.get("metadata")
    name = metadata.get("name") if isinstance(metadata, dict) else None
    if name is None:
        return f"the {kind} has no metadata.name"
    if not isinstance(name, str):
        return f"the {kind} has a name that YAML takes for {_shown(name)}: put it in quotes"
    if not valid_name(name):
        return f"the {kind} has the name {_shown(name)}, which Kubernetes does not take"
    return ""


def _shown(value: JsonValue) -> str:
    """A value from a file as an error may show it: short, and on one line."""
    text = ascii(value)
    return text if len(text) <= 60 else f"{text[:57]}..."  # noqa: PLR2004 - about half a line
