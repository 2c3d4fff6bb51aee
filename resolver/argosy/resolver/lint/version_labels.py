"""Version labels that say nothing, or nothing that can be read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from argosy.resolver import contract
from argosy.resolver.asked import asked_by_template, asked_by_workflow
from argosy.resolver.errors import Denied
from argosy.resolver.lint.findings import Severity
from argosy.resolver.lint.library import bodies
from argosy.resolver.lint.rules import Complaint
from argosy.resolver.shapes import mapping
from argosy.resolver.versions import parse_version

if TYPE_CHECKING:
    from collections.abc import Iterator

    from argosy.resolver.lint.library import Subject
    from argosy.resolver.manifests import JsonObject

_CALLING: Final = ("steps", "dag")


def version_label(subject: Subject) -> Iterator[Complaint]:
    """`version-label`: what a label asks for must be readable, and stand where references are made."""
    for site, template in bodies(subject):
        _check_carriers(mapping(template.get("metadata"), f"{site}.metadata"), f"{site}.metadata")
        mapping(template.get("annotations"), f"{site}.annotations")
        asked = asked_by_template(template, site)  # type: ignore[arg-type]  # a plain object until read
        if not asked.version:
            continue
        try:
            parse_version(asked.version)
        except Denied as error:
            yield Complaint(asked.carrier, error.problem, error.remedy)
        if not any(template.get(kind) for kind in _CALLING):
            yield Complaint(
                asked.carrier,
                f"{contract.VERSION} on a template that calls nothing asks for nothing, and ends up on its pod",
                "put it on the steps or dag template that makes the call",
                Severity.WARNING,
            )


def unread_version_label(subject: Subject) -> Iterator[Complaint]:
    """`unread-version-label`: inside a repository only templates ask; the object itself is at its own commit."""
    metadata = mapping(subject.manifest.get("metadata"), "metadata")
    _check_carriers(metadata, "metadata")
    asked = asked_by_workflow({"metadata": metadata}, {})
    if asked.version:
        yield Complaint(
            asked.carrier,
            f"nobody reads {contract.VERSION} on a {subject.kind}",
            "put it on the steps or dag template that makes the call",
            Severity.WARNING,
        )


def _check_carriers(metadata: JsonObject, site: str) -> None:
    for field in ("labels", "annotations"):
        mapping(metadata.get(field), f"{site}.{field}")
