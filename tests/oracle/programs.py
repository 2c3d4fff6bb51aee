"""The Go side of the tests: Argo's own module, and small programs around its code that judge ours.

Built once for each state of their sources, into a cache outside the tree. `python -m tests.oracle.programs` does so
ahead of a test run, where a build of a minute or two would count as a test's time.
"""

from __future__ import annotations

import json
import os
import sys
from functools import cache
from pathlib import Path

from tests.golang.builds import CACHE, GoUnavailableError, built, digest, go, or_skip

SOURCES = Path(__file__).parent
ARGO_MODULE = "github.com/argoproj/argo-workflows/v4"
ARGO_VERSION = "v4.0.7"


def argo_module() -> Path:
    """The folder of Argo's module in Go's cache: its manifests are read there, nothing is copied.

    Skips the test that asks where there is no `go`; in continuous integration (`CI` set) that is a failure.
    """
    return or_skip(_downloaded)


def yaml_program() -> Path:
    """The program that reads YAML with the library that Argo reads it with; skips as above."""
    return or_skip(_yaml)


def merge_program() -> Path:
    """The program that merges specs with Argo's own code; skips as above."""
    return or_skip(_merge)


@cache
def _downloaded() -> Path:
    # Outside of the tree, so that no go.mod of anyone decides what is downloaded.
    answer = go("mod", "download", "-json", f"{ARGO_MODULE}@{ARGO_VERSION}", folder=Path.home())
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

    def build(partial: Path) -> None:
        overlay = partial.with_suffix(".overlay.json")
        overlay.write_text(json.dumps({"Replace": laid_over}))
        go("build", "-overlay", str(overlay), "-o", str(partial), ".", folder=SOURCES / name)
        overlay.unlink()

    return built(CACHE / "oracle" / f"{name}-{digest(SOURCES / name)}", build)


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
