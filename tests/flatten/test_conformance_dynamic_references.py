"""Rows 30-32: references with variables."""

from __future__ import annotations

import pytest

from argosy.resolver.errors import Denied, Reason
from argosy.resolver.flatten import flatten
from tests.flatten.memory import TemplatesInMemory
from tests.flatten.running import callers, flattened, names, template, templates, workflow

CI = template(
    "ci",
    """
    templates:
      - {name: linux, container: {image: linux}}
      - {name: darwin, container: {image: darwin}}
    """,
)


def calling(name: str, called: str) -> str:
    return f"""
        entrypoint: main
        arguments: {{parameters: [{{name: os, value: linux}}, {{name: late, value: "{{{{workflow.name}}}}"}}]}}
        templates:
          - name: main
            inputs: {{parameters: [{{name: x, value: linux}}]}}
            steps:
              - - name: call
                  templateRef: {{name: "{name}", template: "{called}"}}
                  withItems: [linux, darwin]
        """


VARIABLES = [
    "{{item}}",
    "{{inputs.parameters.x}}",
    "{{workflow.parameters.late}}",
    "{{workflow.parameters.missing}}",
    "{{workflow.name}}",
    "{{steps.a.outputs.result}}",
    "{{=workflow.parameters.os}}",
    "{{workflow.parameters.os}}{{item}}",
    "{{",
]


@pytest.mark.parametrize("variable", VARIABLES)
@pytest.mark.parametrize(("name", "called"), [("ci", None), (None, "linux")])
def test_rows_30_and_31_a_variable_known_only_at_run_time_is_denied(
    variable: str, name: str | None, called: str | None
) -> None:
    manifest = workflow(calling(name or variable, called or variable))
    with pytest.raises(Denied) as denied:
        flatten(manifest, TemplatesInMemory().add("v1", CI))
    assert denied.value.reason == Reason.DYNAMIC_REFERENCE
    assert denied.value.site == "spec.templates[0].steps[0][0].templateRef"
    assert variable in denied.value.problem
    assert "literal" in denied.value.remedy
    assert ("reference mode" in denied.value.remedy) is (called is None)


@pytest.mark.parametrize("variable", VARIABLES)
def test_rows_30_and_31_where_no_version_is_asked_for_it_is_left(variable: str) -> None:
    manifest = workflow(calling("ci", variable), version="")
    assert flatten(manifest, TemplatesInMemory().add("v1", CI)).manifest is manifest
    manifest = workflow(calling(variable, "linux"), version="")
    assert flatten(manifest, TemplatesInMemory().add("v1", CI)).manifest is manifest


@pytest.mark.parametrize(
    ("name", "called"),
    [
        ("ci", "{{workflow.parameters.os}}"),
        ("ci", "{{ workflow.parameters.os }}"),
        ("{{workflow.parameters.repo}}", "linux"),
        ("c{{workflow.parameters.letter}}", "{{workflow.parameters.os}}"),
    ],
)
def test_row_32_a_literal_parameter_is_frozen_and_noted(name: str, called: str) -> None:
    text = calling(name, called).replace(
        "parameters: [", "parameters: [{name: repo, value: ci}, {name: letter, value: i}, ", 1
    )
    result = flattened(workflow(text), TemplatesInMemory().add("v1", CI))
    assert callers(templates(result)["main"])["call"]["template"] == "linux"
    assert result.frozen == ("spec.templates[0].steps[0][0].templateRef",)


def test_a_frozen_reference_that_no_version_is_asked_for_is_left_as_it_was_written() -> None:
    manifest = workflow(calling("ci", "{{workflow.parameters.os}}"), version="")
    result = flatten(manifest, TemplatesInMemory().add("v1", CI))
    assert result.manifest is manifest
    assert result.frozen == ()


@pytest.mark.parametrize(
    "caller",
    [
        "{name: a, template: '%s'}",
        "{name: a, template: say, onExit: '%s'}",
        "{name: a, template: say, hooks: {exit: {template: '%s'}}}",
    ],
)
def test_a_local_name_with_a_variable_inside_a_copy_is_frozen_or_denied(caller: str) -> None:
    def lookup(variable: str) -> TemplatesInMemory:
        body = "templates: [{name: main, steps: [[%s]]}, {name: say, container: {image: a}}]" % (caller % variable)
        return TemplatesInMemory().add("v1", template("ci", body))

    manifest = workflow(
        """
        entrypoint: main
        arguments: {parameters: [{name: which, value: say}]}
        templates: [{name: main, steps: [[{name: call, templateRef: {name: ci, template: main}}]]}]
        """
    )
    result = flattened(manifest, lookup("{{workflow.parameters.which}}"))
    assert len(result.frozen) == 1
    assert "{{" not in str(templates(result)[names(result)["ci/main"]])
    with pytest.raises(Denied) as denied:
        flatten(manifest, lookup("{{inputs.parameters.which}}"))
    assert denied.value.reason == Reason.DYNAMIC_REFERENCE
    assert denied.value.site.startswith("WorkflowTemplate/ci (platform@")


def test_the_workflows_own_local_names_are_left_with_their_variables() -> None:
    result = flattened(
        workflow(
            """
            entrypoint: main
            templates:
              - name: main
                inputs: {parameters: [{name: hook}]}
                steps:
                  - - name: call
                      templateRef: {name: ci, template: linux}
                      hooks: {exit: {template: "{{inputs.parameters.hook}}"}}
            """
        ),
        TemplatesInMemory().add("v1", CI),
    )
    call = callers(templates(result)["main"])["call"]
    assert call["hooks"] == {"exit": {"template": "{{inputs.parameters.hook}}"}}
