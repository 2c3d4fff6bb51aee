"""Rows 8-10: loops and recursion inside what is copied."""

from __future__ import annotations

from tests.flatten.memory import TemplatesInMemory
from tests.flatten.running import callers, flattened, template, templates, workflow

CALL = """
    entrypoint: main
    templates: [{name: main, steps: [[{name: call, templateRef: {name: ci, template: flip}}]]}]
    """


def test_row_8_a_loop_inside_a_copy_is_kept() -> None:
    loop = template(
        "ci",
        """
        templates:
          - name: flip
            steps:
              - - name: each
                  template: say
                  withItems: [1, 2]
                  arguments: {parameters: [{name: x, value: "{{item}}"}]}
          - {name: say, inputs: {parameters: [{name: x}]}, container: {image: busybox}}
        """,
    )
    result = flattened(workflow(CALL), TemplatesInMemory().add("v1", loop))
    assert templates(result)["flip"]["steps"] == loop["spec"]["templates"][0]["steps"]


def test_row_9_a_template_that_calls_itself_both_ways_is_one_copy() -> None:
    coin = template(
        "ci",
        """
        templates:
          - name: flip
            steps:
              - - {name: heads, template: flip, when: "{{steps.x}} == heads"}
                - {name: tails, templateRef: {name: ci, template: flip}, when: "{{steps.x}} == tails"}
        """,
    )
    result = flattened(workflow(CALL), TemplatesInMemory().add("v1", coin))
    added = templates(result)
    assert list(added) == ["main", "flip"]
    assert [one["template"] for one in callers(added["flip"]).values()] == ["flip", "flip"]


def test_row_10_two_objects_that_call_each_other_are_two_copies() -> None:
    ping = template("ci", "templates: [{name: flip, steps: [[{name: next, templateRef: {name: cd, template: flop}}]]}]")
    pong = template("cd", "templates: [{name: flop, steps: [[{name: next, templateRef: {name: ci, template: flip}}]]}]")
    result = flattened(workflow(CALL), TemplatesInMemory().add("v1", ping, pong))
    added = templates(result)
    assert set(added) == {"main", "flip", "flop"}
    assert callers(added["flip"])["next"]["template"] == "flop"
    assert callers(added["flop"])["next"]["template"] == "flip"
