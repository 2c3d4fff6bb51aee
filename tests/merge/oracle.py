"""Argo's own merge as a program: built once from its Go module, then asked in batches."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from argosy.resolver.errors import Denied
from argosy.resolver.merge import merge_specs

if TYPE_CHECKING:
    from collections.abc import Iterable

    from argosy.resolver.manifests import JsonObject

SOURCES = Path(__file__).parent.parent / "oracle" / "merge"
# Not under the tree, where it would be swept and packed: a build takes a minute or two where nothing is cached.
CACHE = Path.home() / ".cache" / "argosy" / "oracle"
MODULE = "github.com/argoproj/argo-workflows/v4"


@dataclass(frozen=True, slots=True)
class Oracle:
    """The program that knows what Argo makes of a Workflow's spec and a template's."""

    program: Path

    def schema(self) -> str:
        """The table of Argo's types as they are in the module."""
        return self._run("-schema").decode()

    def answers(self, questions: Iterable[JsonObject]) -> list[JsonObject]:
        """An answer for each question, all through one process."""
        lines = b"".join(json.dumps(question).encode() + b"\n" for question in questions)
        return [json.loads(line) for line in self._run(given=lines).splitlines()]

    def differences(self, pairs: Iterable[tuple[JsonObject, JsonObject]]) -> list[str]:
        """Where our merge and Argo's differ. Argo reads our result into its types, so that only meaning counts."""
        questions = [question(workflow, template) for workflow, template in pairs]
        return [
            f"{difference}\n  of {json.dumps(asked['workflow'])}\nover {json.dumps(asked['template'])}"
            for asked, answer in zip(questions, self.answers(questions), strict=True)
            if (difference := _difference(asked, answer))
        ]

    def _run(self, *arguments: str, given: bytes = b"") -> bytes:
        done = subprocess.run([self.program, *arguments], input=given, capture_output=True, check=False, timeout=50)
        if done.returncode != 0:
            pytest.fail(f"the oracle failed: {done.stderr.decode()}")
        return done.stdout


def question(workflow: JsonObject, template: JsonObject) -> JsonObject:
    """The pair with our own answer, or with the refusal."""
    asked: JsonObject = {"workflow": workflow, "template": template}
    try:
        return {**asked, "merged": merge_specs(workflow, template)}  # type: ignore[arg-type]  # made for the schema
    except Denied as error:
        return {**asked, "denied": f"{error.reason}: {error}"}


def _difference(asked: JsonObject, answer: JsonObject) -> str:
    error = answer.get("error", "")
    if "denied" in asked:
        return "" if error else f"we refuse ({asked['denied']}), Argo answers {json.dumps(answer['result'])}"
    if error:
        return f"Argo refuses ({error}), we answer {json.dumps(asked['merged'])}"
    if answer["result"] != answer["merged"]:
        return f"Argo answers {json.dumps(answer['result'])}\nand we      {json.dumps(answer['merged'])}"
    return ""


def built() -> Oracle:
    """The oracle, compiled when there is none of these sources yet.

    Skips the test that asks where there is no `go`; in continuous integration (`CI` set) that is a failure.
    """
    if shutil.which("go") is None:
        message = f"go is not on PATH, so the merge of {MODULE} cannot be asked"
        (pytest.fail if os.environ.get("CI") else pytest.skip)(message)
    program = CACHE / f"merge-{_digest()}"
    if not program.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        # Test processes run beside each other: one builds, the others wait for it.
        with (CACHE / "merge.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not program.exists():
                _build(program)
    return Oracle(program)


def _digest() -> str:
    digest = hashlib.sha256()
    for path in sorted(path for path in SOURCES.rglob("*") if path.is_file()):
        digest.update(f"{path.relative_to(SOURCES)}\0{path.stat().st_size}\0".encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def _build(program: Path) -> None:
    downloaded = json.loads(_go("mod", "download", "-json", MODULE))
    # merge.go is compiled in a package of its own, straight from the module cache: among its neighbours it would
    # need most of Argo.
    merge = {str(SOURCES / "join" / "merge.go"): str(Path(downloaded["Dir"]) / "workflow" / "util" / "merge.go")}
    overlay, partial = program.with_suffix(".overlay.json"), program.with_suffix(".partial")
    overlay.write_text(json.dumps({"Replace": merge}))
    _go("build", "-overlay", str(overlay), "-o", str(partial), ".")
    overlay.unlink()
    partial.replace(program)


def _go(*arguments: str) -> str:
    done = subprocess.run(["go", *arguments], cwd=SOURCES, capture_output=True, text=True, check=False, timeout=900)
    if done.returncode != 0:
        pytest.fail(f"go {' '.join(arguments)} failed: {done.stderr}")
    return done.stdout
