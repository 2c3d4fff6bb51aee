"""Rows 33 and 34: inline bodies inside what is copied."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import pytest

from argosy.resolver.errors import Denied, Reason
from tests.flatten.memory import TemplatesInMemory
from tests.flatten.running import callers, flattened, names, template, templates, workflow

if TYPE_CHECKING:
    from argosy.resolver.manifests import JsonValue

CALL = """
    entrypoint: main
    podMetadata: {labels: {both: pod}}
    templateDefaults: {metadata: {labels: {both: defaults}}}
    templates: [{name: main, steps: [[{name: call, templateRef: {name: ci, template: outer}}]]}]
    """

OUTER = """
    podMetadata: {labels: {team: ci}}
    templates:
      - name: outer
        inputs: {parameters: [{name: x}, {name: y}]}
        dag:
          tasks:
            - name: body
              inline: {inputs: {parameters: [%(inputs)s]}, container: {image: a, args: ["%(text)s"]}}
              arguments: {parameters: [%(arguments)s]}
              %(loop)s
    """


def lookup(inputs: str = "", text: str = "", arguments: str = "", loop: str = "depends: z") -> TemplatesInMemory:
    values = {"inputs": inputs, "text": text, "arguments": arguments, "loop": loop}
    return TemplatesInMemory().add("v1", template("ci", OUTER % values))


def written(found: TemplatesInMemory) -> JsonValue:
    """The outer template as it stands in git."""
    return cast("JsonValue", found.resource("v1", "WorkflowTemplate", "ci").manifest)["spec"]["templates"][0]


PASSED = '{name: x, value: "{{inputs.parameters.x}}"}'
OTHER = "{name: x, value: other}"


@pytest.mark.parametrize(
    ("inputs", "text", "arguments", "loop"),
    [
        ("{name: x}", "{{inputs.parameters.x}}", PASSED, ""),
        ("{name: z}", "{{inputs.parameters.z}}", "{name: z, value: other}", ""),
        ("", "{{workflow.name}} {{pod.name}} {{tasks.before.outputs.result}}", "", ""),
        ("{name: x}", "{{inputs.parameters.x}}", OTHER, "withItems: [1]"),
        ("{name: x}", "{{inputs.parameters.x}}", OTHER, 'withParam: "[1]"'),
        ("{name: x}", "{{node.name}}", OTHER, "withSequence: {count: 2}"),
    ],
)
def test_row_33_a_body_that_is_given_the_same_either_way_stays_inline(
    inputs: str, text: str, arguments: str, loop: str
) -> None:
    found = lookup(inputs, text, arguments, loop or "depends: z")
    result = flattened(workflow(CALL), found)
    assert templates(result)["outer"]["dag"] == written(found)["dag"]
    assert list(templates(result)) == ["main", "outer"]


@pytest.mark.parametrize(
    ("inputs", "text", "arguments"),
    [
        ("{name: x}", "{{inputs.parameters.x}}", OTHER),
        ("{name: x, value: default}", "{{inputs.parameters.x}}", ""),
        ("{name: x}", "{{inputs.parameters.x}}", '{name: x, value: "{{inputs.parameters.y}}"}'),
        ("{name: x}", "{{inputs.parameters.x}}", '{name: x, value: "{{inputs.parameters.x}}!"}'),
        ("", "{{node.name}}", ""),
        ("", "{{ steps.name }}", ""),
        ("", "{{tasks.name}}", ""),
        ("{name: z}", "{{inputs.parameters}}", "{name: z, value: other}"),
    ],
)
def test_row_34_a_body_that_the_parent_would_reach_into_becomes_a_template(
    inputs: str, text: str, arguments: str
) -> None:
    found = lookup(inputs, text, arguments)
    result = flattened(workflow(CALL), found)
    added = templates(result)
    (hoisted,) = set(added) - {"main", "outer"}
    task = callers(added["outer"])["body"]
    assert task["template"] == hoisted
    assert "inline" not in task
    assert task["depends"] == "z"
    body = written(found)["dag"]["tasks"][0]["inline"]
    assert {key: value for key, value in added[hoisted].items() if key not in ("name", "metadata")} == body
    assert hoisted.startswith("outer-dag-tasks-0")


def test_a_hoisted_body_gets_no_pod_metadata_of_its_object_but_keeps_template_defaults_first() -> None:
    result = flattened(workflow(CALL), lookup("{name: x}", "", OTHER))
    (hoisted,) = set(templates(result)) - {"main", "outer"}
    assert templates(result)[hoisted]["metadata"] == {"labels": {"both": "defaults"}}
    assert templates(result)["outer"]["metadata"] == {"labels": {"both": "defaults", "team": "ci"}}


def test_an_artifact_whose_path_the_parent_would_fill_in_is_a_reason_too() -> None:
    text = """
        templates:
          - name: outer
            inputs: {artifacts: [{name: a, path: /parent}]}
            steps:
              - - name: body
                  inline:
                    inputs: {artifacts: [{name: a, path: /own}]}
                    container: {image: a, args: ["{{inputs.artifacts.a.path}}"]}
        """
    result = flattened(workflow(CALL), TemplatesInMemory().add("v1", template("ci", text)))
    assert len(templates(result)) == 3


def test_references_inside_a_body_are_followed_in_the_object_that_holds_it() -> None:
    text = """
        templates:
          - name: outer
            inputs: {parameters: [{name: x}]}
            dag:
              tasks:
                - {name: kept, inline: {steps: [[{name: a, template: say}]]}}
                - name: hoisted
                  inline:
                    inputs: {parameters: [{name: x}]}
                    steps: [[{name: a, template: say}, {name: b, templateRef: {name: ci, template: say}}]]
                  arguments: {parameters: [{name: x, value: other}]}
          - {name: say, container: {image: ci}}
          - {name: main, container: {image: unused}}
        """
    result = flattened(workflow(CALL), TemplatesInMemory().add("v1", template("ci", text)))
    added = templates(result)
    tasks = callers(added["outer"])
    assert callers(tasks["kept"]["inline"])["a"]["template"] == "say"
    assert [one["template"] for one in callers(added[tasks["hoisted"]["template"]]).values()] == ["say", "say"]
    assert names(result)["ci/say"] == "say"


def test_a_body_of_the_workflow_itself_is_left_inline() -> None:
    result = flattened(
        workflow(
            """
            entrypoint: main
            templates:
              - name: main
                inputs: {parameters: [{name: x, value: a}]}
                steps:
                  - - name: body
                      inline:
                        inputs: {parameters: [{name: x}]}
                        steps: [[{name: call, templateRef: {name: ci, template: outer}}]]
                      arguments: {parameters: [{name: x, value: other}]}
            """
        ),
        TemplatesInMemory().add("v1", template("ci", "templates: [{name: outer, container: {image: a}}]")),
    )
    body = callers(templates(result)["main"])["body"]["inline"]
    assert callers(body)["call"]["template"] == "outer"


def test_a_hoisted_body_asks_as_the_template_that_held_it() -> None:
    text = """
        templates:
          - name: outer
            metadata: {labels: {pipekit.io.templates.gitVersion: v2}}
            inputs: {parameters: [{name: x}]}
            steps:
              - - name: body
                  inline:
                    inputs: {parameters: [{name: x}]}
                    steps: [[{name: call, templateRef: {name: say, template: say}}]]
                  arguments: {parameters: [{name: x, value: other}]}
        """
    found = TemplatesInMemory().add("v1", template("ci", text))
    for version in ("v1", "v2"):
        found.add(version, template("say", f"templates: [{{name: say, container: {{image: {version}}}}}]"))
    assert templates(flattened(workflow(CALL), found))["say"]["container"] == {"image": "v2"}


def test_a_body_inside_a_body_from_git_is_denied_with_its_place() -> None:
    text = """
        templates:
          - name: unused
            container: {image: a}
          - name: outer
            dag:
              tasks:
                - name: body
                  inline: {steps: [[{name: deeper, inline: {container: {image: a}}}]]}
        """
    found = TemplatesInMemory().add("v1", template("ci", text))

    with pytest.raises(Denied, match="an inline template stands inside another; make the inner one") as caught:
        flattened(workflow(CALL), found)

    assert caught.value.reason is Reason.UNFLATTENABLE
    assert caught.value.site.endswith("spec.templates[1].dag.tasks[0].inline.steps[0][0].inline")
