"""References that lead nowhere, and those that lead somewhere or are not for lint to judge."""

from __future__ import annotations

import pytest

from argosy.resolver.lint import Severity
from tests.lint.written import CONTAINER, found, subject, told

OTHER = subject(f"templates: [{{name: work, {CONTAINER}}}]", name="other", path="other.yaml")


def _step(step: str, metadata: str = "{}") -> str:
    return f"templates: [{{name: main, metadata: {metadata}, steps: [[{{name: a, {step}}}]]}}]"


@pytest.mark.parametrize(
    ("spec", "site"),
    [
        ("entrypoint: nope", "spec.entrypoint"),
        ("onExit: nope", "spec.onExit"),
        ("hooks: {exit: {template: nope}}", "spec.hooks.exit.template"),
        (_step("template: nope"), "spec.templates[0].steps[0][0].template"),
        (_step("template: main, onExit: nope"), "spec.templates[0].steps[0][0].onExit"),
        (_step("template: main, hooks: {x: {template: nope}}"), "spec.templates[0].steps[0][0].hooks.x.template"),
        (_step("templateRef: {name: nope, template: work}"), "spec.templates[0].steps[0][0].templateRef"),
        (_step("templateRef: {name: other, template: nope}"), "spec.templates[0].steps[0][0].templateRef"),
        (
            _step("templateRef: {name: other, template: work, clusterScope: true}"),
            "spec.templates[0].steps[0][0].templateRef",
        ),
        (
            "templates: [{name: main, dag: {tasks: [{name: a, template: nope}]}}]",
            "spec.templates[0].dag.tasks[0].template",
        ),
        (
            _step("inline: {steps: [[{name: b, template: nope}]]}"),
            "spec.templates[0].steps[0][0].inline.steps[0][0].template",
        ),
    ],
)
def test_a_reference_to_what_is_not_there_is_an_error(spec: str, site: str) -> None:
    assert told(subject(spec), OTHER) == [("dangling-reference", site)]


@pytest.mark.parametrize(
    "spec",
    [
        "entrypoint: main\ntemplates: [{name: main, suspend: {}}]",
        _step("templateRef: {name: other, template: work}"),
        _step("templateRef: {name: library, template: main}"),
        # Another version or repository: what is there cannot be told from here.
        _step("templateRef: {name: nope, template: x}", "{labels: {pipekit.io.templates.gitVersion: v1}}"),
        _step("templateRef: {name: nope, template: x}", "{annotations: {pipekit.io.templates.gitRepo: b}}"),
    ],
)
def test_a_reference_that_leads_somewhere_or_elsewhere_is_fine(spec: str) -> None:
    assert told(subject(spec), OTHER) == []


def test_a_near_name_is_offered() -> None:
    (finding,) = found(subject(_step("templateRef: {name: other, template: wrok}")), OTHER)

    assert (finding.text, finding.remedy) == (
        "WorkflowTemplate 'other' has no template 'wrok'",
        "did you mean 'work'?",
    )


def test_an_object_of_the_other_kind_is_pointed_at() -> None:
    (finding,) = found(subject(_step("templateRef: {name: other, template: work, clusterScope: true}")), OTHER)

    assert finding.remedy == "there is a WorkflowTemplate of that name: remove clusterScope"


def test_a_workflow_template_that_hands_on_to_another_is_an_error() -> None:
    assert told(subject("workflowTemplateRef: {name: other}"), OTHER) == [
        ("nested-workflow-template-ref", "spec.workflowTemplateRef")
    ]


@pytest.mark.parametrize("rival", ["template: main", f"inline: {{{CONTAINER}}}"])
def test_two_ways_to_name_one_template_are_an_error(rival: str) -> None:
    one = subject(_step(f"templateRef: {{name: other, template: work}}, {rival}"))

    assert told(one, OTHER) == [("contradicting-reference", "spec.templates[0].steps[0][0].templateRef")]


@pytest.mark.parametrize("name", ["'{{item}}'", "'{{inputs.parameters.x}}'", "'{{=1}}'"])
def test_a_reference_with_a_variable_is_a_warning(name: str) -> None:
    (finding,) = found(subject(_step(f"templateRef: {{name: {name}, template: work}}")))

    assert (finding.rule, finding.severity) == ("dynamic-reference", Severity.WARNING)


def test_a_parameter_of_the_workflow_with_a_value_is_no_variable() -> None:
    spec = "arguments: {parameters: [{name: which, value: other}]}\n" + _step(
        "templateRef: {name: '{{workflow.parameters.which}}', template: work}"
    )

    assert told(subject(spec), OTHER) == []
