"""Names that are given twice."""

from __future__ import annotations

from tests.lint.written import CONTAINER, found, subject, told


def test_an_object_that_two_files_define_is_told_for_both() -> None:
    findings = found(subject("{}", path="a.yaml"), subject("{}", path="b.yaml"))

    assert [(one.path, one.rule, one.text) for one in findings] == [
        ("a.yaml", "duplicate-object", "WorkflowTemplate 'library' is defined in b.yaml:1 as well"),
        ("b.yaml", "duplicate-object", "WorkflowTemplate 'library' is defined in a.yaml:1 as well"),
    ]


def test_a_name_may_be_that_of_an_object_of_each_kind() -> None:
    assert told(subject("{}"), subject("{}", kind="ClusterWorkflowTemplate")) == []


def test_a_template_that_an_object_defines_again_is_told_where_it_is_defined_again() -> None:
    one = subject(f"templates: [{{name: a, {CONTAINER}}}, {{name: b, {CONTAINER}}}, {{name: a, {CONTAINER}}}]")

    assert told(one) == [("duplicate-template", "spec.templates[2].name")]


def test_steps_of_one_template_have_names_of_their_own_over_all_groups() -> None:
    one = subject(f"""
        templates:
          - {{name: work, {CONTAINER}}}
          - name: main
            steps:
              - [{{name: a, template: work}}, {{name: b, template: work}}]
              - [{{name: a, template: work}}]
          - name: other
            steps: [[{{name: a, template: work}}]]
        """)

    assert told(one) == [("duplicate-step", "spec.templates[1].steps[1][0].name")]


def test_tasks_of_one_template_have_names_of_their_own() -> None:
    one = subject(f"""
        templates:
          - {{name: work, {CONTAINER}}}
          - name: main
            dag: {{tasks: [{{name: a, template: work}}, {{name: a, template: work}}]}}
        """)

    assert told(one) == [("duplicate-step", "spec.templates[1].dag.tasks[1].name")]


def test_the_steps_of_an_inline_body_are_apart_from_those_around_it() -> None:
    one = subject(f"""
        templates:
          - {{name: work, {CONTAINER}}}
          - name: main
            steps:
              - - name: a
                  inline: {{steps: [[{{name: a, template: work}}, {{name: a, template: work}}]]}}
        """)

    assert told(one) == [("duplicate-step", "spec.templates[1].steps[0][0].inline.steps[0][1].name")]


def test_inputs_of_one_template_have_names_of_their_own_for_each_kind() -> None:
    one = subject("""
        templates:
          - name: work
            inputs:
              parameters: [{name: a}, {name: a}]
              artifacts: [{name: a, path: /a}]
            container: {image: alpine}
        """)

    assert told(one) == [("duplicate-input", "spec.templates[0].inputs.parameters[1].name")]
