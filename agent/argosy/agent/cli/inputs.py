"""The manifests that a command is given: files and stdin, cut into documents."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import typer

from argosy.resolver.documents import Limits
from argosy.resolver.errors import Denied, Reason
from argosy.resolver.placed_documents import Unreadable, placed_documents

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from argosy.resolver.manifests import JsonValue

STDIN: Final = "-"

# What a user feeds to his own command may be larger than what a stranger may send: `kubectl get -o yaml` of many.
_LIMITS: Final = Limits(max_bytes=64 * 1024 * 1024, max_depth=200, max_nodes=10_000_000, max_expanded=256 * 1024 * 1024)


@dataclass(frozen=True, slots=True)
class Input:
    """One file as it was read."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Document:
    """One document of an input, or why it is none."""

    place: str
    """As `workflow.yaml:12`."""
    value: JsonValue = None
    error: Denied | None = None


def read_inputs(files: Sequence[str]) -> list[Input]:
    """All the files, before anything is done with any of them. Raises a usage error for one that cannot be read."""
    if list(files).count(STDIN) > 1:
        raise typer.BadParameter("stdin (-) can be read once only", param_hint="FILE")
    return [_read(file) for file in files]


def documents(inputs: Sequence[Input]) -> Iterator[Document]:
    """Each document of each input, in order."""
    for one in inputs:
        for document in placed_documents(one.data, limits=_LIMITS):
            place = f"{one.name}:{document.line}" if document.line else f"{one.name}: document {document.number}"
            if isinstance(document, Unreadable):
                yield Document(place, error=Denied(Reason.INVALID_MANIFEST, document.problem))
            else:
                yield Document(place, document.value)


def _read(file: str) -> Input:
    if file == STDIN:
        return Input("stdin", sys.stdin.buffer.read())
    try:
        return Input(file, Path(file).read_bytes())
    except IsADirectoryError as error:
        text = f"{file} is a folder; name its files, as in {file.rstrip('/')}/*.yaml"
        raise typer.BadParameter(text, param_hint="FILE") from error
    except (OSError, ValueError) as error:
        problem = getattr(error, "strerror", None) or str(error)
        raise typer.BadParameter(f"{file} cannot be read: {problem}", param_hint="FILE") from error
