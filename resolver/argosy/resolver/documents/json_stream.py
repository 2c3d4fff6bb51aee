"""JSON texts: one value as `kubectl get -o json` writes it, or several one after another as JSON Lines."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import orjson

from argosy.resolver.documents.errors import DocumentError
from argosy.resolver.documents.numbers import json_number

if TYPE_CHECKING:
    from argosy.resolver.documents.limits import Limits
    from argosy.resolver.manifests import JsonValue

__all__ = ["load_json_stream"]

# A string is one step, however long it is.
_TOKENS: Final = re.compile(rb'"(?:[^"\\]|\\.)*+"|[\[{]|[\]}]|,', re.DOTALL).finditer


def load_json_stream(data: bytes, *, limits: Limits) -> list[JsonValue] | None:
    """All values of the stream, each an object or a list; None when the text is no such stream, as YAML may be."""
    if data.lstrip()[:1] not in (b"{", b"["):
        return None
    texts = _texts(data, limits)
    try:
        return [_with_go_numbers(orjson.loads(text)) for text in texts] if texts else None
    except orjson.JSONDecodeError:
        return None


def _texts(data: bytes, limits: Limits) -> list[bytes] | None:
    """The text of each value, by its brackets; None where they do not match."""
    texts: list[bytes] = []
    depth = end = nodes = 0
    for match in _TOKENS(data):
        token = match[0]
        if token in (b"{", b"["):
            depth += 1
        elif token in (b"}", b"]"):
            depth -= 1
            if not depth:
                texts.append(data[end : match.end()])
                end = match.end()
        nodes += token in (b"{", b"[", b",")
        if depth < 0:
            return None
        if depth > limits.max_depth or nodes > limits.max_nodes:
            raise DocumentError("the JSON text has too many values, or too many inside each other; split it")
    return None if depth or data[end:].strip() else texts


def _with_go_numbers(value: JsonValue) -> JsonValue:
    """The value, just read and not shared yet, with its floats as Go writes them again."""
    waiting = [value]
    while waiting:
        container = waiting.pop()
        entries = container.items() if type(container) is dict else enumerate(container)
        for key, entry in list(entries):
            if type(entry) is float:
                container[key] = json_number(entry)
            elif type(entry) is dict or type(entry) is list:
                waiting.append(entry)
    return value
