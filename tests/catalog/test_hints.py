"""Whoever asked for a name that is not there is told what was perhaps meant, and nothing of what is not for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from argosy.resolver.catalog import hints
from argosy.resolver.manifests import ResourceName
from tests.catalog.repositories import repository, template

if TYPE_CHECKING:
    from argosy.resolver.catalog import Catalog
    from argosy.resolver.manifests import ResourceKind
    from argosy.resolver.sources import RepositoryPath
    from tests.catalog.repositories import Clone

BROKEN = b"kind: WorkflowTemplate\nmetadata: {name: {{ .Values.name }}\n"


def everything(path: RepositoryPath) -> bool:
    return bool(path)


def public(path: RepositoryPath) -> bool:
    return path.startswith("public/")


@pytest.mark.parametrize(
    ("kind", "name", "hint"),
    [
        ("WorkflowTemplate", "shared", "there is a ClusterWorkflowTemplate of that name: set clusterScope: true"),
        ("ClusterWorkflowTemplate", "load", "there is a WorkflowTemplate of that name: set clusterScope: false"),
        ("WorkflowTemplate", "laod", "did you mean load?"),
        ("WorkflowTemplate", "lod", "did you mean load?"),
        ("WorkflowTemplate", "nothing-like-it", ""),
        ("WorkflowTemplate", "A" * 5000, ""),
        ("WorkflowTemplate", 'x"],["', ""),
        ("WorkflowTemplate", "", ""),
    ],
)
def test_what_was_perhaps_meant_is_told(
    catalog: Catalog, clone: Clone, kind: ResourceKind, name: str, hint: str
) -> None:
    commit = clone.commit({"a.yaml": template("load"), "b.yaml": template("shared", kind="ClusterWorkflowTemplate")})
    index = catalog.index(repository(), clone.path, commit)
    assert hints(index, kind, ResourceName(name), everything) == hint


def test_files_that_could_not_be_read_are_told_the_first_of_them(catalog: Catalog, clone: Clone) -> None:
    commit = clone.commit({f"{i}.yaml": BROKEN for i in range(5)})
    told = hints(catalog.index(repository(), clone.path, commit), "WorkflowTemplate", ResourceName("x"), everything)
    assert told.startswith("it may be in a file that could not be read: 0.yaml (")
    assert told.endswith("and 2 more")


@pytest.mark.parametrize(
    ("kind", "path", "content"),
    [
        ("WorkflowTemplate", "near.yaml", template("load")),
        ("WorkflowTemplate", "other-kind.yaml", template("laod", kind="ClusterWorkflowTemplate")),
        ("WorkflowTemplate", "broken.yaml", BROKEN),
    ],
)
def test_nothing_is_told_of_files_that_the_asker_may_not_use(
    catalog: Catalog, clone: Clone, kind: ResourceKind, path: str, content: bytes
) -> None:
    told: list[str] = []
    for folder in ("public", "private"):
        clone.commit({"public": None, "private": None})
        commit = clone.commit({f"{folder}/{path}": content})
        told.append(hints(catalog.index(repository(), clone.path, commit), kind, ResourceName("laod"), public))
    assert told[0]
    assert not told[1]
