"""The table of Argo's types."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

import pytest

from argosy.resolver.merge.additions import ADDITIONS
from argosy.resolver.merge.schema import TEMPLATE, WORKFLOW_SPEC, Field, Kind, Shape, fields_of, structs

if TYPE_CHECKING:
    from tests.merge.oracle import Oracle


def test_every_struct_that_a_field_names_is_in_the_table() -> None:
    named = {field.shape.innermost.struct for struct in structs() for field in fields_of(struct).values()} - {""}
    assert named <= structs()
    assert structs() - {WORKFLOW_SPEC} <= named


def test_every_list_that_merges_has_its_key_in_its_elements() -> None:
    merging = [
        (field.shape.innermost, field.merge_key)
        for struct in structs()
        for field in fields_of(struct).values()
        if field.merge_key is not None
    ]
    assert all(key in fields_of(shape.struct) if key else shape.kind is Kind.STRING for shape, key in merging)


@pytest.mark.parametrize(
    ("struct", "name", "field"),
    [
        (WORKFLOW_SPEC, "suspend", Field(Shape(Kind.BOOLEAN, pointer=True))),
        (WORKFLOW_SPEC, "nodeSelector", Field(Shape(Kind.MAP, element=Shape(Kind.STRING)))),
        (WORKFLOW_SPEC, "arguments", Field(Shape(Kind.STRUCT, struct="Arguments"), always=True)),
        (
            WORKFLOW_SPEC,
            "resourceClaims",
            Field(Shape(Kind.LIST, element=Shape(Kind.STRUCT, struct="core.PodResourceClaim"))),
        ),
        (
            TEMPLATE,
            "tolerations",
            Field(Shape(Kind.LIST, element=Shape(Kind.STRUCT, struct="core.Toleration")), merge_key="key"),
        ),
        ("meta.ObjectMeta", "finalizers", Field(Shape(Kind.LIST, element=Shape(Kind.STRING)), merge_key="")),
        (
            "policy.PodDisruptionBudgetSpec",
            "selector",
            Field(Shape(Kind.STRUCT, pointer=True, struct="meta.LabelSelector"), replaces=True),
        ),
    ],
)
def test_a_field_says_what_it_holds_and_how_it_merges(struct: str, name: str, field: Field) -> None:
    assert field == fields_of(struct)[name]


@pytest.mark.timeout(900)
def test_the_table_is_what_reflection_over_argos_types_prints(oracle: Oracle) -> None:
    assert files("argosy.resolver.merge").joinpath("types.json").read_text() == oracle.schema()


def test_an_addition_is_not_in_the_table_yet() -> None:
    table = files("argosy.resolver.merge").joinpath("types.json").read_text().splitlines()
    for struct, fields in ADDITIONS.items():
        line = next((line for line in table if line.startswith(f'"{struct}": ')), "")
        assert not [name for name in fields if f'"{name}": ' in line.partition(": ")[2]]
