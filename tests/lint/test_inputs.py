"""Calls that do not hand over what the called template needs."""

from __future__ import annotations

import pytest

from tests.lint.written import found, subject, told

WORK = """
templates:
  - name: work
    inputs: {inputs}
    container: {{image: alpine}}
"""
CALL = "  - name: main\n    steps: [[{{name: a, {call}}}]]\n"
MISSING = [("missing-input", "spec.templates[1].steps[0][0].template")]


def _told(inputs: str, call: str) -> list[tuple[str, str]]:
    return told(subject(WORK.format(inputs=inputs) + CALL.format(call=call)))


@pytest.mark.parametrize(
    "inputs",
    [
        "{parameters: [{name: x}]}",
        "{parameters: [{name: x, enum: [a]}]}",
        "{parameters: [{name: x, default: null}]}",
        "{artifacts: [{name: x, path: /x}]}",
        "{artifacts: [{name: x, path: /x, optional: false}]}",
    ],
)
def test_an_input_without_a_default_must_be_given(inputs: str) -> None:
    assert _told(inputs, "template: work") == MISSING


@pytest.mark.parametrize(
    "inputs",
    [
        "{parameters: [{name: x, value: 1}]}",
        "{parameters: [{name: x, value: ''}]}",
        "{parameters: [{name: x, default: a}]}",
        "{parameters: [{name: x, valueFrom: {configMapKeyRef: {name: a, key: b}}}]}",
        "{artifacts: [{name: x, path: /x, optional: true}]}",
        "{artifacts: [{name: x, path: /x, raw: {data: a}}]}",
        "{artifacts: [{name: x, path: /x, s3: {key: a}}]}",
    ],
)
def test_an_input_with_a_value_need_not_be_given(inputs: str) -> None:
    assert _told(inputs, "template: work") == []


@pytest.mark.parametrize(
    ("inputs", "call"),
    [
        ("{parameters: [{name: x}]}", "template: work, arguments: {parameters: [{name: x, value: 1}]}"),
        ("{artifacts: [{name: x}]}", "template: work, arguments: {artifacts: [{name: x, from: '{{a}}'}]}"),
    ],
)
def test_an_input_that_is_given_is_fine(inputs: str, call: str) -> None:
    assert _told(inputs, call) == []


def test_a_parameter_is_not_given_by_an_artifact_of_its_name() -> None:
    call = "template: work, arguments: {artifacts: [{name: x, from: '{{a}}'}]}"

    assert _told("{parameters: [{name: x}]}", call) == MISSING


def test_hooks_of_steps_must_give_inputs_as_well() -> None:
    call = "template: main, hooks: {running: {template: work}}"

    assert _told("{parameters: [{name: x}]}", call) == [
        ("missing-input", "spec.templates[1].steps[0][0].hooks.running.template")
    ]


@pytest.mark.parametrize(
    "call",
    [
        "template: main, onExit: work",
        "template: main, hooks: {exit: {template: work}}",
        "template: main, hooks: {exit: {template: work, arguments: {parameters: []}}}",
    ],
)
def test_exit_handlers_of_steps_get_the_arguments_of_the_workflow(call: str) -> None:
    assert _told("{parameters: [{name: x}]}", call) == []


def test_an_exit_hook_with_arguments_of_its_own_gets_no_others() -> None:
    call = "template: main, hooks: {exit: {template: work, arguments: {parameters: [{name: y, value: 1}]}}}"

    assert _told("{parameters: [{name: x}]}", call) == [
        ("missing-input", "spec.templates[1].steps[0][0].hooks.exit.template")
    ]


def test_a_hook_gives_inputs_by_its_own_arguments() -> None:
    call = "template: main, hooks: {running: {template: work, arguments: {parameters: [{name: x, value: 1}]}}}"

    assert _told("{parameters: [{name: x}]}", call) == []


def test_what_stands_at_the_top_of_the_spec_gets_the_arguments_of_the_workflow_but_for_hooks_before_the_exit() -> None:
    spec = "entrypoint: work\nonExit: work\nhooks: {exit: {template: work}, running: {template: work}}" + WORK.format(
        inputs="{parameters: [{name: x}]}"
    )

    assert told(subject(spec)) == [("missing-input", "spec.hooks.running.template")]


@pytest.mark.parametrize(
    ("templates", "site"),
    [("{}", "spec.templates"), ("[{name: work, inputs: 3, suspend: {}}]", "spec.templates[0].inputs")],
)
def test_what_is_misshapen_in_another_object_is_told_there_only(templates: str, site: str) -> None:
    other = subject(f"templates: {templates}", name="other", path="other.yaml")
    one = subject("templates: [{name: main, steps: [[{name: a, templateRef: {name: other, template: work}}]]}]")

    assert {(finding.path, finding.site) for finding in found(one, other)} == {("other.yaml", site)}


def test_the_inputs_of_a_template_in_another_object_are_known() -> None:
    other = subject(WORK.format(inputs="{parameters: [{name: x}]}"), name="other")
    one = subject("templates: [{name: main, steps: [[{name: a, templateRef: {name: other, template: work}}]]}]")

    (finding,) = found(one, other)

    assert (finding.subject, finding.text) == (
        "WorkflowTemplate library",
        "this call does not give template 'work' its input parameter 'x'",
    )


def test_a_hook_whose_name_looks_like_a_path_is_left_alone() -> None:
    call = "template: main, hooks: {a.b: {template: work}}"

    assert _told("{parameters: [{name: x}]}", call) == []
