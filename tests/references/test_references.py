"""Every place where an object names a template is found, with its path."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import pytest

from argosy.resolver.asked import NOTHING
from argosy.resolver.contract import REPOSITORY, VERSION
from argosy.resolver.errors import Denied, Reason
from argosy.resolver.references import MAX_INLINE_DEPTH, answered_template, references
from tests.flatten.running import cluster_template, read, template, workflow

if TYPE_CHECKING:
    from argosy.resolver.manifests import JsonValue
    from argosy.resolver.references import Reference

EVERY_SITE = """
    entrypoint: main
    onExit: bye
    hooks:
      running: {expression: "true", templateRef: {name: notify, template: say}}
      exit: {template: bye}
    templates:
      - name: main
        steps:
          - - {name: local, template: bye}
            - {name: far, templateRef: {name: ci, template: build, clusterScope: true}, onExit: bye}
          - - name: body
              inline:
                dag: {tasks: [{name: deep, templateRef: {name: ci, template: build}}]}
              hooks: {running: {expression: "true", template: bye}}
      - name: graph
        dag: {tasks: [{name: a, templateRef: {name: ci, template: test}, hooks: {exit: {templateRef: {name: x, template: z}}}}]}
      - {name: bye, container: {image: busybox}}
    templateDefaults:
      steps: [[{name: never, template: ignored}]]
      dag: {tasks: [{name: always, templateRef: {name: audit, template: log}}]}
    """  # noqa: E501  # one site a line

FOUND = [
    ("spec.entrypoint", "main"),
    ("spec.onExit", "bye"),
    ("spec.hooks.exit.template", "bye"),
    ("spec.hooks.running.templateRef", "WorkflowTemplate/notify/say"),
    ("spec.templates[0].steps[0][0].template", "bye"),
    ("spec.templates[0].steps[0][1].templateRef", "ClusterWorkflowTemplate/ci/build"),
    ("spec.templates[0].steps[0][1].onExit", "bye"),
    ("spec.templates[0].steps[1][0].inline.dag.tasks[0].templateRef", "WorkflowTemplate/ci/build"),
    ("spec.templates[0].steps[1][0].hooks.running.template", "bye"),
    ("spec.templates[1].dag.tasks[0].templateRef", "WorkflowTemplate/ci/test"),
    ("spec.templates[1].dag.tasks[0].hooks.exit.templateRef", "WorkflowTemplate/x/z"),
    ("spec.templateDefaults.dag.tasks[0].templateRef", "WorkflowTemplate/audit/log"),
]


def told(reference: Reference) -> tuple[str, str]:
    parts = (reference.kind, reference.resource, reference.template)
    return reference.site, "/".join(part for part in parts if part)


def test_every_site_of_a_workflow_is_found_in_reading_order() -> None:
    assert [told(one) for one in references(workflow(EVERY_SITE))] == FOUND


@pytest.mark.parametrize("kind", ["WorkflowTemplate", "ClusterWorkflowTemplate"])
def test_a_workflow_template_has_the_same_sites(kind: str) -> None:
    assert [told(one) for one in references(template("ci", EVERY_SITE, kind=kind))] == FOUND


def test_a_cron_workflow_has_them_one_level_deeper() -> None:
    cron: JsonValue = {"kind": "CronWorkflow", "metadata": {}, "spec": {"workflowSpec": read(EVERY_SITE)}}
    deeper = [(site.replace("spec", "spec.workflowSpec", 1), name) for site, name in FOUND]
    assert [told(one) for one in references(cron)] == deeper


@pytest.mark.parametrize(
    ("manifest", "expected"),
    [
        (
            workflow("workflowTemplateRef: {name: ci}"),
            [("spec.workflowTemplateRef", "WorkflowTemplate/ci")],
        ),
        (
            workflow("workflowTemplateRef: {name: ci, clusterScope: true}"),
            [("spec.workflowTemplateRef", "ClusterWorkflowTemplate/ci")],
        ),
        (
            {"kind": "WorkflowEventBinding", "spec": {"submit": {"workflowTemplateRef": {"name": "ci"}}}},
            [("spec.submit.workflowTemplateRef", "WorkflowTemplate/ci")],
        ),
        ({"kind": "Workflow"}, []),
        ({"kind": "Workflow", "spec": None}, []),
        (cluster_template("ci", "templates: null"), []),
    ],
)
def test_whole_objects_are_references_too(manifest: JsonValue, expected: list[tuple[str, str]]) -> None:
    assert [told(one) for one in references(manifest)] == expected


def test_a_reference_knows_what_its_template_asks_before_what_the_workflow_asks() -> None:
    manifest = workflow(
        """
        templates:
          - name: own
            metadata: {labels: {pipekit.io.templates.gitVersion: v2}}
            steps:
              - - {name: a, templateRef: {name: ci, template: build}}
                - name: b
                  inline:
                    metadata: {annotations: {pipekit.io.templates.gitVersion: v3}}
                    steps: [[{name: c, templateRef: {name: ci, template: build}}]]
          - name: none
            steps: [[{name: d, templateRef: {name: ci, template: build}}]]
        """,
        labels={REPOSITORY: "data"},
    )
    asked = [(one.asked.version, one.asked.repository) for one in references(manifest)]
    assert asked == [("v2", "data"), ("v3", "data"), ("v1", "data")]


def test_a_cron_workflow_is_asked_before_what_it_hands_on() -> None:
    spec = read(
        """
        workflowMetadata: {labels: {pipekit.io.templates.gitVersion: v2, pipekit.io.templates.gitRepo: outer}}
        workflowSpec:
          workflowMetadata: {labels: {pipekit.io.templates.gitRepo: inner, pipekit.io.templates.pullPolicy: Never}}
          workflowTemplateRef: {name: ci}
        """
    )
    cron: JsonValue = {"kind": "CronWorkflow", "metadata": {"labels": {VERSION: "v1"}}, "spec": spec}
    (one,) = references(cron)
    assert (one.asked.version, one.asked.repository, one.asked.pull_policy) == ("v1", "outer", "Never")


@pytest.mark.parametrize(
    ("spec", "site"),
    [
        ("templates: 5", "spec.templates"),
        ("templates: [5]", "spec.templates[0]"),
        ("templates: [{steps: 5}]", "spec.templates[0].steps"),
        ("templates: [{steps: [5]}]", "spec.templates[0].steps[0]"),
        ("templates: [{steps: [[x]]}]", "spec.templates[0].steps[0][0]"),
        ("templates: [{dag: [x]}]", "spec.templates[0].dag"),
        ("templates: [{dag: {tasks: x}}]", "spec.templates[0].dag.tasks"),
        ("templates: [{dag: {tasks: [{template: 5}]}}]", "spec.templates[0].dag.tasks[0].template"),
        ("templates: [{dag: {tasks: [{templateRef: x}]}}]", "spec.templates[0].dag.tasks[0].templateRef"),
        ("templates: [{dag: {tasks: [{templateRef: []}]}}]", "spec.templates[0].dag.tasks[0].templateRef"),
        ("templates: [{steps: [[{template: a, templateRef: ''}]]}]", "spec.templates[0].steps[0][0].templateRef"),
        ("templates: [{steps: [[{inline: {}, templateRef: 0}]]}]", "spec.templates[0].steps[0][0].templateRef"),
        ("hooks: {exit: {template: a, templateRef: false}}", "spec.hooks.exit.templateRef"),
        ("templates: [{dag: {tasks: [{templateRef: {name: []}}]}}]", "spec.templates[0].dag.tasks[0].templateRef.name"),
        ("templates: [{dag: {tasks: [{onExit: [x], template: a}]}}]", "spec.templates[0].dag.tasks[0].onExit"),
        ("templates: [{dag: {tasks: [{hooks: [a]}]}}]", "spec.templates[0].dag.tasks[0].hooks"),
        ("templates: [{dag: {tasks: [{inline: x}]}}]", "spec.templates[0].dag.tasks[0].inline"),
        ("templates: [{metadata: x, steps: [[{}]]}]", "spec.templates[0].metadata"),
        ("templates: [{metadata: {labels: x}, steps: [[{}]]}]", "spec.templates[0].metadata.labels"),
        ("hooks: [x]", "spec.hooks"),
        ("hooks: {exit: x}", "spec.hooks.exit"),
        ("entrypoint: {}", "spec.entrypoint"),
        ("workflowTemplateRef: x", "spec.workflowTemplateRef"),
        ("workflowTemplateRef: {name: a, clusterScope: 'false'}", "spec.workflowTemplateRef.clusterScope"),
        (
            "templates: [{steps: [[{templateRef: {name: a, template: b, clusterScope: 'yes please'}}]]}]",
            "spec.templates[0].steps[0][0].templateRef.clusterScope",
        ),
        ("templateDefaults: x", "spec.templateDefaults"),
    ],
)
def test_what_has_the_wrong_shape_is_denied_at_its_place(spec: str, site: str) -> None:
    with pytest.raises(Denied) as denied:
        references(workflow(spec))
    assert (denied.value.reason, denied.value.site) == (Reason.INVALID_MANIFEST, site)


@pytest.mark.parametrize(
    ("manifest", "site"),
    [
        ({"kind": "Workflow", "metadata": "x"}, "metadata"),
        ({"kind": "Workflow", "metadata": {"labels": ["x"]}}, "metadata.labels"),
        ({"kind": "Workflow", "metadata": {"annotations": 5}}, "metadata.annotations"),
        ({"kind": "Workflow", "spec": {"workflowMetadata": {"labels": ["x"]}}}, "spec.workflowMetadata.labels"),
        ({"kind": "CronWorkflow", "spec": {"workflowMetadata": ["x"]}}, "spec.workflowMetadata"),
        (
            {"kind": "CronWorkflow", "spec": {"workflowSpec": {"workflowMetadata": {"labels": 1}}}},
            "spec.workflowSpec.workflowMetadata.labels",
        ),
        ({"kind": "Workflow", "spec": "x"}, "spec"),
        ({"kind": "CronWorkflow", "spec": {"workflowSpec": "x"}}, "spec.workflowSpec"),
    ],
)
def test_metadata_of_the_wrong_shape_is_denied_at_its_place(manifest: JsonValue, site: str) -> None:
    with pytest.raises(Denied) as denied:
        references(manifest)
    assert (denied.value.reason, denied.value.site) == (Reason.INVALID_MANIFEST, site)


def test_inline_bodies_nested_without_end_are_refused() -> None:
    body: JsonValue = {"container": {"image": "busybox"}}
    for _ in range(MAX_INLINE_DEPTH + 1):
        body = {"dag": {"tasks": [{"name": "a", "inline": body}]}}
    with pytest.raises(Denied) as denied:
        references({"kind": "Workflow", "spec": {"templates": [body]}})
    assert denied.value.reason == Reason.LIMIT_EXCEEDED


def test_a_template_whose_references_are_all_left_is_the_very_same_object() -> None:
    one = read(EVERY_SITE)["templates"][0]
    seen: list[str] = []
    assert answered_template(one, "t", NOTHING, lambda reference: seen.append(reference.site)) is one
    assert len(seen) == 5


def test_answers_take_the_place_of_references_and_keep_the_order_of_fields() -> None:
    one = read("steps: [[{name: a, templateRef: {name: ci, template: build}, when: x, onExit: bye}]]")
    answered = answered_template(one, "t", NOTHING, lambda reference: f"new-{reference.template}")
    step = cast("JsonValue", answered)["steps"][0][0]
    assert list(step.items()) == [("name", "a"), ("template", "new-build"), ("when", "x"), ("onExit", "new-bye")]
