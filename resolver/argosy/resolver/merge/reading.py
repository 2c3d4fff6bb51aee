"""What is left of a spec when Go has read it into Argo's structs and written it again.

`omitempty` leaves out false, 0, "", [] and {} where the field is no pointer, so that a Workflow cannot set such a
value against its template. Null is absent. Zero values that Go writes although nobody set them (`always` in the
table) are not written out here: `strategic` knows of them.

Unlike Go, fields that are not in the table stay: a newer Argo may know them. What Go would refuse to read is Denied.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from argosy.resolver.errors import Denied, Reason
from argosy.resolver.merge.any_string import any_string
from argosy.resolver.merge.directives import is_directive
from argosy.resolver.merge.limits import check_depth
from argosy.resolver.merge.schema import Kind, Shape, fields_of, places_of

if TYPE_CHECKING:
    from argosy.resolver.manifests import JsonObject, JsonValue

_JSON_TYPES: dict[Kind, tuple[tuple[type, ...], str]] = {
    Kind.BOOLEAN: ((bool,), "a boolean"),
    Kind.LIST: ((list,), "a list"),
    Kind.MAP: ((dict,), "an object"),
    Kind.NUMBER: ((int, float), "a number"),
    Kind.PLUGIN: ((dict,), "an object"),
    Kind.QUANTITY: ((str, int, float), "a quantity"),
    Kind.STRING: ((str,), "a string"),
    Kind.STRUCT: ((dict,), "an object"),
}
_ANY_STRUCT = Shape(Kind.STRUCT)
_ZEROS: dict[Kind, JsonValue] = {
    Kind.ANY_STRING: "",
    Kind.BOOLEAN: False,
    Kind.NUMBER: 0,
    Kind.QUANTITY: "0",
    Kind.STRING: "",
}


def read_struct(value: JsonValue, struct: str, site: str, depth: int = 0) -> JsonObject:
    """A copy as Go would write it: fields in the order of their declaration, then unknown ones, by name."""
    _check_type(value, _ANY_STRUCT, site, depth)
    fields = fields_of(struct)
    result: JsonObject = {}
    # Sorting the few that are set is quicker than asking for each that could be.
    for name in sorted(value.keys() & fields.keys(), key=places_of(struct).__getitem__):
        if value[name] is not None:
            field = fields[name]
            read = _read(value[name], field.shape, f"{site}.{name}", depth + 1)
            if field.always or field.shape.pointer or not _is_zero(read, field.shape.kind):
                result[name] = read
    for name in sorted(value.keys() - fields.keys()):
        if not is_directive(name):
            result[name] = copied(value[name], f"{site}.{name}", depth + 1)
    return result


def copied(value: JsonValue, site: str, depth: int = 0) -> JsonValue:
    """A copy of free JSON, its keys sorted as Go writes them."""
    check_depth(depth, site)
    if isinstance(value, dict):
        _check_keys(value, site)
        return {key: copied(value[key], f"{site}.{key}", depth + 1) for key in sorted(value)}
    if isinstance(value, list):
        return [copied(each, f"{site}[{index}]", depth + 1) for index, each in enumerate(value)]
    return value


def _read(value: JsonValue, shape: Shape, site: str, depth: int) -> JsonValue:
    if shape.kind is Kind.STRUCT:
        return read_struct(value, shape.struct, site, depth)
    _check_type(value, shape, site, depth)
    match shape.kind:
        case Kind.ANY_STRING:
            return any_string(value, site)
        case Kind.LIST:
            return [_element(each, shape.element, f"{site}[{index}]", depth) for index, each in enumerate(value)]
        case Kind.MAP:
            return {key: _element(value[key], shape.element, f"{site}.{key}", depth) for key in sorted(value)}
        case Kind.ANY | Kind.PLUGIN:
            return copied(value, site, depth)
        case _:
            return value


def _element(value: JsonValue, shape: Shape | None, site: str, depth: int) -> JsonValue:
    """One value of a list or map: null is the zero value of its type."""
    if shape is None or (value is None and shape.pointer):
        return value
    if value is None:
        return {} if shape.kind is Kind.STRUCT else _ZEROS.get(shape.kind)
    return _read(value, shape, site, depth + 1)


def _is_zero(value: JsonValue, kind: Kind) -> bool:
    """Whether `omitempty` leaves it out: structs and what writes itself are never empty to Go."""
    return kind in _JSON_TYPES and kind not in (Kind.STRUCT, Kind.QUANTITY) and not value


def _check_type(value: JsonValue, shape: Shape, site: str, depth: int) -> None:
    check_depth(depth, site)
    if shape.kind not in _JSON_TYPES:
        return
    types, expected = _JSON_TYPES[shape.kind]
    if not isinstance(value, types) or (isinstance(value, bool) and shape.kind is not Kind.BOOLEAN):
        raise _unreadable(f"{_called(value)} stands where {expected} is expected", site)
    if isinstance(value, dict):
        _check_keys(value, site)
        if shape.kind is Kind.PLUGIN and len(value) != 1:
            raise _unreadable(f"a plugin has exactly one key, not {len(value)}", site)


def _check_keys(value: JsonObject, site: str) -> None:
    for key in value:
        if not isinstance(key, str):
            raise _unreadable(f"the key {key!r} is not a string", site)


def _called(value: JsonValue) -> str:
    names = {dict: "an object", list: "a list", str: "a string", bool: "a boolean", int: "a number", float: "a number"}
    return "null" if value is None else names.get(type(value), type(value).__name__)


def _unreadable(problem: str, site: str) -> Denied:
    return Denied(Reason.INVALID_MANIFEST, problem, site=site, remedy="Argo cannot read this field: correct its type")
