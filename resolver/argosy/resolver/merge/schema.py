"""The Go structs of a WorkflowSpec as data: what a field holds, when Go writes it, and how a patch treats it.

`types.json` is written by reflection over Argo's own types (tests/oracle/merge/schema.go). A field is a text: a
type, then `always` when Go writes it even if it is zero, then `merge=KEY` for a list that a strategic merge patch
merges by that key (empty: as a set) or `replace` for an object that it replaces.

    string, bool, number    as JSON has them
    anystring               a string that is also read from a number or a boolean
    quantity                a Kubernetes quantity
    plugin                  an object with exactly one key
    any                     reads and writes itself: a time, an IntOrString, the items of a loop
    []X, map X, *X          a list, an object with keys of the user, a pointer
    Name                    a struct: bare for Argo's own, with its API group for those of Kubernetes
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from argosy.resolver.merge.additions import ADDITIONS

if TYPE_CHECKING:
    from collections.abc import Mapping

WORKFLOW_SPEC = "WorkflowSpec"
TEMPLATE = "Template"


class Kind(StrEnum):
    """What JSON shows of a Go type."""

    ANY = "any"
    ANY_STRING = "anystring"
    BOOLEAN = "bool"
    LIST = "list"
    MAP = "map"
    NUMBER = "number"
    PLUGIN = "plugin"
    QUANTITY = "quantity"
    STRING = "string"
    STRUCT = "struct"


_WORDS = {kind.value: kind for kind in Kind}


@dataclass(frozen=True, slots=True)
class Shape:
    """A type: `element` for lists and maps, `struct` for structs."""

    kind: Kind
    pointer: bool = False
    element: Shape | None = None
    struct: str = ""

    @property
    def innermost(self) -> Shape:
        """The type of what lists and maps hold in the end."""
        return self if self.element is None else self.element.innermost


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a struct."""

    shape: Shape
    always: bool = False
    """Go writes the zero value: as a patch, a Workflow without the field takes the template's value away."""
    merge_key: str | None = None
    """The field that tells the list's elements apart; empty for a set of strings, None for a list that is replaced."""
    replaces: bool = False
    """The Workflow's object replaces the template's whole."""


@cache
def fields_of(struct: str) -> Mapping[str, Field]:
    """The fields of a struct by name, in the order in which Go writes them."""
    texts = {**_texts().get(struct, {}), **ADDITIONS.get(struct, {})}
    return {name: _field(text) for name, text in texts.items()}


@cache
def places_of(struct: str) -> Mapping[str, int]:
    """The place of each field among those of its struct."""
    return {name: place for place, name in enumerate(fields_of(struct))}


@cache
def structs() -> frozenset[str]:
    """The names of all structs."""
    return frozenset({*_texts(), *ADDITIONS})


@cache
def shape_of(text: str) -> Shape:
    """The type that a text of the table says.

    >>> shape_of("[]*Prometheus").element
    Shape(kind=<Kind.STRUCT: 'struct'>, pointer=True, element=None, struct='Prometheus')
    """
    if text.startswith("*"):
        pointed = shape_of(text.removeprefix("*"))
        return Shape(pointed.kind, pointer=True, element=pointed.element, struct=pointed.struct)
    if text.startswith("[]"):
        return Shape(Kind.LIST, element=shape_of(text.removeprefix("[]")))
    if text.startswith("map "):
        return Shape(Kind.MAP, element=shape_of(text.removeprefix("map ")))
    kind = _WORDS.get(text)
    return Shape(kind) if kind else Shape(Kind.STRUCT, struct=text)


@cache
def _texts() -> dict[str, dict[str, str]]:
    table: dict[str, dict[str, str]] = json.loads(files("argosy.resolver.merge").joinpath("types.json").read_bytes())
    return table


def _field(text: str) -> Field:
    # Only "map X" has a blank inside the type.
    head, *words = text.removeprefix("map ").split(" ")
    prefix = "map " if text.startswith("map ") else ""
    keys = [word.removeprefix("merge=") for word in words if word.startswith("merge=")]
    return Field(
        shape_of(prefix + head),
        always="always" in words,
        merge_key=keys[0] if keys else None,
        replaces="replace" in words,
    )
