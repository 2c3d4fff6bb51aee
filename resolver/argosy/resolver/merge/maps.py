"""Objects whose keys are the user's: labels, nodeSelector, limits, hooks, plugin. They merge per key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from argosy.resolver.merge.conflicts import conflict
from argosy.resolver.merge.directives import DELETE_FROM_LIST, GONE, PATCH, RETAIN_KEYS, SET_ELEMENT_ORDER, taken

if TYPE_CHECKING:
    from argosy.resolver.manifests import JsonObject, JsonValue


def merged_map(below: JsonObject, above: JsonObject, site: str) -> JsonObject:
    """The Workflow's entries over the template's.

    Kubernetes looks into structs only: an object or a list under the same key of both is a conflict.
    """
    if PATCH in above:
        return _ordered(above, site)
    result = dict(below)
    for written, value in above.items():
        key, deletes = _key_of(written, site)
        if value is None:
            result.pop(key, None)
        elif key not in below or not _same_type(below[key], value):
            kept = GONE if deletes and key not in below else taken(value)
            _put(result, key, kept)
        elif isinstance(value, dict | list):
            raise conflict("Kubernetes merges no objects inside of a map", f"{site}.{key}")
        else:
            result[key] = value
    return result


def merged_unknown(below: JsonObject, above: JsonObject, name: str) -> JsonValue:
    """A field that the schema does not know: objects merge per key at every level, all else is the Workflow's."""
    if name not in above:
        return below[name]
    lower, upper = below.get(name), above[name]
    if not isinstance(lower, dict) or not isinstance(upper, dict):
        return upper
    return {key: merged_unknown(lower, upper, key) for key in sorted(lower.keys() | upper.keys())}


def _ordered(above: JsonObject, site: str) -> JsonObject:
    match above[PATCH]:
        case "replace":
            return {key: value for key, value in above.items() if key != PATCH}
        case "delete":
            return {}
        case order:
            raise conflict(f"{PATCH} is {order!r}, not replace or delete", site, f"remove {PATCH}")


def _key_of(written: str, site: str) -> tuple[str, bool]:
    """The key that an entry is about, and whether it is an order to delete from it."""
    if written == RETAIN_KEYS or written.startswith(SET_ELEMENT_ORDER):
        raise conflict(f"{written} is an order to a patch and needs a list", site, f"remove {written}")
    if not written.startswith(DELETE_FROM_LIST):
        return written, False
    order, slash, key = written.partition("/")
    if order != DELETE_FROM_LIST or not slash:
        raise conflict(f"{written} names no list", site, f"remove {written}")
    return key or written, bool(key)


def _same_type(one: JsonValue, other: JsonValue) -> bool:
    """Whether Go decodes both into the same type: objects, lists, strings, booleans, integers, other numbers."""
    return type(one) is type(other)


def _put(result: JsonObject, key: str, value: JsonValue) -> None:
    if value is not GONE:
        result[key] = value
    else:
        result.pop(key, None)
