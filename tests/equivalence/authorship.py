"""Writes templates whose callers name other templates, from the first one outwards.

A reference to a template that nobody has written yet puts it on the list of what is to be written. Every image and
every parallelism is used once, so no template can pass for another.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, TypeAlias, TypeVar

from hypothesis import strategies as st

from argosy.resolver import contract
from tests.equivalence.library import commit_of
from tests.equivalence.vocabulary import (
    EXTRAS,
    INPUTS,
    LOOPS,
    METADATA,
    MOST_TEMPLATES,
    OBJECTS,
    RELEASES,
    TEMPLATES,
    TYPES,
    TYPES_OF_THE_WORKFLOW,
    VALUES,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from argosy.resolver.manifests import JsonObject
    from tests.equivalence.library import Release

T = TypeVar("T")


@dataclass(slots=True)
class Book:
    """An object to be written: the Workflow, or what holds templates at a release."""

    release: Release | None
    """What references in it mean; None in a Workflow that asks for no version, so they are left to the cluster."""
    kind: str
    name: str
    templates: dict[str, JsonObject] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a caller is written."""

    book: Book
    release: Release | None
    inputs: JsonObject = field(default_factory=dict)


Shelf: TypeAlias = dict[tuple[str, str, str, str], Book]


@cache
def _index(count: int) -> st.SearchStrategy[int]:
    return st.integers(0, count - 1)


