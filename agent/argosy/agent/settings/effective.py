"""Each setting as it is in effect, and where it comes from."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from argosy.resolver.errors import redacted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from argosy.resolver.manifests import JsonValue

__all__ = ["Origin", "Value", "effective"]


class Origin(StrEnum):
    """Where a value was written."""

    DEFAULT = "default"
    FILE = "file"
    ENVIRONMENT = "environment"


@dataclass(frozen=True, slots=True)
class Value:
    """One setting. Secrets are in files, of which only the paths are settings."""

    key: str
    value: JsonValue
    origin: Origin
    variable: str = ""
    """Empty unless the origin is the environment."""


def effective(whole: JsonValue, given: JsonValue, variables: Mapping[str, str]) -> tuple[Value, ...]:
    """The values of `whole`, which has every key; `given` has those that the file or a variable says."""
    written = {key for key, _ in _leaves(given)}
    return tuple(_value(key, value, written, variables) for key, value in _leaves(whole))


def _value(key: str, value: JsonValue, written: set[str], variables: Mapping[str, str]) -> Value:
    if isinstance(value, str):
        value = redacted(value)
    elif isinstance(value, tuple):
        value = list(value)
    if key in variables:
        return Value(key, value, Origin.ENVIRONMENT, variables[key])
    return Value(key, value, Origin.FILE if key in written else Origin.DEFAULT)


def _leaves(value: JsonValue, place: str = "") -> Iterator[tuple[str, JsonValue]]:
    """What is no mapping and no list of mappings, with the path of its key."""
    if isinstance(value, dict):
        for key, below in value.items():
            yield from _leaves(below, f"{place}.{key}" if place else key)
    elif isinstance(value, list) and any(isinstance(one, dict) for one in value):
        for number, below in enumerate(value):
            yield from _leaves(below, f"{place}[{number}]")
    else:
        yield place, value
