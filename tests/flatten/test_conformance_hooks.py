"""Rows 15-17: hooks and exit handlers."""

from __future__ import annotations

import pytest

from argosy.resolver.errors import Denied, Reason
from argosy.resolver.flatten import flatten
from tests.flatten.memory import TemplatesInMemory
from tests.flatten.running import callers, flattened, names, spec, template, templates, workflow

NOTIFY = template(
    "notify",
    """
    templates:
      - {name: say, container: {image: busybox}}
      - {name: report, container: {image: busybox, args: ["{{workflow.failures}}"]}}
      - {name: later, steps: [[{name: x, template: report}]]}
    """,
)
LOOKUP_SPEC = "entrypoint: main\ntemplates: [{name: main, container: {image: busybox}}]\n"


def test_row_15_a_workflow_hook_becomes_local_and_keeps_its_expression() -> None:
    result = flattened(
        workflow(
            LOOKUP_SPEC
            + 'hooks: {running: {expression: workflow.status == "Running", templateRef: {name: notify, template: say}}}'
        ),
        TemplatesInMemory().add("v1", NOTIFY),
    )
    assert spec(result)["hooks"] == {"running": {"expression": 'workflow.status == "Running"', "template": "say"}}


def test_a_hooks_reference_beats_the_local_name_beside_it() -> None:
    hook = 'hooks: {running: {expression: "true", template: main, templateRef: {name: notify, template: say}}}'
    result = flattened(workflow(LOOKUP_SPEC + hook), TemplatesInMemory().add("v1", NOTIFY))
    assert spec(result)["hooks"]["running"] == {"expression": "true", "template": "say"}


def test_row_16_hooks_and_exit_handlers_inside_a_copy_call_templates_of_their_own_object() -> None:
    ci = template(
        "ci",
        """
        templates:
          - name: build
            steps: [[{name: a, template: say, onExit: say, hooks: {running: {expression: "true", template: say}}}]]
          - name: test
            dag: {tasks: [{name: a, template: say, onExit: say, hooks: {exit: {template: say}}}]}
          - {name: say, container: {image: ci}}
        """,
    )
    result = flattened(
        workflow(
            """
            entrypoint: main
            templates:
              - name: main
                steps:
                  - - {name: b, templateRef: {name: ci, template: build}}
                    - {name: t, templateRef: {name: ci, template: test}}
              - {name: say, container: {image: own}}
            """
        ),
        TemplatesInMemory().add("v1", ci),
    )
    added, name = templates(result), names(result)["ci/say"]
    assert callers(added["build"])["a"] == {
        "name": "a",
        "template": name,
        "onExit": name,
        "hooks": {"running": {"expression": "true", "template": name}},
    }
    assert callers(added["test"])["a"] == {
        "name": "a",
        "template": name,
        "onExit": name,
        "hooks": {"exit": {"template": name}},
    }
    assert added[name]["container"] == {"image": "ci"}


@pytest.mark.parametrize("target", ["report", "later"])
def test_row_17_an_exit_hook_that_reads_the_failures_becomes_on_exit(target: str) -> None:
    exit_hook = f"exit: {{templateRef: {{name: notify, template: {target}}}}}"
    hooks = f'hooks: {{{exit_hook}, x: {{expression: "1", template: main}}}}'
    result = flattened(workflow(LOOKUP_SPEC + hooks), TemplatesInMemory().add("v1", NOTIFY))
    assert spec(result)["onExit"] == target
    assert spec(result)["hooks"] == {"x": {"expression": "1", "template": "main"}}


@pytest.mark.parametrize(
    ("name", "arguments", "expected"),
    [
        ("a-{{inputs.parameters.x}}", "", "onExit"),
        ("a-1", "", "hooks"),
        ("a-{{inputs.parameters.x}}", ", arguments: {parameters: [{name: a, value: b}]}", "hooks"),
    ],
)
def test_an_exit_hook_that_reads_an_artifact_whose_name_is_known_when_it_runs_becomes_on_exit(
    name: str, arguments: str, expected: str
) -> None:
    notify = template(
        "notify",
        """
        templates:
          - name: show
            steps:
              - - name: a
                  template: say
                  arguments: {artifacts: [{name: a, from: "{{workflow.outputs.artifacts.a-1}}"}]}
          - {name: say, inputs: {artifacts: [{name: a, path: /a}]}, container: {image: busybox}}
        """,
    )
    output = f"outputs: {{artifacts: [{{name: a, path: /a, globalName: '{name}'}}]}}"
    main = f"entrypoint: main\ntemplates: [{{name: main, container: {{image: busybox}}, {output}}}]\n"
    hooks = f"hooks: {{exit: {{templateRef: {{name: notify, template: show}}{arguments}}}}}"

    result = flattened(workflow(main + hooks), TemplatesInMemory().add("v1", notify))

    assert [field for field in ("onExit", "hooks") if field in spec(result)] == [expected]


def test_an_exit_hook_that_does_not_read_the_failures_stays_a_hook() -> None:
    hooks = "hooks: {exit: {templateRef: {name: notify, template: say}}}"
    result = flattened(workflow(LOOKUP_SPEC + hooks), TemplatesInMemory().add("v1", NOTIFY))
    assert spec(result)["hooks"] == {"exit": {"template": "say"}}
    assert "onExit" not in spec(result)


@pytest.mark.parametrize(
    ("hooks", "site"),
    [
        (
            "{exit: {templateRef: {name: notify, template: report}, arguments: {parameters: [{name: a, value: b}]}}}",
            "spec.hooks.exit.templateRef",
        ),
        (
            '{other: {expression: "true", templateRef: {name: notify, template: report}}}',
            "spec.hooks.other.templateRef",
        ),
    ],
)
def test_row_17_a_hook_that_cannot_become_on_exit_is_denied(hooks: str, site: str) -> None:
    with pytest.raises(Denied) as denied:
        flatten(workflow(f"{LOOKUP_SPEC}hooks: {hooks}"), TemplatesInMemory().add("v1", NOTIFY))
    assert (denied.value.reason, denied.value.site) == (Reason.UNFLATTENABLE, site)


def test_beside_on_exit_any_hook_may_read_the_failures() -> None:
    hooks = 'onExit: main\nhooks: {other: {expression: "true", templateRef: {name: notify, template: report}}}'
    result = flattened(workflow(LOOKUP_SPEC + hooks), TemplatesInMemory().add("v1", NOTIFY))
    assert spec(result)["onExit"] == "main"
    assert spec(result)["hooks"]["other"]["template"] == "report"
