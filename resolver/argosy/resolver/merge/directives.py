"""The directives of strategic merge patches (`$patch` and others) that a Workflow can carry.

They vanish from structs, whose unknown fields Go does not read. In maps with keys of the user, as nodeSelector and
annotations, they reach the patch and act: `nodeSelector: {$patch: delete}` empties the template's.
Rules: strategicpatch/patch.go of k8s.io/apimachinery.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from argosy.resolver.manifests import JsonValue

PATCH = "$patch"
RETAIN_KEYS = "$retainKeys"
SET_ELEMENT_ORDER = "$setElementOrder"
DELETE_FROM_LIST = "$deleteFromPrimitiveList"
_PREFIXES = (SET_ELEMENT_ORDER, DELETE_FROM_LIST)

GONE = object()
"""What `taken` gives for an object that carries `$patch`: such an object is an order, not a value."""


def is_directive(key: str) -> bool:
    """Whether a key is an order to the patch rather than a field."""
    return key in (PATCH, RETAIN_KEYS) or key.startswith(_PREFIXES)


def taken(value: JsonValue) -> JsonValue:
    """The Workflow's value where the template has none: without nulls in objects, and without objects that are orders.

    Both reach into free JSON: a loop item `{a: null}` becomes `{}`.
    """
    if isinstance(value, list):
        return [kept for kept in map(taken, value) if kept is not GONE]
    if not isinstance(value, dict):
        return value
    if PATCH in value and value[PATCH] is not None:
        return GONE
    entries = ((key, taken(each)) for key, each in value.items() if each is not None)
    return {key: kept for key, kept in entries if kept is not GONE}
