"""What aliases stand for, and how much they have repeated so far."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from argosy.resolver.documents.errors import DocumentError

if TYPE_CHECKING:
    from argosy.resolver.documents.limits import Limits
    from argosy.resolver.manifests import JsonValue

__all__ = ["Anchor", "Anchors", "Extent"]

# decode.go of go.yaml.in/yaml/v2: up to here 99 % of all nodes may come from aliases, from there ever fewer.
_FREE_REPEATED: Final = 100
_FREE_NODES: Final = 1_000
_RANGE_LOW: Final = 400_000
_RANGE_HIGH: Final = 4_000_000
_RATIO_LOW: Final = 0.99
_RATIO_HIGH: Final = 0.10


@dataclass(slots=True)
class Extent:
    """How far a document has been read, or how large a part of it is, with every alias written out."""

    nodes: int
    characters: int

    def since(self, start: Extent) -> Extent:
        return Extent(self.nodes - start.nodes, self.characters - start.characters)


@dataclass(slots=True)
class Anchor:
    """A value with a name; `extent` is None until the value is whole."""

    start: Extent
    value: JsonValue = None
    extent: Extent | None = None

    def complete(self, value: JsonValue, end: Extent) -> None:
        self.value = value
        self.extent = end.since(self.start)


class Anchors:
    """The anchors of one document by name; a name may be given again, and then means the later value."""

    __slots__ = ("_by_name", "_limits", "repeated")

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._by_name: dict[str, Anchor] = {}
        self.repeated = Extent(0, 0)

    def open(self, name: str, start: Extent) -> Anchor:
        anchor = Anchor(start)
        self._by_name[name] = anchor
        return anchor

    def repeat(self, name: str, reached: Extent) -> JsonValue:
        """The value of an alias; refused where the document, written out, would be too large."""
        anchor = self._by_name.get(name)
        if anchor is None:
            raise DocumentError(f"*{name} means nothing, as no value before it is marked &{name}")
        if anchor.extent is None:
            raise DocumentError(f"*{name} stands inside the value that it means")
        self.repeated.nodes += anchor.extent.nodes
        self.repeated.characters += anchor.extent.characters
        nodes = reached.nodes + anchor.extent.nodes
        characters = reached.characters + anchor.extent.characters
        if (
            nodes > self._limits.max_nodes
            or characters > self._limits.max_expanded
            or _is_excessive(self.repeated.nodes, nodes)
        ):
            raise DocumentError("the aliases repeat too much; write the values out or split the document")
        return anchor.value


def _is_excessive(repeated: int, nodes: int) -> bool:
    if repeated <= _FREE_REPEATED or nodes <= _FREE_NODES:
        return False
    beyond = min(max(nodes - _RANGE_LOW, 0) / (_RANGE_HIGH - _RANGE_LOW), 1)
    return repeated / nodes > _RATIO_LOW - (_RATIO_LOW - _RATIO_HIGH) * beyond
