"""Lists that a strategic merge patch merges: by the merge key of their elements, or as sets of strings."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, TypeAlias

from argosy.resolver.merge.conflicts import conflict
from argosy.resolver.merge.schema import Kind, fields_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from argosy.resolver.manifests import JsonValue

Key: TypeAlias = str | int | float
Merge: TypeAlias = "Callable[[JsonValue, JsonValue, str], JsonValue]"
"""Lays the second element over the first, at a site."""


def merged_list(
    below: list[JsonValue], above: list[JsonValue], merge_key: str, struct: str, site: str, merge: Merge
) -> list[JsonValue]:
    """The Workflow's elements laid over the template's of the same key, in the order Kubernetes gives them."""
    if not merge_key:
        return _merged_set(below, above)
    lower = [_key_of(each, merge_key, struct, f"{site}[{at}] of the WorkflowTemplate") for at, each in enumerate(below)]
    upper = [_key_of(each, merge_key, struct, f"{site}[{at}]") for at, each in enumerate(above)]
    keys, merged, places = [*lower], [*below], _first_places(lower)
    for at, (key, element) in enumerate(zip(upper, above, strict=True)):
        # Entries that share a key collapse onto the first of them.
        if key in places:
            merged[places[key]] = merge(merged[places[key]], element, f"{site}[{at}]")
        else:
            places[key] = len(keys)
            keys.append(key)
            merged.append(element)
    return [merged[place] for place in in_order(keys, lower, upper)]


def in_order(keys: list[Key], below: list[Key], above: list[Key]) -> list[int]:
    """The positions of merged elements in their final order.

    The Workflow's keep the Workflow's order, the others the template's. One of the others comes before the next of
    the Workflow's only if the template has both, in that order; what is left over comes last.
    """
    lower, upper = _first_places(below), _first_places(above)
    of_workflow = deque(sorted((at for at, key in enumerate(keys) if key in upper), key=lambda at: upper[keys[at]]))
    of_template = deque(sorted((at for at, key in enumerate(keys) if key not in upper), key=lambda at: lower[keys[at]]))
    result: list[int] = []
    while of_workflow and of_template:
        left, right = keys[of_template[0]], keys[of_workflow[0]]
        stands_before = right in lower and lower[left] < lower[right]
        result.append((of_template if stands_before else of_workflow).popleft())
    return [*result, *of_template, *of_workflow]


def _first_places(keys: list[Key]) -> dict[Key, int]:
    return {key: at for at, key in reversed(tuple(enumerate(keys)))}


def _key_of(element: JsonValue, merge_key: str, struct: str, site: str) -> Key:
    """The merge key of an element. Go writes some keys even if they are zero; without the others there is no merge."""
    field = fields_of(struct)[merge_key]
    if merge_key in element:
        key: Key = element[merge_key]
        return key
    if field.always:
        return 0 if field.shape.kind is Kind.NUMBER else ""
    raise conflict(
        f"both have the list, which merges by `{merge_key}`, and this entry has none",
        site,
        f"give the entry a {merge_key}, or set the list in one of the two only",
    )


def _merged_set(below: list[JsonValue], above: list[JsonValue]) -> list[JsonValue]:
    # Kubernetes drops doubles by putting the last element in their place; the order is mended by `in_order`
    # afterwards, so only which elements there are matters.
    keys = list(dict.fromkeys([*below, *above]))
    return [keys[position] for position in in_order(keys, below, above)]
