"""The difference between a Workflow and its flattened form, as the JSON patch (RFC 6902) that an admission answers.

Made for the shape of flattening, not for any two documents: metadata is compared key by key, the spec field by field,
and templates one by one. What flattening shares between input and output is recognised by identity, so the cost follows
what changed; and nothing that another webhook may have set is touched.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypedDict

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from argosy.resolver.manifests import JsonValue, Manifest

# How deep fields are compared one by one: metadata.annotations.KEY, spec.FIELD. Below that a value is replaced whole.
_DEPTH = {"metadata": 2, "spec": 1}


class Operation(TypedDict, total=False):
    """One step of a patch; `value` is absent for remove."""

    op: Literal["add", "replace", "remove"]
    path: str
    value: JsonValue


def json_patch(before: Manifest, after: Manifest) -> list[Operation]:
    """The operations that make `after` of `before`, in a fixed order; empty when they are equal."""
    return list(_mapping(before, after, "", depth=None))


def _mapping(
    before: Mapping[str, JsonValue], after: Mapping[str, JsonValue], path: str, *, depth: int | None
) -> Iterator[Operation]:
    for key in sorted(before.keys() - after.keys()):
        yield {"op": "remove", "path": _child(path, key)}
    for key, value in sorted(after.items()):
        place = _child(path, key)
        if key not in before:
            yield {"op": "add", "path": place, "value": value}
        elif before[key] is not value and before[key] != value:
            remaining = _DEPTH.get(key, 0) if depth is None else depth - 1
            yield from _changed(before[key], value, place, depth=remaining)


def _changed(before: JsonValue, after: JsonValue, path: str, *, depth: int) -> Iterator[Operation]:
    if depth > 0 and isinstance(before, dict) and isinstance(after, dict):
        yield from _mapping(before, after, path, depth=depth)
    elif path == "/spec/templates" and isinstance(before, list) and isinstance(after, list):
        yield from _sequence(before, after, path)
    else:
        yield {"op": "replace", "path": path, "value": after}


def _sequence(before: Sequence[JsonValue], after: Sequence[JsonValue], path: str) -> Iterator[Operation]:
    for position, (old, new) in enumerate(zip(before, after, strict=False)):
        if old is not new and old != new:
            yield {"op": "replace", "path": f"{path}/{position}", "value": new}
    for new in after[len(before) :]:
        yield {"op": "add", "path": f"{path}/-", "value": new}
    # From the end, so that the positions still to be removed stay what they are.
    for position in range(len(before) - 1, len(after) - 1, -1):
        yield {"op": "remove", "path": f"{path}/{position}"}


def _child(path: str, key: str) -> str:
    return f"{path}/{key.replace('~', '~0').replace('/', '~1')}"
