"""Parser events to plain data, the way go.yaml.in/yaml/v2 and sigs.k8s.io/yaml do it together.

libyaml's loaders (CSafeLoader, `compose`) call themselves for each list inside a list, and a few kilobytes of `[`
overflow the C stack and end the process. Events come one by one, so here depth is a number that is compared.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamStartEvent,
)

from argosy.resolver.documents.anchors import Anchor, Anchors, Extent
from argosy.resolver.documents.errors import DocumentError
from argosy.resolver.documents.numbers import json_number, key_text
from argosy.resolver.documents.scalars import MAYBE_NOT_TEXT, MERGE, resolve_plain, resolve_tagged
from argosy.resolver.manifests import JsonValue

if TYPE_CHECKING:
    from collections.abc import Iterable

    from argosy.resolver.documents.limits import Limits
    from argosy.resolver.documents.source import Source
    from argosy.resolver.manifests import JsonObject

__all__ = ["Builder"]

# The parser's events and marks are objects of C, which the stubs describe only in part.
_Event = Any

# How the next key or value is put where it belongs.
_Append = Callable[[JsonValue], None]

_YAML_VERSION: Final = (1, 1)
_NOT_MERGEABLE: Final = "`<<` takes a mapping, or a list of mappings written in this place"


class _Container:
    """A list or mapping that has not ended: of a mapping, the keys and values in turn."""

    __slots__ = ("anchor", "has_merges", "is_mapping", "items")

    def __init__(self, *, is_mapping: bool = False, anchor: Anchor | None = None) -> None:
        self.items: list[JsonValue] = []
        self.is_mapping = is_mapping
        self.has_merges = False
        self.anchor = anchor

    def awaits_key(self) -> bool:
        return self.is_mapping and not len(self.items) & 1

    def value(self) -> JsonValue:
        if not self.is_mapping:
            return self.items
        entries = iter(self.items)
        pairs = zip(entries, entries, strict=True)
        return _merged(pairs) if self.has_merges else dict(pairs)


class Builder:
    """Makes the data of one document. What an alias repeats is one object in several places: never change it."""

    __slots__ = ("_anchors", "_current", "_ends", "_limits", "_outer", "_source", "nodes")

    def __init__(self, source: Source, limits: Limits) -> None:
        self._source = source
        self._limits = limits
        self._anchors = Anchors(limits)
        self._current = _Container()
        self._outer: list[_Container] = []
        self._ends = 0
        self.nodes = 0

    def build(self, events: Iterable[_Event]) -> JsonValue:
        """The first document among the events, as Go reads no further; None where there is none."""
        event: _Event = None
        append, handlers = self._current.items.append, _HANDLERS
        try:
            for number, event in enumerate(events):
                kind = type(event)
                if kind is not ScalarEvent:
                    handle = handlers.get(kind)
                    if handle is None:  # the end of the document
                        break
                    append = handle(self, event, number)
                elif event.tag is not None or event.anchor is not None:
                    append(self._marked(event, number))
                # Most words are quoted, or start as no number and no constant does: they pass without a call.
                elif event.implicit[0] and event.value[:1] in MAYBE_NOT_TEXT:
                    value = resolve_plain(event.value)
                    append(value if type(value) is str else self._placed(value))
                else:
                    append(event.value)
        except DocumentError as error:
            mark = event.start_mark
            raise DocumentError(error.problem, line=mark.line + 1, column=mark.column + 1) from error
        return self._current.items[0] if self._current.items else None

    def begin(self, event: _Event, _: int) -> _Append:
        """The start of the stream, and of the document."""
        if type(event) is DocumentStartEvent and event.version and event.version != _YAML_VERSION:
            raise DocumentError("Argo reads YAML 1.1 only; take the %YAML line away")
        return self._current.items.append

    def start(self, event: _Event, number: int) -> _Append:
        if self._current.awaits_key():
            raise DocumentError("a list or mapping cannot be a key; quote it to mean the text")
        if len(self._outer) >= self._limits.max_depth:
            raise DocumentError(f"more than {self._limits.max_depth} lists and mappings are inside each other")
        anchor = self._anchors.open(event.anchor, self._before(event, number)) if event.anchor is not None else None
        self._outer.append(self._current)
        self._current = container = _Container(is_mapping=type(event) is MappingStartEvent, anchor=anchor)
        return container.items.append

    def end(self, event: _Event, number: int) -> _Append:
        self.nodes = number - 1 - self._ends + self._anchors.repeated.nodes
        if self.nodes > self._limits.max_nodes:
            raise DocumentError("there are more keys and values than one file may have; split it")
        container, self._current = self._current, self._outer.pop()
        value = container.value()
        if container.anchor is not None:
            container.anchor.complete(value, self._before(event, number))
        self._ends += 1
        append = self._current.items.append
        append(value)
        return append

    def alias(self, event: _Event, number: int) -> _Append:
        value = self._anchors.repeat(event.anchor, self._before(event, number))
        items = self._current.items
        # A list of mappings can be merged only where it is written, not by its name.
        if items and items[-1] is MERGE and type(value) is not dict:
            raise DocumentError(_NOT_MERGEABLE)
        items.append(self._placed(value))
        return items.append

    def _marked(self, event: _Event, number: int) -> JsonValue:
        """A scalar with a tag, an anchor or both."""
        if event.tag is not None:
            if not event.value and not event.style and self._source.character(event.end_mark.index) == ",":
                raise DocumentError("Go takes the comma for a part of the tag; put a space before it")
            value = resolve_tagged(event.tag, event.value)
        else:
            value = resolve_plain(event.value) if event.implicit[0] else event.value
        if event.anchor is not None:
            before = self._before(event, number)
            after = Extent(before.nodes + 1, before.characters + event.end_mark.index - event.start_mark.index)
            # An alias is never a merge key, whatever it stands for.
            self._anchors.open(event.anchor, before).complete("<<" if value is MERGE else value, after)
        return self._placed(value)

    def _placed(self, value: JsonValue) -> JsonValue:
        """The value as JSON has it at the place where it goes next, as a key or as a value."""
        if self._current.awaits_key():
            self._current.has_merges |= value is MERGE
            return value if value is MERGE else key_text(value)
        if value is MERGE:
            return "<<"
        return json_number(value) if type(value) is float else value

    def _before(self, event: _Event, number: int) -> Extent:
        """What the document holds before the event; the events that end something are no nodes."""
        repeated = self._anchors.repeated
        return Extent(number - 1 - self._ends + repeated.nodes, event.start_mark.index + repeated.characters)


# By class, not by instance: a builder that held its own methods would keep the whole text until the next collection.
_HANDLERS: Final[dict[type, Callable[[Builder, _Event, int], _Append]]] = {
    AliasEvent: Builder.alias,
    DocumentStartEvent: Builder.begin,
    MappingEndEvent: Builder.end,
    MappingStartEvent: Builder.start,
    SequenceEndEvent: Builder.end,
    SequenceStartEvent: Builder.start,
    StreamStartEvent: Builder.begin,
}


def _merged(entries: Iterable[tuple[JsonValue, JsonValue]]) -> JsonObject:
    """A mapping with `<<`: entries apply in the order they are written, so a later merge beats an earlier key."""
    result: JsonObject = {}
    for key, value in entries:
        if key is not MERGE:
            result[key] = value
            continue
        # Of several mappings the first has the last word.
        for source in reversed(value if type(value) is list else [value]):
            if type(source) is not dict:
                raise DocumentError(_NOT_MERGEABLE)
            result.update(source)
    return result
