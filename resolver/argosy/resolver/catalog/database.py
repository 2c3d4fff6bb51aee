"""One sqlite file that may be lost at any time: opened, made anew when it is damaged, and never a reason to fail."""

from __future__ import annotations

import contextlib
import logging
import os
import sqlite3
import threading
from typing import TYPE_CHECKING, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

__all__ = ["Database"]

_LOGGER: Final = logging.getLogger(__name__)
_Result = TypeVar("_Result")


class Database:
    """A connection that threads may share, to a file that processes may share.

    `attempt` gives what the work gives, or nothing: a damaged file is moved aside and made anew, while one that is
    locked, full or not ours to write is left alone. Each kind of trouble is logged once.
    """

    def __init__(self, path: Path, schema: str, *, version: int, busy_seconds: float = 2.0) -> None:
        self.path = path
        self._schema = schema
        self._version = version
        self._busy_seconds = busy_seconds
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None
        self._inode = 0
        self._told: set[str] = set()

    def attempt(self, work: Callable[[sqlite3.Connection], _Result]) -> _Result | None:
        """Do the work in one transaction, twice if the file had to be made anew in between."""
        with self._lock:
            for _ in range(2):
                try:
                    return self._transact(work)
                except sqlite3.OperationalError as error:
                    self._tell(error)
                    self._disconnect()
                    return None
                except (sqlite3.DatabaseError, OSError) as error:
                    self._tell(error)
                    self._move_aside()
            return None

    def close(self) -> None:
        """Let go of the file; the next work opens it again."""
        with self._lock:
            self._disconnect()

    def _transact(self, work: Callable[[sqlite3.Connection], _Result]) -> _Result:
        connection = self._connection or self._connect()
        with connection:
            return work(connection)

    def _connect(self) -> sqlite3.Connection:
        # Only this account may read what a private repository holds.
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with contextlib.suppress(FileExistsError, PermissionError):
            os.close(os.open(self.path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        connection = sqlite3.connect(self.path, timeout=self._busy_seconds, check_same_thread=False)
        try:
            self._inode = self.path.stat().st_ino
            with contextlib.suppress(sqlite3.OperationalError):
                self._prepare(connection)
        except BaseException:
            connection.close()
            raise
        self._connection = connection
        return connection

    def _prepare(self, connection: sqlite3.Connection) -> None:
        """Settings and tables; where the file cannot be written, reading may still do."""
        connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA journal_size_limit = 1048576")
        with connection:
            if connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0] and self._found(connection):
                return
            for statement in self._schema.split(";"):
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {self._version}")

    def _found(self, connection: sqlite3.Connection) -> bool:
        """Whether the tables in the file are ours; those of others count as damage."""
        if connection.execute("PRAGMA user_version").fetchone()[0] != self._version:
            raise sqlite3.DatabaseError("the file was made by something else")
        return True

    def _disconnect(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _move_aside(self) -> None:
        """Keep the damaged file for whoever wants to know, unless another process has replaced it already."""
        self._disconnect()
        with contextlib.suppress(OSError):
            if self.path.stat().st_ino == self._inode:
                self.path.replace(self.path.with_name(f"{self.path.name}.damaged"))
                for suffix in ("-wal", "-shm"):
                    self.path.with_name(self.path.name + suffix).unlink(missing_ok=True)

    def _tell(self, error: Exception) -> None:
        if (text := str(error)) not in self._told:
            self._told.add(text)
            _LOGGER.warning(
                "the cache %s is of no use at present, and the work goes on without it: %s", self.path, text
            )