@dataclass(slots=True)
class Author:
    """Draws one case."""

    draw: st.DrawFn
    faulty: bool
    shelf: Shelf = field(default_factory=dict)
    pending: deque[tuple[Book, str]] = field(default_factory=deque)
    count: int = 0
    variables: dict[str, str] = field(default_factory=dict)
    """Arguments of the Workflow that stand for the names of objects."""

    def pick(self, choices: Sequence[T]) -> T:
        return choices[self.draw(_index(len(choices)))]

    def rarely(self) -> bool:
        return self.draw(_index(6)) == 5  # small draws are what shrinks to

    def number(self) -> int:
        self.count += 1
        return self.count

    # Books

    def book(self, release: Release, kind: str, name: str) -> Book:
        return self.shelf.setdefault((*release, kind, name), Book(release, kind, name))

    def needed(self, book: Book, name: str) -> str:
        """The name of a template that will be in the book when all is written."""
        if name not in book.templates:
            book.templates[name] = {"name": name}
            self.pending.append((book, name))
        return name

    def local(self, book: Book) -> str:
        return self.needed(book, self.pick(TEMPLATES))

    def write(self) -> None:
        while self.pending:
            book, name = self.pending.popleft()
            book.templates[name].update(self.template(book))

    # Versions

    def asking(self, release: Release) -> dict[str, str]:
        """What a carrier says to mean this release."""
        alias, version = release
        return {
            contract.VERSION: commit_of(alias, version) if self.rarely() else version,
            contract.REPOSITORY: alias,
        }

    def asked_by(self, template: JsonObject, release: Release, book: Book) -> None:
        asked = self.asking(release)
        if book.release and book.release[0] == release[0] and self.rarely():
            del asked[contract.REPOSITORY]  # the one of what stands around the template
        carrier = self.pick(("labels", "annotations", ""))
        if not carrier:
            template["annotations"] = asked
            return
        metadata = template.get("metadata", {})
        template["metadata"] = {**metadata, carrier: {**metadata.get(carrier, {}), **asked}}

    # Templates

    def template(self, book: Book) -> JsonObject:
        types = TYPES_OF_THE_WORKFLOW if book.kind == "Workflow" else TYPES
        kind = self.pick(types) if self.count < MOST_TEMPLATES else "container"
        template: JsonObject = {**self.pick(INPUTS)}
        if metadata := self.pick(METADATA):
            template["metadata"] = metadata
        release = book.release
        # Where the Workflow asks for nothing, a template that does makes a mixture of git and cluster.
        if self.rarely() or (release is None and self.pick((False, True))):
            release = self.pick(RELEASES)
            self.asked_by(template, release, book)
        place = Place(book, release, template.get("inputs", {}))
        return {**template, **self.body(kind, place, nested=False)}

    def body(self, kind: str, place: Place, *, nested: bool) -> JsonObject:
        number = self.number()
        match kind:
            case "container":
                return {"container": {"image": f"image-{number}", "args": [self.text(place)]}}
            case "script":
                return {"script": {"image": f"image-{number}", "source": self.text(place)}}
            case "steps":
                return {"parallelism": number, "steps": self.groups(place, nested=nested)}
            case "dag":
                return {"parallelism": number, "dag": {"tasks": self.tasks(place, nested=nested)}}
            case _:
                return {"suspend": {"duration": str(number)}}

    def text(self, place: Place) -> str:
        own = [f"{{{{inputs.parameters.{each['name']}}}}}" for each in place.inputs.get("parameters", [])]
        return self.pick(("plain", *own, "{{workflow.priority}}", "{{node.name}}", "{{steps.name}}"))

    def groups(self, place: Place, *, nested: bool) -> list[list[JsonObject]]:
        groups: list[list[JsonObject]] = []
        for step in self.callers(place, nested=nested):
            if not groups or self.pick((True, False)):
                groups.append([])
            groups[-1].append(step)
        return groups

    def tasks(self, place: Place, *, nested: bool) -> list[JsonObject]:
        tasks = self.callers(place, nested=nested)
        for before, task in pairwise(tasks):
            if self.pick((False, True)):
                task["depends"] = before["name"]
        return tasks

    # Callers

    def callers(self, place: Place, *, nested: bool) -> list[JsonObject]:
        return [self.caller(f"call-{index}", place, nested=nested) for index in range(self.pick((1, 2, 3)))]

    def caller(self, name: str, place: Place, *, nested: bool) -> JsonObject:
        caller: JsonObject = {"name": name, **self.target(place, inline=not nested)}
        extras = self.pick(EXTRAS)
        if "loop" in extras:
            caller.update(self.pick(LOOPS))
        if "when" in extras:
            caller["when"] = "'{{workflow.name}}' != ''"
        if "arguments" in extras:
            caller["arguments"] = self.arguments(place)
        if "onExit" in extras:
            caller["onExit"] = self.local(place.book)
        if "hooks" in extras:
            caller["hooks"] = self.hooks(place)
        return caller

    def target(self, place: Place, *, inline: bool) -> JsonObject:
        match self.pick(("template", "templateRef", "templateRef", "inline" if inline else "template")):
            case "templateRef":
                return {"templateRef": self.reference(place)}
            case "inline":
                return {"inline": self.inline(place)}
            case _:
                return {"template": self.local(place.book)}

    def reference(self, place: Place) -> JsonObject:
        if place.release is None:
            return {"name": "in-the-cluster", "template": self.pick(TEMPLATES)}
        kind, name = self.pick(OBJECTS)
        template = self.local(self.book(place.release, kind, name))
        if self.faulty and self.rarely():
            template = "missing"
        scope = {"clusterScope": True} if kind == "ClusterWorkflowTemplate" else {}
        return {"name": self.named(name), "template": template, **scope}

    def named(self, name: str) -> str:
        """The name of an object, or an argument of the Workflow that has it as its value."""
        if not self.rarely():
            return name
        variable = f"name-of-{name.replace('.', '-')}"
        self.variables[variable] = name
        return f"{{{{workflow.parameters.{variable}}}}}"

    def inline(self, place: Place) -> JsonObject:
        body: JsonObject = {**self.pick(INPUTS)}
        if metadata := self.pick(METADATA):
            body["metadata"] = metadata
        kind = self.pick(("container", "script", "container", "steps"))
        return {**body, **self.body(kind, Place(place.book, place.release, body.get("inputs", {})), nested=True)}

    def arguments(self, place: Place) -> JsonObject:
        held = {each["name"] for each in place.inputs.get("parameters", [])}
        values = [each for each in VALUES if "{{" not in str(each) or str(each)[-3] in held]
        names = self.pick((("p",), ("q",), ("p", "q")))
        return {"parameters": [{"name": name, "value": self.pick(values)} for name in names]}

    def hooks(self, place: Place) -> JsonObject:
        hooks: JsonObject = {}
        for event in self.pick((("exit",), ("running",), ("exit", "running"))):
            hook = self.target(place, inline=False)
            if "templateRef" in hook and self.rarely():
                hook["template"] = self.local(place.book)  # Argo does not look at it: the reference wins
            if event == "running":
                hook["expression"] = "workflow.status == 'Running'"
            if self.rarely():
                hook["arguments"] = self.arguments(place)
            hooks[event] = hook
        return hooks
