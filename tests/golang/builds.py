"""Programs in Go for tests: built once for each state of their sources, into a cache outside the tree."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

CACHE = Path.home() / ".cache" / "argosy"
SECONDS = 3600
T = TypeVar("T")


class GoUnavailableError(Exception):
    """There is no `go`, or it could not do what was asked."""


def go(*arguments: str, folder: Path) -> str:
    """What a `go` command prints."""
    program = shutil.which("go")
    if program is None:
        raise GoUnavailableError("go is not on PATH, so the programs that tests need cannot be built")
    done = subprocess.run(
        [program, *arguments], cwd=folder, capture_output=True, text=True, check=False, timeout=SECONDS
    )
    if done.returncode != 0:
        raise GoUnavailableError(f"go {' '.join(arguments)} failed: {done.stdout} {done.stderr}")
    return done.stdout


def or_skip(make: Callable[[], T]) -> T:
    """What is made; skips the test where `go` cannot, and fails it in continuous integration (`CI` set)."""
    try:
        return make()
    except GoUnavailableError as error:
        if os.environ.get("CI"):
            pytest.fail(str(error))
        pytest.skip(str(error))


def built(program: Path, build: Callable[[Path], None]) -> Path:
    """The program at this path of the cache, built where it is not there yet.

    Test processes run beside each other: one builds to a path of its own, the others wait for it.
    """
    if not program.exists():
        program.parent.mkdir(parents=True, exist_ok=True)
        with program.with_name(f"{program.name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not program.exists():
                partial = program.with_name(f"{program.name}.partial")
                build(partial)
                partial.replace(program)
    return program


def digest(folder: Path) -> str:
    """A name for the state of all files below a folder."""
    sha = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        sha.update(f"{path.relative_to(folder)}\0{path.stat().st_size}\0".encode() + path.read_bytes())
    return sha.hexdigest()[:16]
