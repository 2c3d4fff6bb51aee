"""Names that Kubernetes or Argo will not take."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from argosy.resolver.lint.findings import Severity
from argosy.resolver.lint.library import bodies, callers, objects
from argosy.resolver.lint.rules import Complaint
from argosy.resolver.shapes import mapping

if TYPE_CHECKING:
    from collections.abc import Iterator

    from argosy.resolver.lint.library import Subject
    from argosy.resolver.manifests import JsonObject, JsonValue

MAX_OBJECT_NAME_LENGTH: Final = 63
"""workflow/validate/validate.go: the name becomes a label value."""
MAX_FIELD_NAME_LENGTH: Final = 128
"""workflow/validate/validate.go: templates, steps and tasks."""

_OBJECT: Final = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")
_FIELD: Final = re.compile(r"[a-zA-Z0-9][-a-zA-Z0-9]*")
_INPUT: Final = re.compile(r"[-a-zA-Z0-9_]+")

_POD_MAKERS: Final = ("container", "script", "containerSet", "resource", "data")


def object_name(subject: Subject) -> Iterator[Complaint]:
    """`object-name`: a DNS subdomain of at most 63 characters."""
    mapping(subject.manifest.get("metadata"), "metadata")
    name = subject.name
    if not name:
        yield Complaint("metadata.name", "the object has no name", "give it a name: references mean it by that")
    elif not _OBJECT.fullmatch(name) or len(name) > MAX_OBJECT_NAME_LENGTH:
        yield Complaint(
            "metadata.name",
            f"{name!r} cannot be the name of a {subject.kind}",
            f"use up to {MAX_OBJECT_NAME_LENGTH} lower-case letters, digits, '-' and '.', with no sign at either end",
        )


def template_name(subject: Subject) -> Iterator[Complaint]:
    """`template-name`: letters, digits and `-`, at most 128."""
    for site, template in subject.templates():
        yield from _field_name(template.get("name"), f"{site}.name", "a template")


def step_name(subject: Subject) -> Iterator[Complaint]:
    """`step-name`: as for templates."""
    for site, template in subject.templates():
        for place, caller in callers(template, site):
            what = "a task" if ".dag.tasks[" in place else "a step"
            yield from _field_name(caller.get("name"), f"{place}.name", what)


def input_name(subject: Subject) -> Iterator[Complaint]:
    """`input-name`: parameters and artifacts have letters, digits, `-` and `_`."""
    for site, template in bodies(subject):
        for holder in ("inputs", "outputs"):
            fields = mapping(template.get(holder), f"{site}.{holder}")
            for field in ("parameters", "artifacts"):
                for place, item in objects(fields.get(field), f"{site}.{holder}.{field}"):
                    yield from _input_name(item, f"{place}.name", field.removesuffix("s"))


def pod_name(subject: Subject) -> Iterator[Complaint]:
    """`pod-name`: the name of a template becomes part of its pod's name, as it is written."""
    for site, template in subject.templates():
        name = template.get("name")
        if isinstance(name, str) and name != name.lower() and any(maker in template for maker in _POD_MAKERS):
            yield Complaint(
                f"{site}.name",
                f"the name of the pod would hold {name!r}, and a pod's name has no capital letters",
                f"rename it to {name.lower()}",
                Severity.WARNING,
            )


def _field_name(name: JsonValue, site: str, what: str) -> Iterator[Complaint]:
    if name in (None, ""):
        yield Complaint(site, f"{what} has no name", "give it one")
    elif not isinstance(name, str) or not _FIELD.fullmatch(name) or len(name) > MAX_FIELD_NAME_LENGTH:
        yield Complaint(
            site,
            f"{name!r} cannot be the name of {what}",
            f"use up to {MAX_FIELD_NAME_LENGTH} letters, digits and '-', beginning with a letter or digit",
        )


def _input_name(item: JsonObject, site: str, what: str) -> Iterator[Complaint]:
    name = item.get("name")
    if not isinstance(name, str) or not _INPUT.fullmatch(name):
        shown = f"{name!r} cannot be the name of" if name else "there is no name for"
        yield Complaint(site, f"{shown} {what} of a template", "use letters, digits, '-' and '_'")
