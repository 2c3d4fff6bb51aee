"""From files to what the rules look at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, get_args

from argosy.resolver.catalog.scan import may_define
from argosy.resolver.contract import API_VERSION
from argosy.resolver.documents import DEFAULT_LIMITS, Limits
from argosy.resolver.errors import Denied, Reason
from argosy.resolver.lint.library import Library, Subject
from argosy.resolver.lint.linting import lint, unreadable
from argosy.resolver.manifests import ResourceKind
from argosy.resolver.placed_documents import Unreadable, placed_documents

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from argosy.resolver.lint.findings import Finding
    from argosy.resolver.manifests import JsonValue

_KINDS: Final = get_args(ResourceKind)


def lint_files(files: Iterable[tuple[str, bytes | Denied]], *, limits: Limits = DEFAULT_LIMITS) -> tuple[Finding, ...]:
    """What the rules find in files, given by path and content, or by why there is no content.

    Files that define no templates are passed over.
    """
    subjects: list[Subject] = []
    findings: list[Finding] = []
    for path, data in files:
        for one in _read(path, data, limits):
            if isinstance(one, Subject):
                subjects.append(one)
            else:
                findings.append(one)
    return tuple(sorted((*findings, *lint(Library(tuple(subjects))))))


def _read(path: str, data: bytes | Denied, limits: Limits) -> Iterator[Subject | Finding]:
    if isinstance(data, Denied):
        yield unreadable(path, data)
        return
    if not may_define(data):
        return
    for document in placed_documents(data, limits=limits):
        if isinstance(document, Unreadable):
            error = Denied(Reason.INVALID_MANIFEST, document.problem, remedy="templates in this file cannot be used")
            yield unreadable(path, error, line=document.line)
        elif isinstance(document.value, dict) and document.value.get("kind") in _KINDS:
            yield _subject(path, document.value, document.line)


def _subject(path: str, value: JsonValue, line: int) -> Subject | Finding:
    if value.get("apiVersion") == API_VERSION:
        return Subject(path, value, line)
    error = Denied(
        Reason.INVALID_MANIFEST,
        f"a {value['kind']} with the apiVersion {value.get('apiVersion')!r} is not looked at",
        site="apiVersion",
        remedy=f"write {API_VERSION}",
    )
    return unreadable(path, error, line=line)
