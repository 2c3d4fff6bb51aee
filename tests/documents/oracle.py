"""The judge: a small Go program that reads documents with the very library Argo reads them with."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import struct
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NoReturn, TypeAlias

import pytest

from argosy.resolver.documents import DocumentError, load

if TYPE_CHECKING:
    from collections.abc import Sequence


class _Refused:
    def __repr__(self) -> str:
        return "REFUSED"


REFUSED: Final = _Refused()
"""What stands for the data of a text that is no document."""

Table: TypeAlias = tuple[tuple[bytes, Any], ...]
"""Texts, and the data that each of them is, or REFUSED."""

_SOURCES: Final = Path(__file__).parents[1] / "oracle" / "yaml"
_CACHE: Final = Path.home() / ".cache" / "argosy" / "oracle"


class GoYaml:
    """The built program; it answers many documents in one run."""

    def __init__(self, program: Path) -> None:
        self._program = program

    def read(self, documents: Sequence[bytes]) -> list[Any]:
        """The data of each document, or REFUSED."""
        question = b"".join(struct.pack(">I", len(document)) + document for document in documents)
        run = subprocess.run([self._program], input=question, stdout=subprocess.PIPE, check=True)
        answers = run.stdout.decode().split("\n")[:-1]
        assert len(documents) == len(answers)
        return [json.loads(answer[1:]) if answer.startswith("+") else REFUSED for answer in answers]


def read(document: bytes) -> Any:
    """The data of the document by Argosy's own reader, or REFUSED."""
    try:
        return load(document)
    except DocumentError:
        return REFUSED


def exact(value: Any) -> str:
    """The value as text in which what Python takes for equal differs: 1 and True."""
    return repr(value) if value is REFUSED else json.dumps(value, sort_keys=True)


def built() -> GoYaml:
    """The program, built once for one state of its sources."""
    sources = sorted(path for path in _SOURCES.iterdir() if path.suffix in {".go", ".mod", ".sum"})
    state = hashlib.sha256(b"\0".join(path.read_bytes() for path in sources)).hexdigest()[:16]
    program = _CACHE / f"yaml-{state}"
    if not program.exists():
        _build(program)
    return GoYaml(program)


def _build(program: Path) -> None:
    go = shutil.which("go")
    if go is None:
        unavailable("go is not on PATH, so nothing can tell what Argo's own YAML reader says")
    program.parent.mkdir(parents=True, exist_ok=True)
    # Two runs may build at once: the program appears whole or not at all.
    unfinished = program.with_name(f"{program.name}.{os.getpid()}")
    run = subprocess.run(
        [go, "build", "-o", unfinished, "."], cwd=_SOURCES, capture_output=True, text=True, check=False
    )
    if run.returncode:
        unavailable(f"go cannot build the judge: {run.stderr}")
    unfinished.replace(program)


def unavailable(reason: str) -> NoReturn:
    """Leave a test out where its judge is missing, except where all judges must be there."""
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)
