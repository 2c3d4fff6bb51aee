"""A file cut into its documents where Argo cuts it: workflow/common/parse.go."""

from __future__ import annotations

from typing import Final, NamedTuple

__all__ = ["Part", "split"]

# Argo cuts before any line that starts so, whatever follows: in `---# note` as in `----`.
_SEPARATOR: Final = b"\n---"


class Part(NamedTuple):
    """The text of one document, and where in the file it starts, both counted from 1."""

    line: int
    column: int
    text: bytes


def split(data: bytes) -> list[Part]:
    r"""The documents of a YAML file in their order; those with nothing but white space are left out.

    >>> [(part.line, part.text) for part in split(b"a: 1\n---\n\n--- # next\nb: 2")]
    [(1, b'a: 1'), (4, b' # next\nb: 2')]
    """
    parts: list[Part] = []
    line, column = 1, 1
    for text in data.split(_SEPARATOR):
        if text.strip():
            parts.append(Part(line, column, text))
        line += text.count(b"\n") + 1
        column = len(_SEPARATOR)
    return parts
