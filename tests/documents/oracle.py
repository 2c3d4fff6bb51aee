"""The judge: a small Go program that reads documents with the very library Argo reads them with."""

from __future__ import annotations

import json
import struct
import subprocess
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from argosy.resolver.documents import DocumentError, load
from tests.oracle.programs import yaml_program

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


class _Refused:
    def __repr__(self) -> str:
        return "REFUSED"


REFUSED: Final = _Refused()
"""What stands for the data of a text that is no document."""

Table: TypeAlias = tuple[tuple[bytes, Any], ...]
"""Texts, and the data that each of them is, or REFUSED."""


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
    """The program; skips the test that asks where it cannot be built."""
    return GoYaml(yaml_program())
