"""How much one document may ask for."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["DEFAULT_LIMITS", "Limits"]

_MEBIBYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """What a text from outside may cost; all are checked while reading, before the memory is taken."""

    max_bytes: int = _MEBIBYTE
    """Size of the text (one file, with all its documents): etcd takes 1.5 MiB for an object."""
    max_depth: int = 200
    """Lists and mappings inside each other. orjson writes at most 254, and flattening needs a few for itself."""
    max_documents: int = 1_000
    """Documents of one YAML file: each costs a parser of its own."""
    max_nodes: int = 250_000
    """Keys, values, lists and mappings of one text, each alias counted as what it stands for."""
    max_expanded: int = 8 * _MEBIBYTE
    """Characters of one document, each alias counted as the text that it stands for."""


DEFAULT_LIMITS = Limits()
