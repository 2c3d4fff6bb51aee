"""Names that are given twice, so that one of the two can never be meant."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from argosy.resolver.lint.library import bodies, callers, objects
from argosy.resolver.lint.rules import Complaint
from argosy.resolver.shapes import mapping

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from argosy.resolver.lint.library import Library, Subject
    from argosy.resolver.manifests import JsonObject


def duplicate_object(subject: Subject, library: Library) -> Iterator[Complaint]:
    """`duplicate-object`: one kind and name in two documents; a reference to it is denied."""
    others = [other for other in library.by_identity[subject.kind, subject.name] if other is not subject]
    if others and subject.name:
        places = " and ".join(_place(other) for other in others)
        yield Complaint(
            "metadata.name",
            f"{subject.kind} {subject.name!r} is defined in {places} as well",
            "delete or rename one of them",
        )


def duplicate_template(subject: Subject) -> Iterator[Complaint]:
    """`duplicate-template`: workflow/validate/validate.go refuses the object."""
    yield from _repeated(subject.templates(), "template", "of this object")


def duplicate_step(subject: Subject) -> Iterator[Complaint]:
    """`duplicate-step`: steps and tasks have names of their own within a template."""
    for site, template in bodies(subject):
        own = ((place, caller) for place, caller in callers(template, site) if ".inline." not in place[len(site) :])
        yield from _repeated(own, "step" if template.get("steps") else "task", "of this template")


def duplicate_input(subject: Subject) -> Iterator[Complaint]:
    """`duplicate-input`: parameters and artifacts have names of their own within the inputs."""
    for site, template in bodies(subject):
        inputs = mapping(template.get("inputs"), f"{site}.inputs")
        for field in ("parameters", "artifacts"):
            found = objects(inputs.get(field), f"{site}.inputs.{field}")
            yield from _repeated(found, f"input {field.removesuffix('s')}", "of this template")


def _repeated(found: Iterable[tuple[str, JsonObject]], what: str, whose: str) -> Iterator[Complaint]:
    seen: Counter[str] = Counter()
    for site, item in found:
        name = item.get("name")
        if not isinstance(name, str) or not name:
            continue
        if seen[name]:
            yield Complaint(f"{site}.name", f"another {what} {whose} is named {name!r}", "rename one of them")
        seen[name] += 1


def _place(subject: Subject) -> str:
    return f"{subject.path}:{subject.line}" if subject.line else subject.path
