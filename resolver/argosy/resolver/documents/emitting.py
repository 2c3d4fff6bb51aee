"""Plain data as block YAML for people, in kubectl's form: keys in their order, long texts as literal blocks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeGuard

from argosy.resolver.documents.errors import DocumentError
from argosy.resolver.documents.limits import DEFAULT_LIMITS
from argosy.resolver.documents.quoting import key_source, scalar_source

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from argosy.resolver.manifests import JsonValue

__all__ = ["dump", "dump_documents"]

_STEP: Final = "  "
_ITEM: Final = "-"
_LONGEST_KEY: Final = 1_000
"""A longer key needs a `?`: readers look no further than 1,024 characters for its colon."""


def dump(value: JsonValue) -> str:
    r"""The value as a YAML document that Go, PyYAML and `load` read back as it is.

    DocumentError: NaN, infinity, keys that are no strings, values JSON does not know, lists and mappings deeper
    inside each other than `load` reads.

    >>> print(dump({"name": "on", "args": ["a: b", {"x": 1, "z": []}], "script": "echo hi\nexit\n"}), end="")
    name: "on"
    args:
    - "a: b"
    - x: 1
      z: []
    script: |
      echo hi
      exit
    """
    if _has_entries(value):
        return "".join(_lines(value))
    return f"{scalar_source(value, _STEP)}\n"


def dump_documents(values: Iterable[JsonValue]) -> str:
    """The values as a file of several documents, which `load_documents`, Argo and any YAML reader take apart."""
    documents = list(values)
    return "".join(dump(value) + _separator(value) for value in documents[:-1]) + "".join(map(dump, documents[-1:]))


def _separator(before: JsonValue) -> str:
    """Argo's cut takes the line break before `---` with it, so a block of lines must end before that."""
    last = before
    while _has_entries(last):
        last = last[-1] if isinstance(last, list) else last[next(reversed(last))]
    return "...\n---\n" if isinstance(last, str) and "\n" in last else "---\n"


def _lines(root: JsonValue) -> Iterator[str]:
    """Source line by source line; no call inside a call, whatever the depth."""
    indent, lead = "", ""
    outer: list[tuple[str, Iterator[tuple[str, JsonValue]]]] = [(indent, _entries(root, indent))]
    while outer:
        indent, entries = outer[-1]
        entry = next(entries, None)
        if entry is None:
            outer.pop()
            continue
        head, value = entry
        start, lead = (lead or indent) + head, ""
        if not _has_entries(value):
            yield f"{start} {scalar_source(value, indent + _STEP)}\n"
            continue
        if len(outer) >= DEFAULT_LIMITS.max_depth:
            raise DocumentError(f"more than {DEFAULT_LIMITS.max_depth} lists and mappings are inside each other")
        if head == _ITEM:
            # The first entry of what is inside a list goes on the line of its dash.
            lead = start + " "
        else:
            yield start + "\n"
        inner = indent if head != _ITEM and isinstance(value, list) else indent + _STEP
        outer.append((inner, _entries(value, inner)))


def _entries(container: JsonValue, indent: str) -> Iterator[tuple[str, JsonValue]]:
    if isinstance(container, list):
        return ((_ITEM, value) for value in container)
    return ((_key_head(key, indent), value) for key, value in container.items())


def _key_head(key: JsonValue, indent: str) -> str:
    source = key_source(key)
    return f"{source}:" if len(source) <= _LONGEST_KEY else f"? {source}\n{indent}:"


def _has_entries(value: JsonValue) -> TypeGuard[list[JsonValue] | dict[str, JsonValue]]:
    return isinstance(value, dict | list) and bool(value)
