"""Argo's own merge as a program: built once from its Go module, then asked in batches."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from argosy.resolver.errors import Denied
from argosy.resolver.merge import merge_specs
from tests.oracle.programs import merge_program

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from argosy.resolver.manifests import JsonObject


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
    """The oracle; skips the test that asks where it cannot be built."""
    return Oracle(merge_program())
