"""The Go side of the tests: Argo's own module, and small programs around its code that judge ours.

Built once for each state of their sources, into a cache outside the tree. `python -m tests.oracle.programs` does so
ahead of a test run, where a build of a minute or two would count as a test's time.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

SOURCES = Path(__file__).parent
CACHE = Path.home() / ".cache" / "argosy" / "oracle"
ARGO_MODULE = "github.com/argoproj/argo-workflows/v4"
ARGO_VERSION = "v4.0.2"
_SECONDS = 900


class GoUnavailableError(Exception):
    """There is no `go`, or it could not do what was asked."""


def argo_module() -> Path:
    """The folder of Argo's module in Go's cache: its manifests are read there, nothing is copied.

    Skips the test that asks where there is no `go`; in continuous integration (`CI` set) that is a failure.
    """
    return _or_skip(_downloaded)


def yaml_program() -> Path:
    """The program that reads YAML with the library that Argo reads it with; skips as above."""
    return _or_skip(_yaml)


def merge_program() -> Path:
    """The program that merges specs with Argo's own code; skips as above."""
    return _or_skip(_merge)


def _or_skip(make: object) -> Path:
    assert callable(make)
    try:
        made = make()
    except GoUnavailableError as error:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(str(error))
    assert isinstance(made, Path)
    return made


@cache
def _downloaded() -> Path:
    # Outside of the tree, so that no go.mod of anyone decides what is downloaded.
    answer = _go("mod", "download", "-json", f"{ARGO_MODULE}@{ARGO_VERSION}", folder=Path.home())
    return Path(json.loads(answer)["Dir"])


@cache
def _yaml() -> Path:
    return _built("yaml", {})


@cache
def _merge() -> Path:
    # merge.go is compiled in a package of its own, straight from the module cache: among its neighbours it would
    # need most of Argo.
    sources = SOURCES / "merge"
    return _built("merge", {str(sources / "join" / "merge.go"): str(_downloaded() / "workflow" / "util" / "merge.go")})


def _built(name: str, laid_over: dict[str, str]) -> Path:
    """The program of a folder of sources, with some files taken from elsewhere."""
    program = CACHE / f"{name}-{_digest(SOURCES / name)}"
    if not program.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        # Test processes run beside each other: one builds, the others wait for it.
        with (CACHE / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not program.exists():
                _build(name, program, laid_over)
    return program


def _build(name: str, program: Path, laid_over: dict[str, str]) -> None:
    overlay, partial = program.with_suffix(".overlay.json"), program.with_suffix(".partial")
    overlay.write_text(json.dumps({"Replace": laid_over}))
    _go("build", "-overlay", str(overlay), "-o", str(partial), ".", folder=SOURCES / name)
    overlay.unlink()
    partial.replace(program)


def _digest(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        digest.update(f"{path.relative_to(folder)}\0{path.stat().st_size}\0".encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def _go(*arguments: str, folder: Path) -> str:
    go = shutil.which("go")
    if go is None:
        raise GoUnavailableError("go is not on PATH, so Argo's own code cannot be asked")
    done = subprocess.run([go, *arguments], cwd=folder, capture_output=True, text=True, check=False, timeout=_SECONDS)
    if done.returncode != 0:
        raise GoUnavailableError(f"go {' '.join(arguments)} failed: {done.stdout} {done.stderr}")
    return done.stdout


def main() -> int:
    """Build what can be built; where there is no `go`, tests that need it are going to be skipped."""
    try:
        for make in (_downloaded, _yaml, _merge):
            make()
    except GoUnavailableError as error:
        sys.stderr.write(f"{error}\n")
        return 1 if os.environ.get("CI") else 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
