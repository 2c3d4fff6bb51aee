"""What it costs to know which file defines which template: at first, at the next tag, after a restart."""

from __future__ import annotations

import shutil
import statistics
from functools import partial
from typing import TYPE_CHECKING

import pygit2
import yaml

from argosy.resolver.catalog import Catalog
from argosy.resolver.sources import RepositoryAlias
from benchmarks.measuring import ROUNDS, Medians, Row, seconds, side_by_side
from benchmarks.repository import name_of
from benchmarks.scene import QUESTION, git, workflow

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from argosy.resolver.resolver import Resolver
    from argosy.resolver.sources import CommitId
    from benchmarks.scene import Scene

BUDGET_BYTES = 256 * 1024 * 1024


def rows(scene: Scene) -> Iterator[Row]:
    with scene.resolver("index-rows") as resolver:
        resolver.resolve(workflow("v1.0.0"), QUESTION)
        resolver.mirror(resolver.repositories[RepositoryAlias("bench")]).maintain()
        first, second = (scene.tag_commit(tag) for tag in ("v1.0.0", "v1.1.0"))
        cold = _Cold(scene, resolver, first)
        yield cold.row("cold index / reading all files", 1.2, cold.read_all)
        yield cold.row("cold index / one git grep -l", 0.8, cold.grep)
        yield cold.row("cold index / CSafeLoader on every file", 0.2, cold.load_all, rounds=1)
        yield _next_tag(cold, second)
        yield _restart(cold)


class _Cold:
    """The first index of a commit, each time with an empty cache."""

    def __init__(self, scene: Scene, resolver: Resolver, commit: CommitId) -> None:
        self.scene = scene
        self.repository = resolver.repositories[RepositoryAlias("bench")]
        self.clone: Path = resolver.mirror(self.repository).path
        self.commit = commit
        self.cache = scene.folder / "catalog"

    def index(self) -> None:
        shutil.rmtree(self.cache, ignore_errors=True)
        self.cache.mkdir()
        self.index_again(self.commit)

    def index_again(self, commit: CommitId) -> None:
        with Catalog(self.cache, budget_bytes=BUDGET_BYTES) as catalog:
            index = catalog.index(self.repository, self.clone, commit)
            assert len(index.entries) == self.scene.shape.templates

    def row(self, goal: str, budget: float, reference: object, rounds: int = ROUNDS) -> Row:
        assert callable(reference)
        medians = side_by_side(self.index, reference, rounds=rounds)
        return Row(goal, medians.ratio, budget, detail=medians.detail)

    def blobs(self) -> Iterator[bytes]:
        repository = pygit2.Repository(str(self.clone))
        trees = [repository[self.commit].peel(pygit2.Tree)]
        while trees:
            for entry in trees.pop():
                if isinstance(entry, pygit2.Tree):
                    trees.append(entry)
                elif isinstance(entry, pygit2.Blob):
                    yield entry.data

    def read_all(self) -> None:
        for _ in self.blobs():
            pass

    def grep(self) -> None:
        git("grep", "-l", f"name: {name_of(17)}$", self.commit, folder=self.clone)

    def load_all(self) -> None:
        for data in self.blobs():
            yaml.load(data, Loader=yaml.CSafeLoader)


def _next_tag(cold: _Cold, following: CommitId) -> Row:
    """The tag after an indexed one, whose changed files nobody has read yet, in a process that goes on."""
    ours: list[float] = []
    theirs: list[float] = []
    for _ in range(ROUNDS):
        theirs.append(seconds(cold.index))
        with Catalog(cold.cache, budget_bytes=BUDGET_BYTES) as catalog:
            catalog.index(cold.repository, cold.clone, cold.commit)
            ours.append(seconds(partial(catalog.index, cold.repository, cold.clone, following)))
    medians = Medians(statistics.median(ours), statistics.median(theirs))
    return Row("index of the next tag / cold index", medians.ratio, 0.05, detail=medians.detail)


def _restart(cold: _Cold) -> Row:
    ours: list[float] = []
    theirs: list[float] = []
    for _ in range(ROUNDS):
        theirs.append(seconds(cold.index))
        ours.append(seconds(lambda: cold.index_again(cold.commit)))
    medians = Medians(statistics.median(ours), statistics.median(theirs))
    return Row("index after a restart / cold index", medians.ratio, 0.15, detail=medians.detail)
