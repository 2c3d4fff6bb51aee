"""Names that Kubernetes or Argo will not take, and those that they will."""

from __future__ import annotations

import pytest

from argosy.resolver.lint import Severity
from tests.lint.written import CONTAINER, found, subject, told


@pytest.mark.parametrize("name", ["build", "ci.build", "a", "0", "a" * 63, "a-b.c-d"])
def test_the_name_of_an_object_that_kubernetes_takes_is_fine(name: str) -> None:
    assert told(subject("templates: []", name=name)) == []


@pytest.mark.parametrize("name", ["", "Build", "-a", "a-", "a..b", "a_b", "a/b", "a" * 64, "ä", "a\n"])
def test_the_name_of_an_object_that_argo_does_not_take_is_an_error(name: str) -> None:
    assert told(subject("templates: []", name=name)) == [("object-name", "metadata.name")]


@pytest.mark.parametrize("name", ["a", "A-1", "0a", "a" * 128])
def test_the_name_of_a_template_that_argo_takes_is_fine(name: str) -> None:
    assert told(subject(f"templates: [{{name: '{name}', suspend: {{}}}}]")) == []


@pytest.mark.parametrize("name", ["''", "null", "a_b", "-a", "a.b", "a" * 129, "5", "true", "'{{x}}'"])
def test_the_name_of_a_template_that_argo_does_not_take_is_an_error(name: str) -> None:
    assert told(subject(f"templates: [{{name: {name}, suspend: {{}}}}]")) == [
        ("template-name", "spec.templates[0].name")
    ]


def test_the_names_of_steps_tasks_and_inline_steps_follow_the_same_rule() -> None:
    one = subject(f"""
        templates:
          - {{name: work, {CONTAINER}}}
          - name: steps
            steps: [[{{name: a_b, template: work}}]]
          - name: dag
            dag:
              tasks:
                - name: a.b
                  inline:
                    steps: [[{{name: c_d, template: work}}]]
        """)

    assert told(one) == [
        ("step-name", "spec.templates[1].steps[0][0].name"),
        ("step-name", "spec.templates[2].dag.tasks[0].inline.steps[0][0].name"),
        ("step-name", "spec.templates[2].dag.tasks[0].name"),
    ]


def test_inputs_and_outputs_may_have_underscores_and_no_dots() -> None:
    one = subject("""
        templates:
          - name: work
            inputs:
              parameters: [{name: a_b}, {name: a.b}, {value: x}]
              artifacts: [{name: c/d}]
            outputs:
              parameters: [{name: e f}]
            container: {image: alpine}
        """)

    assert told(one) == [
        ("input-name", "spec.templates[0].inputs.artifacts[0].name"),
        ("input-name", "spec.templates[0].inputs.parameters[1].name"),
        ("input-name", "spec.templates[0].inputs.parameters[2].name"),
        ("input-name", "spec.templates[0].outputs.parameters[0].name"),
    ]


@pytest.mark.parametrize(
    "body",
    [
        "container: {image: a}",
        "script: {image: a}",
        "containerSet: {containers: []}",
        "resource: {action: get}",
        "data: {}",
    ],
)
def test_capital_letters_in_the_name_of_a_template_that_makes_a_pod_are_a_warning(body: str) -> None:
    (finding,) = found(subject(f"templates: [{{name: Build, {body}}}]"))

    assert (finding.rule, finding.severity, finding.remedy) == ("pod-name", Severity.WARNING, "rename it to build")


def test_capital_letters_in_the_name_of_a_template_that_makes_no_pod_are_fine() -> None:
    assert told(subject("templates: [{name: Build, steps: []}, {name: Wait, suspend: {}}]")) == []
