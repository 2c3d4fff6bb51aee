"""All rules over all objects."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from argosy.resolver.errors import Denied, Reason
from argosy.resolver.lint.duplicates import duplicate_input, duplicate_object, duplicate_step, duplicate_template
from argosy.resolver.lint.findings import Finding, Severity
from argosy.resolver.lint.inputs import missing_input
from argosy.resolver.lint.names import input_name, object_name, pod_name, step_name, template_name
from argosy.resolver.lint.references import (
    contradicting_reference,
    dangling_reference,
    dynamic_reference,
    nested_workflow_template_ref,
)
from argosy.resolver.lint.version_labels import unread_version_label, version_label
from argosy.resolver.lint.volumes import volume_left_behind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from argosy.resolver.lint.library import Library, Subject
    from argosy.resolver.lint.rules import Complaint, OwnRule, SharedRule

OWN_RULES: Final[tuple[OwnRule, ...]] = (
    contradicting_reference,
    duplicate_input,
    duplicate_step,
    duplicate_template,
    dynamic_reference,
    input_name,
    nested_workflow_template_ref,
    object_name,
    pod_name,
    step_name,
    template_name,
    unread_version_label,
    version_label,
    volume_left_behind,
)
SHARED_RULES: Final[tuple[SharedRule, ...]] = (dangling_reference, duplicate_object, missing_input)

INVALID_MANIFEST: Final = "invalid-manifest"
"""What is found when a document cannot be read, or is not shaped as Argo's objects are."""


def lint(library: Library) -> tuple[Finding, ...]:
    """What the rules find, in the order of files and places, each once."""
    found = {finding for subject in library.subjects for finding in _findings(subject, library)}
    return tuple(sorted(found))


def unreadable(path: str, error: Denied, *, line: int = 0) -> Finding:
    """A document that holds no object for the rules to look at."""
    return Finding(path, line, error.site, INVALID_MANIFEST, Severity.ERROR, error.problem, error.remedy)


def rule_names() -> tuple[str, ...]:
    """The names by which people mean the rules: those of their functions, as `duplicate-object`."""
    return tuple(sorted([*map(_name, OWN_RULES), *map(_name, SHARED_RULES)]))


def _findings(subject: Subject, library: Library) -> Iterator[Finding]:
    for own in OWN_RULES:
        yield from _told(_name(own), subject, own(subject))
    for shared in SHARED_RULES:
        yield from _told(_name(shared), subject, shared(subject, library))


def _told(rule: str, subject: Subject, complaints: Iterator[Complaint]) -> Iterator[Finding]:
    path, line, what = subject.path, subject.line, f"{subject.kind} {subject.name}".strip()
    try:
        for one in complaints:
            yield Finding(path, line, one.site, rule, one.severity, one.text, one.remedy, what)
    except Denied as error:
        # Several rules meet a label that is no string, and it is told once.
        told = _name(version_label) if error.reason is Reason.INVALID_VERSION else INVALID_MANIFEST
        yield Finding(path, line, error.site, told, Severity.ERROR, error.problem, error.remedy, what)


def _name(rule: OwnRule | SharedRule) -> str:
    return rule.__name__.replace("_", "-")
