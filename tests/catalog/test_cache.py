from __future__ import annotations

import os
import random
import sqlite3
from typing import TYPE_CHECKING

import pytest

from argosy.resolver.catalog import indexing
from argosy.resolver.catalog.cache import FORMAT, Cache, Known
from argosy.resolver.catalog.catalog import Catalog
from argosy.resolver.catalog.definitions import Contents, Definition
from argosy.resolver.catalog.reading import read_contents, read_documents
from argosy.resolver.manifests import ResourceName
from argosy.resolver.sources import BlobId, Origin, RepositoryAlias
from tests.catalog.repositories import repository, template

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from argosy.resolver.catalog.reading import Documents
    from argosy.resolver.sources import CommitId
    from tests.catalog.repositories import Clone

MEBIBYTE = 1024 * 1024
KNOWN = Known(7, Contents((Definition("WorkflowTemplate", ResourceName("x"), 3),), "document 1: no"))
DAY = 86_400.0


def blob(number: int) -> BlobId:
    return BlobId(f"{number:040x}")


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is read and parsed, in order."""
    done: list[str] = []

    def counted_contents(data: bytes) -> Contents:
        done.append("look")
        return read_contents(data)

    def counted_documents(data: bytes) -> Documents:
        done.append("parse")
        return read_documents(data)

    monkeypatch.setattr(indexing, "read_contents", counted_contents)
    monkeypatch.setattr(indexing, "read_documents", counted_documents)
    return done


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Callable[[], Catalog]]:
    """A catalog as after a restart: with the same folder, and nothing in memory."""
    catalogs: list[Catalog] = []

    def start() -> Catalog:
        catalogs.append(Catalog(tmp_path / "cache", budget_bytes=MEBIBYTE))
        return catalogs[-1]

    yield start
    for catalog in catalogs:
        catalog.close()


def take(catalog: Catalog, clone: Clone, commit: CommitId, name: str) -> str:
    origin = Origin(RepositoryAlias("etl"), commit)
    return catalog.resource(repository(), clone.path, origin, "WorkflowTemplate", ResourceName(name)).path


def test_a_restart_reads_nothing_again(clone: Clone, opened: Callable[[], Catalog], read: list[str]) -> None:
    commit = clone.commit({f"{i}.yaml": template(f"t{i}") for i in range(20)})
    for _ in range(3):
        assert take(opened(), clone, commit, "t7") == "7.yaml"
    assert read == ["look"] * 20 + ["parse"]


def test_an_unseen_tag_reads_only_what_changed(clone: Clone, opened: Callable[[], Catalog], read: list[str]) -> None:
    first = clone.commit({f"{i}.yaml": template(f"t{i}") for i in range(20)})
    catalog = opened()
    catalog.index(repository(), clone.path, first)
    second = clone.commit({"3.yaml": template("t3", image="new"), "4.yaml": None, "new/5.yaml": template("t5")})
    read.clear()
    names = [entry.name for entry in catalog.index(repository(), clone.path, second).entries]
    assert names == sorted([f"t{i}" for i in range(20) if i != 4] + ["t5"])
    assert read == ["look"]


def test_the_same_commit_is_indexed_once_and_the_same_file_parsed_once(
    clone: Clone, opened: Callable[[], Catalog], read: list[str]
) -> None:
    first = clone.commit({"x.yaml": template("x"), "z.yaml": template("z")})
    second = clone.commit({"x.yaml": template("x", image="new")})
    catalog = opened()
    for commit in (first, second, first, second):
        assert take(catalog, clone, commit, "z") == "z.yaml"
    assert read == ["look", "look", "parse", "look"]


def test_indexes_made_from_one_another_are_those_made_anew(
    clone: Clone, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = random.Random(20)  # noqa: S311 - the same each time
    monkeypatch.setattr(indexing, "_WORTH_KEEPING", 12)
    contents = [template("a"), template("b"), template("c", image="x"), b"kind: [WorkflowTemplate", b"a: b\n", None]
    for _ in range(15):
        clone.commit({f"{chance.randrange(4)}/{chance.randrange(4)}.yaml": chance.choice(contents) for _ in range(6)})
    order = [chance.choice(clone.commits) for _ in range(30)]
    folders = [tmp_path / "kept", *(tmp_path / str(i) for i in range(len(order)))]
    with Catalog(folders[0], budget_bytes=MEBIBYTE) as one:
        for commit, folder in zip(order, folders[1:], strict=True):
            with (
                Catalog(folder, budget_bytes=MEBIBYTE) as fresh,
                Catalog(folders[0], budget_bytes=MEBIBYTE) as restarted,
            ):
                expected = fresh.index(repository(), clone.path, commit)
                assert one.index(repository(), clone.path, commit) == expected
                assert restarted.index(repository(), clone.path, commit) == expected


def test_a_snapshot_of_a_commit_that_the_clone_lost_is_no_obstacle(
    clone: Clone, opened: Callable[[], Catalog], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(indexing, "_WORTH_KEEPING", 1)
    opened().index(repository(), clone.path, clone.commit({"x.yaml": template("x")}))
    clone.path.rename(tmp_path / "old.git")
    anew = type(clone).at(clone.path)
    commit = anew.commit({"z.yaml": template("z")})
    assert take(opened(), anew, commit, "z") == "z.yaml"


def test_rows_come_back_as_they_were_put_in(tmp_path: Path) -> None:
    cache = Cache(tmp_path, budget_bytes=MEBIBYTE)
    cache.remember_contents({blob(1): KNOWN, blob(2): Known(0, Contents())})
    cache.remember_documents(blob(1), b"documents")
    cache.remember_snapshot("scope", b"snapshot")
    again = Cache(tmp_path, budget_bytes=MEBIBYTE)
    assert again.contents([blob(1), blob(2), blob(3)]) == {blob(1): KNOWN, blob(2): Known(0, Contents())}
    assert (again.documents(blob(1)), again.documents(blob(2))) == (b"documents", None)
    assert (again.snapshot("scope"), again.snapshot("other")) == (b"snapshot", None)
    cache.close()
    again.close()


def test_more_rows_than_one_statement_takes_are_found(tmp_path: Path) -> None:
    cache = Cache(tmp_path, budget_bytes=64 * MEBIBYTE)
    rows = {blob(i): Known(i, Contents()) for i in range(25_000)}
    cache.remember_contents(rows)
    assert cache.contents(list(rows)) == rows
    cache.close()


def test_the_cache_stays_within_its_budget_and_loses_what_was_used_longest_ago(tmp_path: Path) -> None:
    now = 0.0
    cache = Cache(tmp_path, budget_bytes=MEBIBYTE, clock=lambda: now)
    cache.remember_documents(blob(0), b"x" * 10_000)
    for number in range(1, 400):
        now += DAY
        cache.remember_documents(blob(number), bytes([number % 256]) * 10_000)
        assert cache.documents(blob(0)) is not None
    kept = [number for number in range(400) if cache.documents(blob(number)) is not None]
    assert kept[0] == 0
    assert kept[1:] == list(range(kept[1], 400))
    assert 50 < len(kept) < 105
    cache.close()
    assert (tmp_path / f"catalog-{FORMAT}.sqlite3").stat().st_size <= 1.3 * MEBIBYTE


def test_what_is_larger_than_the_cache_is_not_kept(tmp_path: Path) -> None:
    cache = Cache(tmp_path, budget_bytes=MEBIBYTE)
    cache.remember_documents(blob(1), b"x" * MEBIBYTE)
    assert cache.documents(blob(1)) is None
    cache.close()


def test_only_this_account_may_read_the_cache(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "new" / "cache", budget_bytes=MEBIBYTE)
    cache.remember_documents(blob(1), b"x")
    modes = {path.name: path.stat().st_mode & 0o077 for path in (tmp_path / "new" / "cache").iterdir()}
    assert set(modes.values()) == {0}
    cache.close()


def _garbage(path: Path) -> None:
    path.write_bytes(b"this is no database" * 1000)


def _cut_off(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def _overwritten(path: Path) -> None:
    data = bytearray(path.read_bytes())
    chance = random.Random(20)  # noqa: S311 - the same each time
    for _ in range(200):
        data[chance.randrange(100, len(data))] = chance.randrange(256)
    path.write_bytes(data)


def _emptied(path: Path) -> None:
    path.write_bytes(b"")


def _other_tables(path: Path) -> None:
    path.unlink()
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE contents (other)")
    connection.close()


def _a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()
    (path / "file").touch()


def _a_dangling_link(path: Path) -> None:
    path.unlink()
    path.symlink_to("/nonexistent/folder/file")


@pytest.mark.parametrize(
    "damage", [_garbage, _cut_off, _overwritten, _emptied, _other_tables, _a_folder, _a_dangling_link]
)
def test_a_damaged_cache_costs_time_and_nothing_else(
    clone: Clone, tmp_path: Path, damage: Callable[[Path], None]
) -> None:
    commit = clone.commit({f"{i}.yaml": template(f"t{i}") for i in range(50)})
    with Catalog(tmp_path / "cache", budget_bytes=MEBIBYTE) as catalog:
        assert take(catalog, clone, commit, "t7") == "7.yaml"
    damage(tmp_path / "cache" / f"catalog-{FORMAT}.sqlite3")
    for _ in range(2):
        with Catalog(tmp_path / "cache", budget_bytes=MEBIBYTE) as catalog:
            assert take(catalog, clone, commit, "t7") == "7.yaml"
            assert len(catalog.index(repository(), clone.path, commit).entries) == 50


@pytest.mark.parametrize("damage", [_garbage, _other_tables])
def test_a_damaged_cache_is_moved_aside_and_made_anew(tmp_path: Path, damage: Callable[[Path], None]) -> None:
    for _ in range(2):
        cache = Cache(tmp_path, budget_bytes=MEBIBYTE)
        cache.remember_contents({blob(1): KNOWN})
        assert cache.contents([blob(1)]) == {blob(1): KNOWN}
        cache.close()
        damage(tmp_path / f"catalog-{FORMAT}.sqlite3")
    assert (tmp_path / f"catalog-{FORMAT}.sqlite3.damaged").exists()


def test_a_locked_cache_is_as_if_empty(tmp_path: Path) -> None:
    cache = Cache(tmp_path, budget_bytes=MEBIBYTE, busy_seconds=0.01)
    cache.remember_contents({blob(1): KNOWN})
    with sqlite3.connect(tmp_path / f"catalog-{FORMAT}.sqlite3") as other:
        other.execute("BEGIN EXCLUSIVE")
        cache.remember_contents({blob(2): KNOWN})
        assert cache.contents([blob(1), blob(2)]) == {blob(1): KNOWN}
    other.close()
    cache.remember_contents({blob(3): KNOWN})
    assert set(cache.contents([blob(1), blob(2), blob(3)])) == {blob(1), blob(3)}
    cache.close()


def test_a_full_disk_leaves_the_cache_as_it_is(tmp_path: Path) -> None:
    cache = Cache(tmp_path, budget_bytes=64 * MEBIBYTE)
    cache.remember_contents({blob(1): KNOWN})
    cache._database.attempt(lambda connection: connection.execute("PRAGMA max_page_count = 20"))
    cache.remember_documents(blob(1), os.urandom(MEBIBYTE))
    assert cache.contents([blob(1)]) == {blob(1): KNOWN}
    assert cache.documents(blob(1)) is None
    cache.close()


def test_a_cache_in_a_folder_that_cannot_be_made_is_as_if_empty(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    cache = Cache(tmp_path / "file" / "cache", budget_bytes=MEBIBYTE)
    cache.remember_contents({blob(1): KNOWN})
    assert cache.contents([blob(1)]) == {}
    cache.close()
