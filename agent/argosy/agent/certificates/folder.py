"""Certificates in a folder: one that the agent writes where there is no cluster, or one that Kubernetes mounts."""

from __future__ import annotations

import fcntl
import hashlib
import os
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkstemp
from typing import TYPE_CHECKING, Final

from argosy.agent.certificates.bundle import KEY_FILES, Bundle
from argosy.agent.certificates.stores import Conflict, Store, Stored
from argosy.resolver.errors import Misconfigured, Reason

if TYPE_CHECKING:
    from collections.abc import Generator

__all__ = ["FolderStore", "files_in", "translated"]

_NAMES: Final = tuple(Bundle().files())
_MAX_FILE_BYTES: Final = 1024 * 1024
_MOUNTED: Final = "..data"


def files_in(folder: Path) -> dict[str, bytes]:
    """The files of a bundle that are there. Of a mounted Secret, all are of one version of it; raises OSError."""
    # Kubernetes swaps this link when the Secret changes: followed once, it cannot change between two files.
    with suppress(FileNotFoundError):
        folder = (folder / _MOUNTED).resolve(strict=True)
    contents = {name: _content(folder / name) for name in _NAMES}
    return {name: content for name, content in contents.items() if content}


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(_MAX_FILE_BYTES)
    except FileNotFoundError:
        return b""


@contextmanager
def translated(action: str, folder: Path) -> Generator[None]:
    """What the disk refuses, as Misconfigured."""
    try:
        yield
    except OSError as error:
        raise Misconfigured(
            Reason.CERTIFICATE_UNUSABLE,
            f"the serving certificate cannot be {action} {folder}: {error.strerror}",
            remedy="give the folder to the account that runs this, on a disk that has room and is not read-only",
        ) from error


@dataclass(frozen=True, slots=True)
class FolderStore(Store):
    """A folder of our own: keys are for its owner alone, and clients can be given its `ca.crt`."""

    folder: Path

    def read(self) -> Stored | None:
        """The bundle in the folder; a lock keeps out who would write meanwhile."""
        with translated("read from", self.folder):
            if not self.folder.is_dir():
                return None
            with self._locked(fcntl.LOCK_SH):
                files = files_in(self.folder)
        return Stored(Bundle.of(files), _version(files)) if files else None

    def write(self, bundle: Bundle, version: str | None) -> None:
        """Replace one file after the other: what a crash leaves behind does not fit together, and is made again."""
        with translated("written to", self.folder):
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with self._locked(fcntl.LOCK_EX):
                files = files_in(self.folder)
                if version != (_version(files) if files else None):
                    raise Conflict(str(self.folder))
                for name, content in bundle.files().items():
                    _replace(self.folder / name, content, mode=0o600 if name in KEY_FILES else 0o644)

    @contextmanager
    def _locked(self, kind: int) -> Generator[None]:
        # The folder itself is the lock: it is there for as long as its files are, and nothing is left in it.
        descriptor = os.open(self.folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            fcntl.flock(descriptor, kind)
            yield
        finally:
            os.close(descriptor)


def _version(files: dict[str, bytes]) -> str:
    digest = hashlib.sha256()
    for name, content in sorted(files.items()):
        digest.update(f"{name} {len(content)} ".encode() + content)
    return digest.hexdigest()


def _replace(path: Path, content: bytes, *, mode: int) -> None:
    descriptor, temporary = mkstemp(dir=path.parent, prefix=".", suffix=f".{path.name}")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fchmod(descriptor, mode)
            os.fsync(descriptor)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
