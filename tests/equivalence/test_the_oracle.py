"""The oracle accepts a right answer written by hand, and finds each of the ways in which an answer can be wrong."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, cast

import pytest

from argosy.resolver.flattened import Flattened
from argosy.resolver.manifests import TemplateName
from tests.equivalence.differences import Rule
from tests.equivalence.oracle import differences
from tests.equivalence.resolution import Unresolvable
from tests.equivalence.texts import read
from tests.equivalence.worked_example import FLATTENED, LIBRARY, ORIGINAL, renames, taken

if TYPE_CHECKING:
    from collections.abc import Callable

    from argosy.resolver.manifests import JsonObject, Manifest


def found_in(output: JsonObject) -> list[str]:
    return told_of(Flattened(cast("Manifest", output), taken(), renames()))


def told_of(flattened: Flattened) -> list[str]:
    return [str(each) for each in differences(read(ORIGINAL), flattened, LIBRARY)]


def template(output: JsonObject, name: str) -> JsonObject:
    return next(each for each in output["spec"]["templates"] if each["name"] == name)


def step(output: JsonObject, name: str, index: int) -> JsonObject:
    found: JsonObject = template(output, name)["dag"]["tasks"][index]
    return found


def test_a_right_answer_has_no_difference() -> None:
    assert found_in(read(FLATTENED)) == []


def _wrong_target(output: JsonObject) -> None:
    output["spec"]["templates"][0]["steps"][0][0]["template"] = "notify"


def _own_template_captured(output: JsonObject) -> None:
    step(output, "build", 0)["hooks"]["running"]["template"] = "say"


def _swapped_templates(output: JsonObject) -> None:
    first, second = template(output, "notify"), template(output, "say-tools-1111111111")
    first["name"], second["name"] = second["name"], first["name"]


def _one_copy_for_two_versions(output: JsonObject) -> None:
    step(output, "other", 0)["template"] = "compile-tools-1111111111"
    output["spec"]["templates"].pop()


def _lost_metadata(output: JsonObject) -> None:
    del template(output, "notify")["metadata"]


def _defaults_not_baked(output: JsonObject) -> None:
    del template(output, "notify")["metadata"]["labels"]["shared"]


def _metadata_baked_into_a_hoisted_body(output: JsonObject) -> None:
    template(output, "named-tools-1111111111")["metadata"]["labels"]["team"] = "tools"


def _inline_label_lost(output: JsonObject) -> None:
    del step(output, "build", 1)["inline"]["metadata"]


def _steps_label_lost(output: JsonObject) -> None:
    template(output, "build")["metadata"] = {}


def _dropped_hook(output: JsonObject) -> None:
    del step(output, "build", 0)["hooks"]


def _dropped_step_on_exit(output: JsonObject) -> None:
    del step(output, "build", 0)["onExit"]


def _dropped_exit_handler(output: JsonObject) -> None:
    del output["spec"]["onExit"]


def _hook_expression_changed(output: JsonObject) -> None:
    step(output, "build", 0)["hooks"]["running"]["expression"] = "false"


def _renamed_step(output: JsonObject) -> None:
    step(output, "build", 0)["name"] = "compiled"


def _steps_made_sequential(output: JsonObject) -> None:
    first, second = template(output, "main")["steps"]
    template(output, "main")["steps"] = [[*first, *second]]


def _lost_task(output: JsonObject) -> None:
    template(output, "build")["dag"]["tasks"].pop()


def _loop_unrolled(output: JsonObject) -> None:
    template(output, "main")["steps"][1][0]["withItems"] = [1]


def _argument_lost(output: JsonObject) -> None:
    del step(output, "build", 0)["arguments"]


def _depends_changed(output: JsonObject) -> None:
    step(output, "build", 1)["depends"] = "compile.Failed"


def _number_left(output: JsonObject) -> None:
    template(output, "compile-tools-1111111111")["inputs"]["parameters"][0]["default"] = "1.0"


def _image_changed(output: JsonObject) -> None:
    template(output, "notify")["container"]["image"] = "post"


def _unresolved_reference(output: JsonObject) -> None:
    output["spec"]["templates"][0]["steps"][0][0] = {
        "name": "build",
        "templateRef": {"name": "tools", "template": "build"},
    }


def _template_beside_reference(output: JsonObject) -> None:
    output["spec"]["templates"][0]["steps"][0][0]["templateRef"] = {"name": "tools", "template": "build"}


def _dangling_name(output: JsonObject) -> None:
    step(output, "other", 0)["template"] = "compile-tools-3333333333"


def _wrapper_template(output: JsonObject) -> None:
    wrapper = {"name": "wrapper", "steps": [[{"name": "build", "template": "build"}]]}
    output["spec"]["templates"].append(wrapper)
    output["spec"]["templates"][0]["steps"][0][0]["template"] = "wrapper"


def _reference_made_inline(output: JsonObject) -> None:
    caller = output["spec"]["templates"][0]["steps"][0][0]
    del caller["template"]
    caller["inline"] = {key: value for key, value in template(output, "build").items() if key != "name"}


def _body_not_hoisted(output: JsonObject) -> None:
    body = output["spec"]["templates"].pop(-2)
    task = step(output, "build", 2)
    del task["template"]
    task["inline"] = {"container": body["container"]}


def _body_hoisted_for_nothing(output: JsonObject) -> None:
    task = step(output, "build", 1)
    body: JsonObject = {**task.pop("inline"), "name": "note-tools-1111111111"}
    body["metadata"]["labels"]["shared"] = "defaults"
    task["template"] = body["name"]
    output["spec"]["templates"].append(body)


def _unneeded_template(output: JsonObject) -> None:
    output["spec"]["templates"].append({"name": "unneeded", "container": {"image": "x"}})


def _copied_twice(output: JsonObject) -> None:
    output["spec"]["templates"].append({**template(output, "notify"), "name": "notify-tools-1111111111"})
    step(output, "build", 0)["onExit"] = "notify-tools-1111111111"


def _name_used_twice(output: JsonObject) -> None:
    output["spec"]["templates"].append(template(output, "notify"))


def _upper_case_name(output: JsonObject) -> None:
    template(output, "build")["name"] = "Build"
    output["spec"]["templates"][0]["steps"][0][0]["template"] = "Build"


def _hash_where_bare_was_free(output: JsonObject) -> None:
    template(output, "build")["name"] = "build-tools-1111111111"
    output["spec"]["templates"][0]["steps"][0][0]["template"] = "build-tools-1111111111"


def _bare_where_contested(output: JsonObject) -> None:
    template(output, "compile-tools-2222222222")["name"] = "compile"
    step(output, "other", 0)["template"] = "compile"


def _own_template_moved(output: JsonObject) -> None:
    output["spec"]["templates"].append(output["spec"]["templates"].pop(1))


def _own_template_renamed(output: JsonObject) -> None:
    output["spec"]["templates"][1]["name"] = "say-0"
    output["spec"]["templates"][0]["steps"][1][0]["template"] = "say-0"


def _entrypoint_renamed(output: JsonObject) -> None:
    output["spec"]["entrypoint"] = "other"


def _argument_of_the_workflow_changed(output: JsonObject) -> None:
    output["spec"]["arguments"]["parameters"][0]["value"] = "you"


def _spec_of_the_template_imported(output: JsonObject) -> None:
    output["spec"]["volumes"] = [{"name": "scratch", "emptyDir": {}}]


def _label_of_the_workflow_lost(output: JsonObject) -> None:
    output["metadata"]["annotations"] = {}


def _exit_hook_left_where_failures_are_unknown(output: JsonObject) -> None:
    del output["spec"]["onExit"]
    output["spec"]["hooks"] = {"exit": {"template": "notify"}}
    template(output, "notify")["container"]["args"] = ["{{workflow.failures}}"]


def _version_left_as_the_label_of_a_pod(output: JsonObject) -> None:
    template(output, "say")["metadata"] = {"labels": {"pipekit.io.templates.gitVersion": "feature/x"}}


WRONG: list[tuple[Callable[[JsonObject], None], Rule]] = [
    (_wrong_target, Rule.BODY),
    (_own_template_captured, Rule.BODY),
    (_swapped_templates, Rule.BODY),
    (_one_copy_for_two_versions, Rule.BODY),
    (_one_copy_for_two_versions, Rule.NAME),
    (_lost_metadata, Rule.METADATA),
    (_defaults_not_baked, Rule.METADATA),
    (_metadata_baked_into_a_hoisted_body, Rule.METADATA),
    (_inline_label_lost, Rule.METADATA),
    (_dropped_hook, Rule.CALLS),
    (_dropped_step_on_exit, Rule.CALLS),
    (_dropped_exit_handler, Rule.CALLS),
    (_hook_expression_changed, Rule.CALLS),
    (_renamed_step, Rule.CALLS),
    (_steps_made_sequential, Rule.CALLS),
    (_lost_task, Rule.CALLS),
    (_loop_unrolled, Rule.CALLS),
    (_argument_lost, Rule.CALLS),
    (_depends_changed, Rule.CALLS),
    (_number_left, Rule.BODY),
    (_image_changed, Rule.BODY),
    (_unresolved_reference, Rule.TARGET),
    (_template_beside_reference, Rule.VALIDATION),
    (_dangling_name, Rule.TARGET),
    (_wrapper_template, Rule.CALLS),
    (_reference_made_inline, Rule.INLINE),
    (_body_not_hoisted, Rule.INLINE),
    (_body_hoisted_for_nothing, Rule.INLINE),
    (_unneeded_template, Rule.REACH),
    (_copied_twice, Rule.NAME),
    (_name_used_twice, Rule.NAME),
    (_upper_case_name, Rule.NAME),
    (_hash_where_bare_was_free, Rule.NAME),
    (_bare_where_contested, Rule.NAME),
    (_own_template_moved, Rule.OWN),
    (_own_template_renamed, Rule.OWN),
    (_entrypoint_renamed, Rule.OWN),
    (_argument_of_the_workflow_changed, Rule.OBJECT),
    (_spec_of_the_template_imported, Rule.OBJECT),
    (_label_of_the_workflow_lost, Rule.OBJECT),
    (_exit_hook_left_where_failures_are_unknown, Rule.VALIDATION),
    (_version_left_as_the_label_of_a_pod, Rule.VALIDATION),
]


@pytest.mark.parametrize(("spoil", "rule"), WRONG, ids=lambda value: getattr(value, "__name__", str(value)))
def test_a_wrong_answer_is_found(spoil: Callable[[JsonObject], None], rule: Rule) -> None:
    output = read(FLATTENED)
    spoil(output)
    assert rule.value in {text.split(": ")[1] for text in found_in(output)}


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"taken": taken()[1:]}, Rule.TAKEN),
        ({"taken": taken()[::-1]}, Rule.TAKEN),
        ({"taken": (*taken(), taken()[0])}, Rule.TAKEN),
        ({"renames": renames()[1:]}, Rule.NAME),
        ({"renames": renames()[::-1]}, Rule.NAME),
        ({"renames": (*renames()[:-1], replace(renames()[-1], name=TemplateName("elsewhere")))}, Rule.NAME),
    ],
    ids=["one not told", "another order", "one told twice", "one name not told", "names unordered", "another name"],
)
def test_a_wrong_report_is_found(changes: JsonObject, rule: Rule) -> None:
    flattened = replace(Flattened(cast("Manifest", read(FLATTENED)), taken(), renames()), **changes)
    assert {text.split(": ")[1] for text in told_of(flattened)} == {rule.value}


def test_an_original_with_a_nameless_template_is_not_compared() -> None:
    original = read(ORIGINAL)
    del original["spec"]["templates"][1]["name"]
    with pytest.raises(Unresolvable, match="no name"):
        differences(original, Flattened(cast("Manifest", read(FLATTENED))), LIBRARY)


def test_what_no_pod_shows_is_no_difference() -> None:
    output = read(FLATTENED)
    _steps_label_lost(output)
    assert found_in(output) == []


@pytest.mark.parametrize("name", ["missing", "build-{{item}}"])
def test_an_original_that_git_cannot_answer_is_not_compared(name: str) -> None:
    original = read(ORIGINAL)
    original["spec"]["templates"][0]["steps"][0][0]["templateRef"]["template"] = name
    with pytest.raises(Unresolvable, match=r"no template|has a variable"):
        differences(original, Flattened(cast("Manifest", read(FLATTENED))), LIBRARY)
