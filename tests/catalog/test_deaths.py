"""A file whose reading ends the process that reads is given up after the second time, and spoils no other."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

import pytest

from argosy.resolver.catalog import Catalog
from argosy.resolver.catalog.child import Child, ChildSettings
from argosy.resolver.catalog.deaths import Mark
from argosy.resolver.catalog.indexing import Scope
from argosy.resolver.catalog.requests import index_from, index_request
from argosy.resolver.errors import Denied, Reason, RetryLater
from argosy.resolver.manifests import ResourceName
from argosy.resolver.sources import BlobId, Origin, RepositoryAlias
from tests.catalog.repositories import repository, template

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from argosy.resolver.catalog import Index
    from argosy.resolver.sources import CommitId
    from tests.catalog.repositories import Clone

MEBIBYTE = 1024 * 1024

# No file is known that ends the process, so the fault is planted: Python runs this at its start.
FAULT = """
import os
from argosy.resolver.catalog import reading
load = reading.load
def fatal(text, **limits):
    if b"deadly" in text:
        os.kill(os.getpid(), 11)
    return load(text, **limits)
reading.load = fatal
"""
ENTRY = template("load", image="deadly")
# A quick look does not do for it, so that it is read for the index already.
FLOW = b"apiVersion: argoproj.io/v1alpha1\nkind: WorkflowTemplate\nmetadata: {name: flow} # deadly\n"


@pytest.fixture
def settings(tmp_path: Path) -> ChildSettings:
    (tmp_path / "fault").mkdir()
    (tmp_path / "fault" / "sitecustomize.py").write_text(FAULT, encoding="utf-8")
    return ChildSettings(tmp_path / "cache", MEBIBYTE, environment={"PYTHONPATH": str(tmp_path / "fault")})


@pytest.fixture
def child(settings: ChildSettings) -> Iterator[Child]:
    child = Child(settings)
    yield child
    child.close()


@pytest.fixture
def catalog(settings: ChildSettings, child: Child) -> Iterator[Catalog]:
    with Catalog(settings.cache_folder, budget_bytes=MEBIBYTE) as catalog:
        catalog._reader = child
        yield catalog


def index(child: Child, clone: Clone, commit: CommitId) -> Index:
    return index_from(child.ask(index_request(Scope(clone.path, ("**/*.yaml",), MEBIBYTE), commit)))


def test_a_commit_is_indexed_without_the_file_that_ended_the_process_twice(child: Child, clone: Clone) -> None:
    commit = clone.commit({"flow.yaml": FLOW, "x.yaml": template("x")})
    for _ in range(2):
        with pytest.raises(RetryLater, match="ended by signal SIGSEGV while indexing commit"):
            index(child, clone, commit)
    found = index(child, clone, commit)
    assert [entry.path for entry in found.entries] == ["x.yaml"]
    assert list(found.broken) == [("flow.yaml", "reading it has ended the process that reads files twice")]


def test_the_file_is_left_out_of_later_commits_until_it_is_another(child: Child, clone: Clone) -> None:
    commit = clone.commit({"flow.yaml": FLOW})
    for _ in range(2):
        with pytest.raises(RetryLater):
            index(child, clone, commit)
    assert len(index(child, clone, clone.commit({"x.yaml": template("x")})).broken) == 1
    mended = index(child, clone, clone.commit({"flow.yaml": template("flow")}))
    assert ([entry.name for entry in mended.entries], mended.broken) == (["flow", "x"], ())


def test_an_object_whose_file_ended_the_process_twice_is_denied_by_the_name_of_the_file(
    catalog: Catalog, clone: Clone
) -> None:
    origin = Origin(RepositoryAlias("etl"), clone.commit({"load.yaml": ENTRY, "x.yaml": template("x")}))

    def ask(name: str) -> str:
        return catalog.resource(repository(), clone.path, origin, "WorkflowTemplate", ResourceName(name)).path

    for _ in range(2):
        with pytest.raises(RetryLater, match="ended by signal SIGSEGV while reading the file"):
            ask("load")
    with pytest.raises(Denied) as caught:
        ask("load")
    assert caught.value.reason is Reason.INVALID_MANIFEST
    assert "'load' in load.yaml in etl at" in str(caught.value)
    assert "reading it has ended the process that reads files twice" in str(caught.value)
    assert ask("x") == "x.yaml"


def test_a_death_that_no_file_is_the_cause_of_is_no_files_fault(child: Child, clone: Clone) -> None:
    commit = clone.commit({"x.yaml": template("x")})
    for _ in range(3):
        index(child, clone, commit)
        assert child._process is not None
        child._process.send_signal(signal.SIGKILL)
        child._process.wait()
    assert index(child, clone, commit).broken == ()


def test_another_process_that_reads_begins_without_a_grudge(child: Child, clone: Clone, tmp_path: Path) -> None:
    commit = clone.commit({"flow.yaml": FLOW})
    for _ in range(2):
        with pytest.raises(RetryLater):
            index(child, clone, commit)
    assert len(index(child, clone, commit).broken) == 1
    healthy = Child(ChildSettings(tmp_path / "cache", MEBIBYTE))
    assert [entry.name for entry in index(healthy, clone, commit).entries] == ["flow"]
    healthy.close()


@pytest.mark.parametrize("length", [40, 64])
def test_the_mark_is_seen_by_who_shares_the_memory(length: int) -> None:
    descriptor = Mark.shared()
    here, there = Mark(descriptor), Mark(descriptor)
    assert there.blob is None
    here.put(BlobId("a" * length))
    assert there.blob == "a" * length
    here.put(None)
    assert there.blob is None
