"""What files define, and the manifests in them, by the id of their content: kept over restarts, within a budget.

A blob id stands for the same bytes for ever, so a row is right for as long as this code reads those bytes the same
way. `FORMAT` counts those ways; it is part of the file's name, so a new release starts anew and two releases can run
side by side.
"""

from __future__ import annotations

import time
import zlib
from typing import TYPE_CHECKING, Final, NamedTuple, TypeVar

import orjson

from argosy.resolver.catalog.database import Database
from argosy.resolver.catalog.definitions import Contents, Definition

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from argosy.resolver.sources import BlobId

__all__ = ["FORMAT", "Cache", "Known"]

FORMAT: Final = 1
"""Raise it when documents are read, or rows written, in another way than before."""

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS contents
    (blob BLOB PRIMARY KEY, used INTEGER NOT NULL, size INTEGER NOT NULL, found BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS manifests
    (blob BLOB PRIMARY KEY, used INTEGER NOT NULL, documents BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS snapshots
    (scope TEXT PRIMARY KEY, used INTEGER NOT NULL, snapshot BLOB NOT NULL)
"""
_TABLES: Final = (("manifests", "blob"), ("contents", "blob"), ("snapshots", "scope"))

# A row is stamped at most once in that time, so that reading stays reading.
_STAMP_SECONDS: Final = 6 * 3600
_BATCH: Final = 10_000
_SEAL_BYTES: Final = 4
# What goes when the budget is passed: this part of the rows, those that were used longest ago.
_EVICTED_PART: Final = 8


class Known(NamedTuple):
    """What is remembered of a file."""

    size: int
    contents: Contents


_NOTHING: Final = Contents()
_Item = TypeVar("_Item")


class Cache:
    """One sqlite file in `folder`, shared by threads and processes; when it cannot be used it is as if empty."""

    def __init__(
        self, folder: Path, *, budget_bytes: int, busy_seconds: float = 2.0, clock: Callable[[], float] = time.time
    ) -> None:
        self._database = Database(
            folder / f"catalog-{FORMAT}.sqlite3", _SCHEMA, version=FORMAT, busy_seconds=busy_seconds
        )
        self._budget_bytes = budget_bytes
        self._clock = clock

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()

    def contents(self, blobs: Sequence[BlobId]) -> dict[BlobId, Known]:
        """What is known of these files."""
        stamp = self._stamp()
        known: dict[BlobId, Known] = {}
        stale: list[bytes] = []
        for batch in _batches(blobs):
            ids = {bytes.fromhex(blob): blob for blob in batch}
            for blob, used, size, found in self._database.attempt(_select_contents(list(ids))) or ():
                contents = _decode(blob, found)
                if contents is None:
                    continue
                known[ids[blob]] = Known(size, contents)
                if used < stamp:
                    stale.append(blob)
        for keys in _batches(stale):
            self._database.attempt(_update_used("contents", keys, stamp))
        return known

    def remember_contents(self, rows: Mapping[BlobId, Known]) -> None:
        """Keep what was found in these files."""
        stamp = self._stamp()
        keys = map(bytes.fromhex, rows)
        values = [
            (key, stamp, one.size, _encode(key, one.contents)) for key, one in zip(keys, rows.values(), strict=True)
        ]

        def insert(connection: sqlite3.Connection) -> None:
            connection.executemany("INSERT OR REPLACE INTO contents VALUES (?, ?, ?, ?)", sorted(values))

        if values:
            self._database.attempt(insert)
            self._database.attempt(self._evict)

    def documents(self, blob: BlobId) -> bytes | None:
        """The parsed documents of one file, as they were given to `remember_documents`."""
        key, stamp = bytes.fromhex(blob), self._stamp()

        def select(connection: sqlite3.Connection) -> tuple[bytes, int] | None:
            row = connection.execute("SELECT documents, used FROM manifests WHERE blob = ?", (key,))
            found: tuple[bytes, int] | None = row.fetchone()
            return found

        row = self._database.attempt(select)
        if row is None:
            return None
        if row[1] < stamp:
            self._database.attempt(_update_used("manifests", [key], stamp))
        return _unsealed(key, row[0])

    def remember_documents(self, blob: BlobId, documents: bytes) -> None:
        """Keep the parsed documents of one file."""
        key = bytes.fromhex(blob)
        self._remember("manifests", key, _sealed(key, documents))

    def snapshot(self, scope: str) -> bytes | None:
        """The index that was last kept for this scope."""

        def select(connection: sqlite3.Connection) -> tuple[bytes] | None:
            found: tuple[bytes] | None = connection.execute(
                "SELECT snapshot FROM snapshots WHERE scope = ?", (scope,)
            ).fetchone()
            return found

        row = self._database.attempt(select)
        return None if row is None else _unsealed(scope.encode(), row[0])

    def remember_snapshot(self, scope: str, snapshot: bytes) -> None:
        """Keep an index, in place of the one kept for this scope before."""
        self._remember("snapshots", scope, _sealed(scope.encode(), snapshot))

    def _remember(self, table: str, key: bytes | str, value: bytes) -> None:
        values = (key, self._stamp(), value)

        def insert(connection: sqlite3.Connection) -> None:
            connection.execute(f"INSERT OR REPLACE INTO {table} VALUES (?, ?, ?)", values)  # noqa: S608 - a fixed name

        # What would push out most of the rest is not worth keeping.
        if len(value) <= self._budget_bytes // 4:
            self._database.attempt(insert)
            self._database.attempt(self._evict)

    def _stamp(self) -> int:
        return int(self._clock() // _STAMP_SECONDS)

    def _evict(self, connection: sqlite3.Connection) -> None:
        """Take rows away, those longest unused first, until the pages in use fit the budget."""
        while _used_bytes(connection) > self._budget_bytes:
            gone = 0
            for table, key in _TABLES:
                (rows,) = connection.execute(f"SELECT count(*) FROM {table}").fetchone()  # noqa: S608 - fixed names
                gone += connection.execute(
                    f"DELETE FROM {table} WHERE {key} IN (SELECT {key} FROM {table} ORDER BY used LIMIT ?)",  # noqa: S608 - as above
                    (-(-rows // _EVICTED_PART),),
                ).rowcount
            if not gone:
                return
        connection.execute("PRAGMA incremental_vacuum").fetchall()


def _used_bytes(connection: sqlite3.Connection) -> int:
    pages, free, size = (
        connection.execute(f"PRAGMA {pragma}").fetchone()[0] for pragma in ("page_count", "freelist_count", "page_size")
    )
    return int((pages - free) * size)


def _select_contents(keys: list[bytes]) -> Callable[[sqlite3.Connection], list[tuple[bytes, int, int, bytes]]]:
    marks = ",".join("?" * len(keys))
    statement = f"SELECT blob, used, size, found FROM contents WHERE blob IN ({marks})"  # noqa: S608 - marks only
    return lambda connection: connection.execute(statement, keys).fetchall()


def _update_used(table: str, keys: Sequence[bytes], stamp: int) -> Callable[[sqlite3.Connection], object]:
    marks = ",".join("?" * len(keys))
    statement = f"UPDATE {table} SET used = ? WHERE blob IN ({marks})"  # noqa: S608 - a fixed name, and marks only
    return lambda connection: connection.execute(statement, [stamp, *keys])


def _encode(blob: bytes, contents: Contents) -> bytes:
    if contents == _NOTHING:
        return b""
    return _sealed(blob, orjson.dumps([[list(one) for one in contents.definitions], contents.problem]))


def _decode(blob: bytes, found: bytes) -> Contents | None:
    if not found:
        return _NOTHING
    plain = _unsealed(blob, found)
    if plain is None:
        return None
    definitions, problem = orjson.loads(plain)
    return Contents(tuple(Definition(*one) for one in definitions), problem)


def _sealed(key: bytes, value: bytes) -> bytes:
    """With a checksum: sqlite does not notice every byte that a disk gets wrong."""
    return _checksum(key, value) + value


def _checksum(key: bytes, value: bytes) -> bytes:
    return zlib.crc32(value, zlib.crc32(key)).to_bytes(_SEAL_BYTES, "big")


def _unsealed(key: bytes, sealed: bytes) -> bytes | None:
    value = sealed[_SEAL_BYTES:]
    return value if _checksum(key, value) == sealed[:_SEAL_BYTES] else None


def _batches(items: Sequence[_Item]) -> Iterator[Sequence[_Item]]:
    return (items[start : start + _BATCH] for start in range(0, len(items), _BATCH))
