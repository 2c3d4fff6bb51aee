"""Rows 36 and 41, and the rest of what is refused: with the place, what was asked, and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from argosy.resolver.errors import Denied, Reason
from argosy.resolver.flatten import FlattenLimits, flatten
from tests.flatten.memory import TemplatesInMemory, commit_of
from tests.flatten.running import flattened, template, templates, workflow

if TYPE_CHECKING:
    from argosy.resolver.manifests import JsonValue

CALL = """
    entrypoint: main
    templates: [{name: main, steps: [[{name: call, templateRef: {name: ci, template: build}}]]}]
    """
SITE = "spec.templates[0].steps[0][0].templateRef"


def denied_by(manifest: JsonValue, lookup: TemplatesInMemory, limits: FlattenLimits | None = None) -> Denied:
    with pytest.raises(Denied) as denied:
        flatten(manifest, lookup, limits=limits or FlattenLimits())
    return denied.value


@pytest.mark.parametrize(
    ("lookup", "reason", "words"),
    [
        (TemplatesInMemory().add("v2"), Reason.VERSION_NOT_FOUND, "'v1'"),
        (TemplatesInMemory().add("v1"), Reason.TEMPLATE_NOT_FOUND, "'ci'"),
        (
            TemplatesInMemory().add("v1", template("ci", "templates: [{name: test, suspend: {}}]")),
            Reason.TEMPLATE_NOT_FOUND,
            "'build' at version v1; its templates are: test",
        ),
    ],
)
def test_row_36_what_is_missing_is_denied_with_its_place_and_version(
    lookup: TemplatesInMemory, reason: Reason, words: str
) -> None:
    error = denied_by(workflow(CALL), lookup)
    assert (error.reason, error.site) == (reason, SITE)
    assert words in str(error)


@pytest.mark.parametrize(
    ("caller", "site"),
    [
        ("{name: a, template: gone}", "steps[0][0].template"),
        ("{name: a, template: build, onExit: gone}", "steps[0][0].onExit"),
        ("{name: a, template: build, hooks: {exit: {template: gone}}}", "steps[0][0].hooks.exit.template"),
        ("{name: a, templateRef: {name: ci, template: gone}}", "steps[0][0].templateRef"),
        ("{name: a, inline: {steps: [[{name: b, template: gone}]]}}", "steps[0][0].inline.steps[0][0].template"),
    ],
)
def test_row_36_a_name_that_leads_nowhere_inside_a_copy_is_denied_with_its_place(caller: str, site: str) -> None:
    lookup = TemplatesInMemory().add("v1", template("ci", f"templates: [{{name: build, steps: [[{caller}]]}}]"))
    error = denied_by(workflow(CALL), lookup)
    commit = commit_of("v1")[:12]
    assert error.reason == Reason.TEMPLATE_NOT_FOUND
    assert error.site == f"WorkflowTemplate/ci (platform@{commit} ci.yaml) spec.templates[0].{site}"


def fan(count: int, name: str = "t") -> JsonValue:
    """A WorkflowTemplate whose first template calls so many others that there are `count` in all."""
    steps = ", ".join(f"{{name: s{index}, template: {name}{index}}}" for index in range(1, count))
    others = "".join(f"  - {{name: {name}{index}, suspend: {{}}}}\n" for index in range(1, count))
    return template("ci", f"templates:\n  - {{name: build, steps: [[{steps}]]}}\n{others}")


def test_row_41_one_template_too_many_is_denied_with_the_counts_per_source() -> None:
    lookup = TemplatesInMemory().add("v1", fan(199)).add("v2", fan(200))
    assert len(templates(flattened(workflow(CALL), lookup))) == 200
    error = denied_by(workflow(CALL, version="v2"), lookup)
    assert error.reason == Reason.LIMIT_EXCEEDED
    assert error.problem == (
        f"201 templates are needed, 200 are allowed: WorkflowTemplate/ci@{commit_of('v2')[:12]} 200, the Workflow 1"
    )
    assert "reference mode" in error.remedy


def test_a_closure_far_beyond_the_limit_is_not_followed_to_its_end() -> None:
    error = denied_by(workflow(CALL), TemplatesInMemory().add("v1", fan(100)), FlattenLimits(max_templates=5))
    assert error.problem == "more than 50 templates are needed, 5 are allowed"


def test_a_spec_that_is_too_large_is_denied_with_the_bytes_per_source() -> None:
    big = template("ci", f"templates: [{{name: build, container: {{image: {'x' * 2000}}}}}]")
    error = denied_by(workflow(CALL), TemplatesInMemory().add("v1", big), FlattenLimits(max_spec_bytes=2000))
    assert error.reason == Reason.LIMIT_EXCEEDED
    assert f"WorkflowTemplate/ci@{commit_of('v1')[:12]} 20" in error.problem
    assert "2000 are allowed" in error.problem


def chain(length: int) -> TemplatesInMemory:
    lookup = TemplatesInMemory().add("v1", template(f"c{length}", "templates: [{name: build, suspend: {}}]"))
    for index in range(length):
        target = f"{{name: c{index + 1}, template: build}}"
        name = f"c{index}" if index else "ci"
        lookup.add("v1", template(name, f"templates: [{{name: build, steps: [[{{name: a, templateRef: {target}}}]]}}]"))
    return lookup


def test_a_chain_of_references_is_followed_up_to_the_limits_and_no_further() -> None:
    result = flattened(workflow(CALL), chain(99))
    assert len(result.taken) == 100
    deep = denied_by(workflow(CALL), chain(100))
    assert (deep.reason, "more than 100 references" in deep.problem) == (Reason.LIMIT_EXCEEDED, True)
    wide = denied_by(workflow(CALL), chain(30), FlattenLimits(max_resources=20))
    assert (wide.reason, "more than 20 WorkflowTemplates" in wide.problem) == (Reason.LIMIT_EXCEEDED, True)


@pytest.mark.parametrize("field", ["template: other", "templateRef: {name: a, template: b}", "arguments: {}"])
def test_fields_of_other_versions_of_argo_are_refused_in_the_workflow_and_in_copies(field: str) -> None:
    name = field.split(":", maxsplit=1)[0]
    own = workflow(f"entrypoint: main\ntemplates: [{{name: main, {field}}}]")
    error = denied_by(own, TemplatesInMemory())
    assert (error.reason, error.site) == (Reason.UNSUPPORTED_REFERENCE, f"spec.templates[0].{name}")
    lookup = TemplatesInMemory().add("v1", template("ci", f"templates: [{{name: build, {field}}}]"))
    error = denied_by(workflow(CALL), lookup)
    assert error.reason == Reason.UNSUPPORTED_REFERENCE
    assert error.site.endswith(f"spec.templates[0].{name}")


@pytest.mark.parametrize(
    ("caller", "reason", "words"),
    [
        (
            "templateRef: {name: ci, template: build, runtimeResolution: true}",
            Reason.UNSUPPORTED_REFERENCE,
            "runtimeResolution",
        ),
        (
            "template: main, templateRef: {name: ci, template: build}",
            Reason.UNSUPPORTED_REFERENCE,
            "both templateRef and template",
        ),
        (
            "inline: {suspend: {}}, templateRef: {name: ci, template: build}",
            Reason.UNSUPPORTED_REFERENCE,
            "both templateRef and inline",
        ),
        ("templateRef: {name: ci}", Reason.INVALID_MANIFEST, "the template is missing"),
        ("templateRef: {template: build}", Reason.INVALID_MANIFEST, "the name is missing"),
    ],
)
def test_a_managed_reference_that_argo_would_not_accept_is_denied(caller: str, reason: Reason, words: str) -> None:
    text = f"entrypoint: main\ntemplates: [{{name: main, steps: [[{{name: call, {caller}}}]]}}]"
    lookup = TemplatesInMemory().add("v1", template("ci", "templates: [{name: build, suspend: {}}]"))
    error = denied_by(workflow(text), lookup)
    assert (error.reason, error.site) == (reason, SITE)
    assert words in error.problem
    unmanaged = workflow(text, version="")
    assert flatten(unmanaged, lookup).manifest is unmanaged


@pytest.mark.parametrize(
    "ci",
    [
        "templates: 5",
        "templates: [build]",
        "templates: [{name: build, steps: x}]",
        "templates: [{name: build, steps: [[x]]}]",
        "templates: [{name: build, dag: {tasks: {}}}]",
        "templates: [{name: build, dag: {tasks: [{inline: 5}]}}]",
        "templates: [{name: build, inputs: 5, dag: {tasks: [{inline: {inputs: {parameters: [1]}}}]}}]",
        "templates: [{name: build, metadata: x, container: {image: a}}]",
        "templates: [{name: build, metadata: {labels: [a]}, container: {image: a}}]",
        "{podMetadata: {labels: 5}, templates: [{name: build, container: {image: a}}]}",
        "{podMetadata: x, templates: [{name: build, container: {image: a}}]}",
        "templates: [{name: build, container: x}]",
        "templates: [{name: build, container: {volumeMounts: [x]}}]",
        "{volumes: [x], templates: [{name: build, container: {image: a, volumeMounts: [{name: v}]}}]}",
        "{templateDefaults: x, templates: [{name: build, container: {args: [a]}}]}",
    ],
)
def test_an_object_of_a_wrong_shape_is_denied_and_never_an_accident(ci: str) -> None:
    error = denied_by(workflow(CALL), TemplatesInMemory().add("v1", template("ci", ci)))
    assert error.reason == Reason.INVALID_MANIFEST


def test_a_name_in_template_defaults_would_mean_another_template_in_a_copied_dag() -> None:
    head = "templateDefaults: {dag: {tasks: [{name: audit, template: main}]}}\n"
    manifest = workflow("entrypoint: main\n" + head + "templates: [{name: main, steps: [[{name: call, "
                        "templateRef: {name: ci, template: build}}]]}]")  # fmt: skip
    dag = template("ci", "templates: [{name: build, dag: {tasks: [{name: a, inline: {suspend: {}}}]}}]")
    error = denied_by(manifest, TemplatesInMemory().add("v1", dag))
    assert (error.reason, error.site) == (Reason.UNFLATTENABLE, "spec.templateDefaults.dag.tasks[0].template")
    plain = template("ci", "templates: [{name: build, suspend: {}}]")
    assert len(templates(flattened(manifest, TemplatesInMemory().add("v1", plain)))) == 2


@pytest.mark.parametrize("kind", ["WorkflowTemplate", "ClusterWorkflowTemplate", "Pod", "WorkflowEventBinding", ""])
def test_other_kinds_come_back_as_they_are(kind: str) -> None:
    manifest: JsonValue = {**workflow(CALL), "kind": kind}
    result = flatten(manifest, TemplatesInMemory())
    assert result.manifest is manifest
    assert result.taken == ()
