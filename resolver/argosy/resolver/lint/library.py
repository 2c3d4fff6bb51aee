"""The objects of one repository at one commit, or of one folder, as the rules of lint look at them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from argosy.resolver.shapes import mapping, sequence

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from argosy.resolver.manifests import JsonObject, JsonValue, WorkflowTemplate


@dataclass(frozen=True, slots=True)
class Subject:
    """One WorkflowTemplate or ClusterWorkflowTemplate, and where it stands."""

    path: str
    manifest: WorkflowTemplate
    line: int = 0
    """The line on which its document starts, from 1; 0 where it is not known."""

    @property
    def kind(self) -> str:
        """As written; the text `None` where there is none."""
        return str(self.manifest.get("kind"))

    @property
    def name(self) -> str:
        """That of `metadata.name`; empty where there is none."""
        metadata = self.manifest.get("metadata")
        return str(metadata.get("name") or "") if isinstance(metadata, dict) else ""

    @property
    def spec(self) -> JsonObject:
        """Empty where there is none; raises Denied(INVALID_MANIFEST) where it is no mapping."""
        spec: JsonObject = mapping(self.manifest.get("spec"), "spec")
        return spec

    def templates(self) -> Iterator[tuple[str, JsonObject]]:
        """Each entry of `spec.templates` with its site."""
        return objects(self.spec.get("templates"), "spec.templates")

    def template(self, name: str) -> JsonObject | None:
        """The first entry of `spec.templates` with that name."""
        return next((template for _, template in self.templates() if template.get("name") == name), None)


@dataclass(frozen=True)
class Library:
    """All objects that are looked at together: references between them must lead somewhere."""

    subjects: tuple[Subject, ...]

    @cached_property
    def by_identity(self) -> Mapping[tuple[str, str], tuple[Subject, ...]]:
        """The objects by kind and name; more than one where a name is given twice."""
        found: dict[tuple[str, str], list[Subject]] = defaultdict(list)
        for subject in self.subjects:
            found[subject.kind, subject.name].append(subject)
        return {identity: tuple(subjects) for identity, subjects in found.items()}


def objects(value: JsonValue, site: str) -> Iterator[tuple[str, JsonObject]]:
    """Each object of a list with its site."""
    for index, item in enumerate(sequence(value, site)):
        place = f"{site}[{index}]"
        yield place, mapping(item, place)


def callers(template: JsonObject, site: str) -> Iterator[tuple[str, JsonObject]]:
    """Each step or DAG task of a template with its site, those of inline bodies included."""
    for index, group in enumerate(sequence(template.get("steps"), f"{site}.steps")):
        yield from _with_inline(objects(group, f"{site}.steps[{index}]"))
    dag = mapping(template.get("dag"), f"{site}.dag")
    yield from _with_inline(objects(dag.get("tasks"), f"{site}.dag.tasks"))


def _with_inline(found: Iterator[tuple[str, JsonObject]]) -> Iterator[tuple[str, JsonObject]]:
    for site, caller in found:
        yield site, caller
        if caller.get("inline"):
            yield from callers(mapping(caller["inline"], f"{site}.inline"), f"{site}.inline")


def bodies(subject: Subject) -> Iterator[tuple[str, JsonObject]]:
    """Each entry of `spec.templates` and each inline body in it, with its site."""
    for site, template in subject.templates():
        yield site, template
        for place, caller in callers(template, site):
            if caller.get("inline"):
                yield f"{place}.inline", mapping(caller["inline"], f"{place}.inline")
