"""Any-typed strings: what Argo reads from a number or a boolean as well, and the full CRDs take as strings only.

A parameter's value, default, description and enum, and valueFrom.default. Text from git reaches the API server
inside a Workflow, so `value: 3` must have become "3" by then. Rules: pkg/apis/workflow/v1alpha1/anystring.go.
"""

from __future__ import annotations

import math
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, cast

from argosy.resolver.errors import Denied, Reason
from argosy.resolver.merge.limits import check_depth
from argosy.resolver.merge.schema import TEMPLATE, WORKFLOW_SPEC, Kind, Shape, fields_of, structs

if TYPE_CHECKING:
    from argosy.resolver.manifests import JsonObject, JsonValue, Template, WorkflowSpec


def any_string(value: JsonValue, site: str = "") -> str:
    """The string that Argo reads; numbers go through a 64-bit float and are written without an exponent.

    >>> [any_string(value) for value in (True, 3, 3.0, 1e21, "x")]
    ['true', '3', '3', '1000000000000000000000', 'x']

    An object or a list is refused, where Argo would read it as an empty string.
    """
    match value:
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case int() | float():
            return _decimal(value, site)
        case _:
            raise Denied(
                Reason.INVALID_MANIFEST,
                f"{'a list' if isinstance(value, list) else 'an object'} stands where a string is expected",
                site=site,
                remedy="write it as JSON text in quotes",
            )


def normalised(template: Template, site: str = "template") -> Template:
    """The template with every any-typed string a string, in inline bodies as well; the same object if all were."""
    return cast("Template", _normalised_struct(cast("JsonObject", template), TEMPLATE, site, 0))


def normalised_spec(spec: WorkflowSpec, site: str = "spec") -> WorkflowSpec:
    """The spec with every any-typed string a string; the same object if all were. Shares what it need not change."""
    return cast("WorkflowSpec", _normalised_struct(cast("JsonObject", spec), WORKFLOW_SPEC, site, 0))


def _decimal(number: float, site: str) -> str:
    try:
        as_float = float(number)
    except OverflowError:
        as_float = math.inf
    if not math.isfinite(as_float):
        raise Denied(
            Reason.INVALID_MANIFEST, "is not a number that JSON can hold", site=site, remedy="put the value in quotes"
        )
    return format(Decimal(repr(as_float)), "f").removesuffix(".0")


def _normalised_struct(value: JsonValue, struct: str, site: str, depth: int) -> JsonValue:
    if not isinstance(value, dict):
        return value
    check_depth(depth, site)
    changed: JsonObject = {}
    for name in _fields_with_any_strings(struct):
        if name in value:
            field = fields_of(struct)[name]
            found = _normalised(value[name], field.shape, f"{site}.{name}", depth + 1)
            if found is not value[name]:
                changed[name] = found
    if not changed:
        return value
    # An any-typed string that is null is absent to Go, and refused by the CRD.
    return {key: changed.get(key, field) for key, field in value.items() if changed.get(key, field) is not _ABSENT}


def _normalised(value: JsonValue, shape: Shape, site: str, depth: int) -> JsonValue:
    match shape.kind:
        case Kind.ANY_STRING if value is None:
            return _ABSENT if shape.pointer else ""
        case Kind.ANY_STRING:
            return any_string(value, site)
        case Kind.STRUCT:
            return _normalised_struct(value, shape.struct, site, depth)
        case _ if shape.element is not None:
            return _normalised_elements(value, shape.element, site, depth)
        case _:
            return value


def _normalised_elements(value: JsonValue, element: Shape, site: str, depth: int) -> JsonValue:
    """The elements of a list or the entries of a map."""
    check_depth(depth, site)
    if isinstance(value, list):
        elements = [_normalised(each, element, f"{site}[{index}]", depth + 1) for index, each in enumerate(value)]
        return value if all(new is old for new, old in zip(elements, value, strict=True)) else elements
    if isinstance(value, dict):
        entries = {key: _normalised(each, element, f"{site}.{key}", depth + 1) for key, each in value.items()}
        return value if all(entries[key] is value[key] for key in value) else entries
    return value


_ABSENT = object()


@cache
def _fields_with_any_strings(struct: str) -> tuple[str, ...]:
    holders = _structs_with_any_strings()
    return tuple(name for name, field in fields_of(struct).items() if _holds_any_string(field.shape, holders))


@cache
def _structs_with_any_strings() -> frozenset[str]:
    """The structs that hold such a string at any depth: inline bodies make the types recursive."""
    found: frozenset[str] = frozenset()
    while True:
        more = frozenset(
            struct
            for struct in structs()
            if any(_holds_any_string(field.shape, found) for field in fields_of(struct).values())
        )
        if more == found:
            return found
        found = more


def _holds_any_string(shape: Shape, holders: frozenset[str]) -> bool:
    innermost = shape.innermost
    return innermost.kind is Kind.ANY_STRING or innermost.struct in holders
