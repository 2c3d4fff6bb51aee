"""Specs made from the schema itself: every field, few names, so that merge keys collide, with nulls and empties."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from argosy.resolver.merge.additions import ADDITIONS
from argosy.resolver.merge.schema import WORKFLOW_SPEC, Kind, Shape, fields_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

    from argosy.resolver.manifests import JsonObject, JsonValue

DEEPEST = 10
MOMENT = "2024-01-02T03:04:05Z"
NAMES = ("", "a", "b", "c")
DIRECTIVES = ("$patch", "$retainKeys", "$setElementOrder/a", "$deleteFromPrimitiveList/a", "$deleteFromPrimitiveList")
# A list that merges by one of these is in conflict when an element lacks it: seldom, or there is nothing to compare.
MERGE_KEYS = ("ip", "key", "name")
NUMBERS = (0, 1, -3, 9007199254740993, 0.5, 3.0, 1e21, 1e-7, 123456.789)
VALUES: dict[Kind, Sequence[JsonValue]] = {
    Kind.ANY: (0, 1, "1", "50%"),
    Kind.ANY_STRING: ("", "a", True, False, *NUMBERS),
    Kind.BOOLEAN: (True, False),
    Kind.NUMBER: (0, 1, 2),
    Kind.QUANTITY: ("0", "1", "500m", "1Gi", 2),
    Kind.STRING: (*NAMES, "delete", "replace"),
}
# Fields whose types read and write themselves, each with JSON of its own.
OF_FIELDS: dict[str, Sequence[JsonValue]] = {
    "buckets": ([], [1, 2.5]),
    "bytes": ("", "YQ=="),
    "creationTimestamp": (MOMENT,),
    "deletionTimestamp": (MOMENT,),
    "fieldsV1": ({}, {"f:a": {}}),
    "lastProbeTime": (MOMENT,),
    "lastTransitionTime": (MOMENT,),
    "time": (MOMENT,),
    "withItems": ([], [None, 1, "a", {"a": None, "b": [None]}, {"$patch": "delete"}, ["a"]]),
}
PLUGINS: Sequence[JsonValue] = ({"a": 1}, {"a": {"b": None}}, {"a": None}, {"b": "x"}, {"a": [1]}, {"a": "y"})


@dataclass(frozen=True, slots=True)
class Maker:
    """Makes specs that Go can read, by the draws of a random generator."""

    random: Random
    directives: bool = False
    """Whether maps hold orders to the patch, as `$patch`."""
    additions: bool = False
    """Whether fields are set that Argo's Go module of the oracle does not have yet."""

    def pair(self, only: Sequence[str] = ()) -> tuple[JsonObject, JsonObject]:
        """A Workflow's spec and a template's, which often speak of the same fields; or of the given fields only."""
        workflow = self._spec(only, {})
        return workflow, self._spec(only, workflow)

    def _spec(self, only: Sequence[str], other: JsonObject) -> JsonObject:
        shapes = {name: field.shape for name, field in fields_of(WORKFLOW_SPEC).items()}
        if not only:
            return self.struct(WORKFLOW_SPEC, other)
        return {name: self.value(name, shapes[name], other.get(name), 0) for name in only}

    def struct(self, name: str, other: JsonObject, depth: int = 0) -> JsonObject:
        """Some fields, the deeper the fewer; those of the other side more often than not."""
        left_out = () if self.additions else ADDITIONS.get(name, ())
        fields = {field: what for field, what in fields_of(name).items() if field not in left_out}
        most = 0 if depth > DEEPEST else max(1, 7 - depth)
        chosen = self.random.sample(sorted(fields), min(len(fields), self.random.randint(0, most)))
        shared = [field for field in other if field in fields and self.random.random() < 0.7]
        keys = [key for key in MERGE_KEYS if key in fields and self.random.random() < 0.97]
        return {
            field: self.value(field, fields[field].shape, other.get(field), depth)
            for field in dict.fromkeys([*chosen, *shared, *keys])
        }

    def value(self, field: str, shape: Shape, other: JsonValue, depth: int) -> JsonValue:  # noqa: PLR0911 - a table of kinds
        """A value of the type, or null."""
        if self.random.random() < 0.05:
            return None
        if field in OF_FIELDS:
            return self.random.choice(OF_FIELDS[field])
        match shape.kind:
            case Kind.STRUCT:
                return self.struct(shape.struct, other if isinstance(other, dict) else {}, depth + 1)
            case Kind.LIST:
                return self._list(shape, other if isinstance(other, list) else [], depth)
            case Kind.MAP:
                return self._map(shape, depth)
            case Kind.PLUGIN:
                return self.random.choice(PLUGINS)
            case _:
                return self.random.choice(VALUES[shape.kind])

    def _list(self, shape: Shape, other: list[JsonValue], depth: int) -> list[JsonValue]:
        assert shape.element is not None
        others = [*other, *[None] * self.random.randint(0, 2 if depth < 4 else 1)]
        self.random.shuffle(others)
        return [self.value("", shape.element, each, depth + 1) for each in others[:4]]

    def _map(self, shape: Shape, depth: int) -> JsonObject:
        assert shape.element is not None
        # Beside an order that is about "a", Go would decide between the two by the random order of its maps.
        keys = self.random.choice([["a", "b", "c"], ["b", "c", *DIRECTIVES]] if self.directives else [["a", "b", "c"]])
        chosen = self.random.sample(keys, self.random.randint(0, 2))
        return {key: self.value("", shape.element, None, depth + 1) for key in chosen}
