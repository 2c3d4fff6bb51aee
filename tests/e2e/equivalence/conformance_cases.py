"""The cases of flatten-semantics, section 10, as the tests in `tests/flatten` write them down."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from argosy.resolver import contract
from tests.e2e.equivalence.cases import Case, by_tags
from tests.flatten.memory import commit_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from argosy.resolver.manifests import JsonObject

ROOT = Path(__file__).parents[3]
SECONDS = 120


def conformance_cases() -> Iterator[Case]:
    """Every Workflow that those tests flatten."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "noted.json"
        command = [sys.executable, "-m", "tests.e2e.equivalence.noting", str(file)]
        subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=SECONDS)
        noted: list[JsonObject] = json.loads(file.read_text(encoding="utf-8"))
    seen: dict[str, int] = {}
    for each in noted:
        name = each["test"].rpartition("::")[2].removeprefix("test_").replace("_", " ")
        seen[name] = seen.get(name, 0) + 1
        if each["workflow"].get("kind") == "Workflow":
            yield _case(f"{name} #{seen[name]}" if seen[name] > 1 else name, each)


def _case(name: str, noted: JsonObject) -> Case:
    releases = {(each["repository"], each["version"]): each["manifests"] for each in noted["releases"]}
    workflow = noted["workflow"]
    if noted["default"]:
        annotations = {contract.VERSION: noted["default"], **(workflow["metadata"].get("annotations") or {})}
        workflow = {**workflow, "metadata": {**workflow["metadata"], "annotations": annotations}}
    return by_tags(Case(name, workflow, releases), lambda alias, version: commit_of(version, alias))
