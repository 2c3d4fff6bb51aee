"""The manifests of Argo's own module, and for each Workflow in it the templates that stand nearest to it."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from os.path import commonpath
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

import yaml

from argosy.resolver import contract
from tests.equivalence.library import Library, library_of
from tests.equivalence.texts import read_all

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from argosy.resolver.manifests import JsonObject, JsonValue

FOLDERS = ("examples", "test/e2e")
WORKFLOWS = ("Workflow", "CronWorkflow")
HOLDERS = ("WorkflowTemplate", "ClusterWorkflowTemplate")


@dataclass(frozen=True, slots=True)
class Upstream:
    """One object, and where in the module it stands."""

    path: PurePosixPath
    index: int
    """Of the object among those of its file."""
    manifest: JsonObject

    @property
    def name(self) -> str:
        """The path, with the number of the object where the file has several."""
        return f"{self.path}#{self.index}" if self.index else str(self.path)

    @property
    def kind(self) -> str:
        return str(self.manifest.get("kind"))


def upstream(module: Path) -> list[Upstream]:
    """Every Argo object of the examples and end-to-end tests, in the order of paths."""
    return [
        Upstream(path, index, manifest)
        for path, text in _texts(module)
        for index, manifest in enumerate(_read(text))
        if manifest.get("kind") in (*WORKFLOWS, *HOLDERS)
    ]


def files_with_references(module: Path) -> list[PurePosixPath]:
    """The files whose text has a templateRef or a workflowTemplateRef, in a comment or otherwise."""
    return [path for path, text in _texts(module) if "emplateRef" in text]


def has_references(value: JsonValue) -> bool:
    """Whether an object refers to a template of another one; the text of a resource template does not count."""
    if isinstance(value, dict):
        return any(key in ("templateRef", "workflowTemplateRef") or has_references(item) for key, item in value.items())
    return isinstance(value, list) and any(has_references(item) for item in value)


def recastable(manifests: Iterable[Upstream]) -> list[Upstream]:
    """The Workflows with several templates and no reference, which can be moved to git."""
    return [
        each
        for each in manifests
        if each.kind == "Workflow"
        and len(each.manifest.get("spec", {}).get("templates") or []) > 1
        and not has_references(each.manifest)
    ]


def nearest(workflow: Upstream, others: Iterable[Upstream]) -> Library:
    """One repository at v1: of several files that define the same object, the nearest to the Workflow counts.

    Of equally near ones it is the last: `x.yaml` comes after the `x-update.yaml` that a test lays over it.
    """
    chosen: dict[tuple[str, str], Upstream] = {}
    for each in others:
        if each.kind in HOLDERS and "name" in each.manifest.get("metadata", {}):
            key = each.kind, each.manifest["metadata"]["name"]
            if key not in chosen or _distance(workflow, each) <= _distance(workflow, chosen[key]):
                chosen[key] = each
    return library_of([each.manifest for each in chosen.values()])


def asking_for(version: str, manifest: JsonObject) -> JsonObject:
    """The same Workflow with a version for all its references."""
    result = copy.deepcopy(manifest)
    metadata = result.setdefault("metadata", {})
    metadata["annotations"] = {**(metadata.get("annotations") or {}), contract.VERSION: version}
    return result


def _texts(module: Path) -> Iterator[tuple[PurePosixPath, str]]:
    for folder in FOLDERS:
        for path in sorted((module / folder).rglob("*.yaml")):
            yield PurePosixPath(path.relative_to(module).as_posix()), path.read_text(encoding="utf-8")


def _read(text: str) -> list[JsonObject]:
    try:
        return read_all(text)
    except yaml.YAMLError:
        return []  # one of the module's files is there to be refused


def _distance(one: Upstream, other: Upstream) -> int:
    """How many steps lead from one file to the other."""
    common = len(PurePosixPath(commonpath((one.path, other.path))).parts)
    return len(one.path.parts) + len(other.path.parts) - 2 * common
