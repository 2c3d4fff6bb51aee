"""Workflows with the objects they draw on, at several versions in two repositories, printed as YAML when they fail."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from argosy.resolver import contract
from tests.equivalence.authorship import Author, Book, Place
from tests.equivalence.library import Library, commit_of, objects
from tests.equivalence.texts import written
from tests.equivalence.vocabulary import METADATA, OBJECTS, RELEASES, SPEC_FIELDS

if TYPE_CHECKING:
    from hypothesis.vendor.pretty import RepresentationPrinter

    from argosy.resolver.manifests import JsonObject
    from tests.equivalence.library import Release


@dataclass(frozen=True, slots=True, repr=False)
class Case:
    """A Workflow and every release that it may draw on."""

    workflow: JsonObject
    library: Library

    def _repr_pretty_(self, printer: RepresentationPrinter, cycle: bool) -> None:  # noqa: FBT001  # IPython's protocol
        """What Hypothesis prints of a case that fails."""
        printer.text("" if cycle else str(self))

    def __str__(self) -> str:
        releases = [
            f"# {alias} at {version}, commit {commit_of(alias, version)}\n---\n{written(*held.values())}"
            for (alias, version), held in self.library.releases.items()
        ]
        return "\n" + "\n".join([written(self.workflow), *releases])


def _finished(author: Author, book: Book) -> JsonObject:
    """A WorkflowTemplate that can also be run as a whole, by workflowTemplateRef."""
    spec: JsonObject = {"templates": book.templates}
    _around(author, spec, book)
    spec.update(author.pick(SPEC_FIELDS))
    return _object(book.kind, {"name": book.name}, spec)


def _around(author: Author, spec: JsonObject, book: Book) -> None:
    """What stands beside the templates."""
    if metadata := author.pick(METADATA):
        spec["podMetadata"] = metadata
    if author.rarely():
        spec["templateDefaults"] = {"metadata": author.pick(METADATA)}
    if author.rarely():
        spec["onExit"] = author.local(book)
    if author.rarely():
        spec["hooks"] = author.hooks(Place(book, book.release))


def _workflow(author: Author) -> JsonObject:
    release = author.pick((*RELEASES, *RELEASES, None))
    if release is not None and author.rarely():
        kind, name = author.pick(OBJECTS)
        book = author.book(release, kind, name)
        author.local(book)
        cluster = {"clusterScope": True} if kind == "ClusterWorkflowTemplate" else {}
        spec: JsonObject = {"workflowTemplateRef": {"name": name, **cluster}}
    else:
        book = Book(release, "Workflow", "wf")
        spec = {"entrypoint": author.local(book), "templates": book.templates}
    _around(author, spec, book)
    if author.rarely():
        spec["ttlStrategy"] = {"secondsAfterFailure": 7}
    return _submitted(author, spec, release)


def _submitted(author: Author, spec: JsonObject, release: Release | None) -> JsonObject:
    metadata: JsonObject = {"name": "wf"}
    if release is not None:
        # The API server would not take a label with a slash on the Workflow itself.
        labels = "annotations" if "/" in release[1] else "labels"
        carrier = author.pick(("annotations", labels, "workflowMetadata"))
        holder = spec.setdefault("workflowMetadata", {}) if carrier == "workflowMetadata" else metadata
        holder["annotations" if carrier == "workflowMetadata" else carrier] = author.asking(release)
    if author.rarely():
        return _object("CronWorkflow", metadata, {"schedules": ["* * * * *"], "workflowSpec": spec})
    return _object("Workflow", metadata, spec)


def _object(kind: str, metadata: JsonObject, spec: JsonObject) -> JsonObject:
    return {"apiVersion": contract.API_VERSION, "kind": kind, "metadata": metadata, "spec": spec}


def _bound(spec: JsonObject) -> None:
    """Turn what was written by name into the list that Argo has."""
    if "templates" in spec:
        spec["templates"] = list(spec["templates"].values())


@st.composite
def cases(draw: st.DrawFn, *, faulty: bool = False) -> Case:
    """Cases that can be flattened; with `faulty`, references may also name templates that are not there."""
    author = Author(draw, faulty)
    workflow = _workflow(author)
    author.write()
    finished: dict[tuple[str, str, str, str], JsonObject] = {}
    while unfinished := [key for key in author.shelf if key not in finished]:
        for key in unfinished:
            finished[key] = _finished(author, author.shelf[key])
            author.write()
    spec = workflow["spec"].get("workflowSpec", workflow["spec"])
    if author.variables:
        parameters = [{"name": name, "value": value} for name, value in sorted(author.variables.items())]
        spec["arguments"] = {"parameters": parameters}
    for each in (spec, *(manifest["spec"] for manifest in finished.values())):
        _bound(each)
    for manifest in finished.values():
        manifest["spec"]["entrypoint"] = manifest["spec"]["templates"][0]["name"]
    releases = {
        release: objects([manifest for key, manifest in finished.items() if key[:2] == release]) for release in RELEASES
    }
    return Case(workflow, Library({release: held for release, held in releases.items() if held}))
