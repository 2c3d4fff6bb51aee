"""Kubernetes' strategic merge patch over the schema: the Workflow is the patch, its template the original.

Structs merge per field and maps per key; lists merge by their merge key where the schema has one, and are otherwise
replaced. A field that Go always writes is in every patch: absent from the Workflow, it takes the template's away.
Rules: strategicpatch/patch.go and meta.go of k8s.io/apimachinery. Both sides are as `reading` gives them; neither is
changed, and the result may share values with both.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from argosy.resolver.merge.conflicts import conflict
from argosy.resolver.merge.directives import GONE, taken
from argosy.resolver.merge.keyed_lists import merged_list
from argosy.resolver.merge.maps import merged_map, merged_unknown
from argosy.resolver.merge.schema import Kind, fields_of

if TYPE_CHECKING:
    from argosy.resolver.manifests import JsonObject, JsonValue
    from argosy.resolver.merge.schema import Field

# Plain JSON has no null in a struct that was read, so None can stand for a field that is absent.


def merged_struct(below: JsonObject, above: JsonObject, struct: str, site: str) -> JsonObject:
    """The Workflow's object laid over the template's; Denied where Kubernetes cannot merge the two."""
    fields = fields_of(struct)
    result: JsonObject = {}
    for name, field in fields.items():
        if name in below or name in above:
            value = _merged_field(below.get(name), above.get(name), field, f"{site}.{name}")
            if value is not None:
                result[name] = value
    for name in sorted((below.keys() | above.keys()) - fields.keys()):
        result[name] = merged_unknown(below, above, name)
    return result


def _merged_field(below: JsonValue, above: JsonValue, field: Field, site: str) -> JsonValue:
    shape = field.shape
    if field.always and shape.kind is Kind.STRUCT and not shape.pointer:
        # Both sides write at least {}.
        return merged_struct(below or {}, above or {}, shape.struct, site)
    if above is None:
        return None if field.always else below
    if below is None:
        kept = taken(above)
        return None if kept is GONE else kept
    return above if field.replaces else _merged_value(below, above, field, site)


def _merged_value(below: JsonValue, above: JsonValue, field: Field, site: str) -> JsonValue:
    shape = field.shape
    match shape.kind:
        case Kind.STRUCT:
            return merged_struct(below, above, shape.struct, site)
        case Kind.MAP | Kind.PLUGIN:
            return merged_map(below, above, site)
        case Kind.LIST if field.merge_key is not None:
            return _merged_list(below, above, field, site)
        case _:
            return above


def _merged_list(below: list[JsonValue], above: list[JsonValue], field: Field, site: str) -> list[JsonValue]:
    element = field.shape.element
    if element is None or field.merge_key is None:
        raise conflict("lists of this type cannot be merged", site)
    struct = element.struct

    def merge_elements(lower: JsonValue, upper: JsonValue, at: str) -> JsonValue:
        return merged_struct(lower, upper, struct, at)

    return merged_list(below, above, field.merge_key, struct, site, merge_elements)
