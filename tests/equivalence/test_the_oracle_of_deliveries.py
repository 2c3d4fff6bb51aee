"""The oracle of reference mode accepts what is delivered, and finds each of the ways in which it can be wrong."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, cast

import pytest

from argosy.resolver.flatten import flatten
from argosy.resolver.flattened import Flattened, Mode
from tests.equivalence.delivery import delivery_differences
from tests.equivalence.differences import Rule
from tests.equivalence.texts import read
from tests.equivalence.worked_example import LIBRARY, ORIGINAL

if TYPE_CHECKING:
    from collections.abc import Callable

    from argosy.resolver.manifests import JsonObject, Manifest, WorkflowTemplate


def answer() -> Flattened:
    return flatten(cast("Manifest", read(ORIGINAL)), LIBRARY, mode=Mode.REFERENCE)


def test_a_right_answer_has_no_difference() -> None:
    assert delivery_differences(read(ORIGINAL), answer(), LIBRARY) == []


def template(objects: list[JsonObject], name: str) -> JsonObject:
    return next(each for each in objects[0]["spec"]["templates"] if each["name"] == name)


def _image_changed(_: JsonObject, objects: list[JsonObject]) -> None:
    template(objects, "notify")["container"]["image"] = "post"


def _template_lost(_: JsonObject, objects: list[JsonObject]) -> None:
    objects[0]["spec"]["templates"].remove(template(objects, "build"))


def _object_lost(_: JsonObject, objects: list[JsonObject]) -> None:
    objects.pop(0)


def _versions_swapped(_: JsonObject, objects: list[JsonObject]) -> None:
    first, second = (each["metadata"] for each in objects)
    first["name"], second["name"] = second["name"], first["name"]


def _pod_metadata_lost(_: JsonObject, objects: list[JsonObject]) -> None:
    del objects[0]["spec"]["podMetadata"]


def _name_left(output: JsonObject, _: list[JsonObject]) -> None:
    output["spec"]["templates"][0]["steps"][0][0]["templateRef"]["name"] = "tools"


def _other_template(output: JsonObject, _: list[JsonObject]) -> None:
    output["spec"]["templates"][0]["steps"][0][0]["templateRef"]["template"] = "say"


def _hook_dropped(output: JsonObject, _: list[JsonObject]) -> None:
    del output["spec"]["hooks"]


def _argument_changed(output: JsonObject, _: list[JsonObject]) -> None:
    output["spec"]["arguments"]["parameters"][0]["value"] = "you"


def _name_of_the_object_itself(output: JsonObject, objects: list[JsonObject]) -> None:
    name = objects[0]["metadata"]["name"]
    objects[0]["metadata"]["name"] = "tools"
    for reference in _references(output):
        if reference["name"] == name:
            reference["name"] = "tools"


def _references(output: JsonObject) -> list[JsonObject]:
    steps = [step for group in output["spec"]["templates"][0]["steps"] for step in group]
    callers = [*steps, *output["spec"]["templates"][2]["dag"]["tasks"], *output["spec"]["hooks"].values()]
    return [caller["templateRef"] for caller in callers if "templateRef" in caller]


WRONG: list[tuple[Callable[[JsonObject, list[JsonObject]], None], Rule]] = [
    (_image_changed, Rule.BODY),
    (_template_lost, Rule.TARGET),
    (_object_lost, Rule.TARGET),
    (_versions_swapped, Rule.BODY),
    (_pod_metadata_lost, Rule.METADATA),
    (_name_left, Rule.TARGET),
    (_other_template, Rule.TARGET),
    (_hook_dropped, Rule.CALLS),
    (_argument_changed, Rule.OBJECT),
    (_name_of_the_object_itself, Rule.NAME),
]


@pytest.mark.parametrize(("spoil", "rule"), WRONG, ids=lambda value: getattr(value, "__name__", str(value)))
def test_a_wrong_answer_is_found(spoil: Callable[[JsonObject, list[JsonObject]], None], rule: Rule) -> None:
    right = answer()
    output = copy.deepcopy(cast("JsonObject", right.manifest))
    # The object at v1 first: the one that the first step calls.
    name = _references(output)[0]["name"]
    objects = copy.deepcopy([cast("JsonObject", each) for each in right.deliveries])
    objects.sort(key=lambda each: each["metadata"]["name"] != name)
    spoil(output, objects)
    deliveries = tuple(cast("WorkflowTemplate", each) for each in objects)
    wrong = Flattened(cast("Manifest", output), right.taken, right.renames, deliveries)
    assert rule in {each.rule for each in delivery_differences(read(ORIGINAL), wrong, LIBRARY)}
