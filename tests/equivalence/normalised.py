"""Two ways to write the same object, made one: what Argo's decoder does to numbers and booleans in parameters."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from argosy.resolver import contract

if TYPE_CHECKING:
    from argosy.resolver.manifests import JsonObject, JsonValue

_HOLDERS_OF_PARAMETERS = ("arguments", "inputs", "outputs")
_ANY_TYPED = ("value", "default", "description")
# Free JSON of the author: a key called "inputs" in there is not Argo's.
_OPAQUE = ("withItems", "plugin")


def any_string(value: JsonValue) -> JsonValue:
    """A scalar as AnyString.UnmarshalJSON reads it: every number a float64, written without an exponent.

    >>> [any_string(value) for value in (True, 3, 3.0, 0.5, 1e21, "x")]
    ['true', '3', '3', '0.5', '1000000000000000000000', 'x']
    """
    match value:
        case bool():
            return "true" if value else "false"
        case int() | float():
            text = format(Decimal(repr(float(value))), "f")
            return text.removesuffix(".0")
        case _:
            return value


def normalised(value: JsonValue) -> JsonValue:
    """A copy in which each any-typed string of a parameter is a string."""
    if isinstance(value, list):
        return [normalised(element) for element in value]
    if not isinstance(value, dict):
        return value
    result = {key: item if key in _OPAQUE else normalised(item) for key, item in value.items()}
    for holder in _HOLDERS_OF_PARAMETERS:
        if isinstance(result.get(holder), dict) and isinstance(result[holder].get("parameters"), list):
            result[holder]["parameters"] = [_parameter(each) for each in result[holder]["parameters"]]
    return result


def _parameter(parameter: JsonValue) -> JsonValue:
    if not isinstance(parameter, dict):
        return parameter
    result = {key: any_string(item) if key in _ANY_TYPED else item for key, item in parameter.items()}
    if isinstance(result.get("enum"), list):
        result["enum"] = [any_string(item) for item in result["enum"]]
    if isinstance(result.get("valueFrom"), dict) and "default" in result["valueFrom"]:
        result["valueFrom"] = {**result["valueFrom"], "default": any_string(result["valueFrom"]["default"])}
    return result


def without_asked(values: JsonObject | None) -> JsonObject:
    """Labels or annotations without the version, repository and pull policy: those may move between carriers."""
    return {key: value for key, value in (values or {}).items() if key not in contract.ASKED_KEYS}


def first_difference(original: JsonValue, output: JsonValue, path: str = "") -> str:
    """Where two values part, as `.steps[0][1].when: 'a' became 'b'`; empty when they are equal."""
    if isinstance(original, dict) and isinstance(output, dict):
        parts = [(f"{path}.{key}", original.get(key), output.get(key)) for key in sorted({*original, *output})]
    elif isinstance(original, list) and isinstance(output, list) and len(original) == len(output):
        parts = [(f"{path}[{index}]", *pair) for index, pair in enumerate(zip(original, output, strict=True))]
    else:
        same = original == output and type(original) is type(output)
        return "" if same else f"{path}: {original!r} became {output!r}"
    return next((found for at, *pair in parts if (found := first_difference(pair[0], pair[1], at))), "")
