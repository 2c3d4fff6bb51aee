"""What flattening and its patch cost, beside the ways one would take first."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import jsonpatch
import orjson
import yaml

from argosy.agent.patch import json_patch
from argosy.resolver.documents import load
from argosy.resolver.flatten import flatten
from argosy.resolver.lookup import Found
from argosy.resolver.manifests import ResourceName
from argosy.resolver.sources import (
    CommitId,
    Origin,
    RepositoryAlias,
    RepositoryPath,
    Resource,
    Revision,
    VersionKind,
)
from benchmarks.measuring import Row, side_by_side
from benchmarks.repository import name_of, path_of, template

if TYPE_CHECKING:
    from collections.abc import Iterator

    from argosy.resolver.lookup import Wanted
    from argosy.resolver.manifests import Manifest

TEMPLATES = 50
_COMMIT = CommitId("0" * 40)
_REVISION = Revision(_COMMIT, VersionKind.TAG, "refs/tags/v1.0.0")


def rows() -> Iterator[Row]:
    resources = {name_of(number): _resource(number) for number in range(TEMPLATES)}
    before = _workflow()

    def lookup(wanted: Wanted) -> Found:
        return Found(resources[wanted.name], _REVISION, "v1.0.0")

    manifests = [resource.manifest for resource in resources.values()]
    medians = side_by_side(
        lambda: flatten(before, lookup), lambda: copy.deepcopy((before, manifests)), rounds=9, repeat=20
    )
    yield Row(f"flatten {TEMPLATES} templates / copy.deepcopy of them", medians.ratio, 0.05, detail=medians.detail)
    after = flatten(before, lookup).manifest
    medians = side_by_side(
        lambda: orjson.dumps(json_patch(before, after)),
        lambda: orjson.dumps(jsonpatch.make_patch(before, after).patch),
        rounds=9,
        repeat=3,
    )
    yield Row("patch bytes / jsonpatch.make_patch", medians.ratio, 0.02, detail=medians.detail)
    yield _yaml()


def _yaml() -> Row:
    texts = [template(number).encode() for number in range(300)]
    medians = side_by_side(
        lambda: [yaml.load(text, Loader=yaml.CSafeLoader) for text in texts],
        lambda: [load(text) for text in texts],
    )
    goal = "documents a second by Go's rules / by CSafeLoader"
    return Row(goal, medians.ratio, 1.5, at_least=True, detail=medians.detail)


def _resource(number: int) -> Resource:
    return Resource(
        Origin(RepositoryAlias("bench"), _COMMIT),
        "WorkflowTemplate",
        ResourceName(name_of(number)),
        RepositoryPath(path_of(number)),
        f"sha256:{number:064d}",
        load(template(number).encode()),
    )


def _workflow() -> Manifest:
    steps: list[Any] = [
        [{"name": f"step-{number}", "templateRef": {"name": name_of(number), "template": "extract"}}]
        for number in range(TEMPLATES)
    ]
    label = {"pipekit.io.templates.gitVersion": "v1.0.0"}
    templates = [{"name": "main", "metadata": {"labels": label}, "steps": steps}]
    return {
        "kind": "Workflow",
        "metadata": {"generateName": "w-"},
        "spec": {"entrypoint": "main", "templates": templates},
    }
