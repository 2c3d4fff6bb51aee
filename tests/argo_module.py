"""The folder of Argo Workflows' own Go module: its examples and end-to-end manifests are read there, none is copied."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from functools import cache
from pathlib import Path

import pytest

MODULE = "github.com/argoproj/argo-workflows/v4"
VERSION = "v4.0.2"


@cache
def argo_module() -> Path:
    """The module as `go` keeps it in its cache, downloaded and verified by `go` when it is not there yet.

    Skips the test that asks where there is no `go`; in continuous integration (`CI` set) that is a failure.
    """
    if shutil.which("go") is None:
        message = f"go is not on PATH, so {MODULE}@{VERSION} cannot be read"
        (pytest.fail if os.environ.get("CI") else pytest.skip)(message)
    # Outside of the tree, so that no go.mod of anyone decides what is downloaded.
    command = ["go", "mod", "download", "-json", f"{MODULE}@{VERSION}"]
    answer = subprocess.run(command, check=False, capture_output=True, text=True, cwd=Path.home(), timeout=50)
    if answer.returncode != 0:
        pytest.fail(f"{' '.join(command)} failed: {answer.stdout} {answer.stderr}")
    return Path(json.loads(answer.stdout)["Dir"])
