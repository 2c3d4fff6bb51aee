"""Rows 1-3, 5-7, 11, 28 and 44: what copies are called, and which one each caller reaches."""

from __future__ import annotations

import re

from argosy.resolver.flatten import WorkflowDefaults
from argosy.resolver.manifests import TemplateName
from tests.flatten.memory import TemplatesInMemory
from tests.flatten.running import callers, cluster_template, flattened, names, spec, template, templates, workflow

HELLO = template(
    "hello-templates",
    """
    templates:
      - name: print-message
        inputs: {parameters: [{name: message}]}
        container: {image: busybox, args: ["{{inputs.parameters.message}}"]}
    """,
)
CALL_HELLO = """
    entrypoint: main
    templates:
      - name: main
        steps:
          - - name: call
              templateRef: {name: hello-templates, template: print-message}
              arguments: {parameters: [{name: message, value: hello}]}
    """


def test_row_1_a_referenced_container_is_added_under_its_own_name() -> None:
    result = flattened(workflow(CALL_HELLO), TemplatesInMemory().add("v1", HELLO))
    added = templates(result)
    assert list(added) == ["main", "print-message"]
    assert callers(added["main"])["call"] == {
        "name": "call",
        "template": "print-message",
        "arguments": {"parameters": [{"name": "message", "value": "hello"}]},
    }
    assert added["print-message"] == HELLO["spec"]["templates"][0]


def test_row_2_two_templates_of_one_name_stay_two_and_each_caller_gets_its_own() -> None:
    inner = template(
        "inner",
        """
        templates:
          - name: inner-steps
            steps: [[{name: mine, template: print-message}]]
          - name: print-message
            container: {image: inner}
        """,
    )
    result = flattened(
        workflow(
            """
            entrypoint: main
            templates:
              - name: main
                steps:
                  - - {name: one, templateRef: {name: hello-templates, template: print-message}}
                    - {name: two, templateRef: {name: inner, template: inner-steps}}
            """
        ),
        TemplatesInMemory().add("v1", HELLO, inner),
    )
    added, given = templates(result), names(result)
    assert re.fullmatch(r"print-message-inner-[0-9a-f]{10}", given["inner/print-message"])
    assert re.fullmatch(r"print-message-hello-templates-[0-9a-f]{10}", given["hello-templates/print-message"])
    assert callers(added["main"])["one"]["template"] == given["hello-templates/print-message"]
    assert callers(added["inner-steps"])["mine"]["template"] == given["inner/print-message"]
    assert added[given["inner/print-message"]]["container"] == {"image": "inner"}


def test_row_3_a_diamond_copies_its_template_once() -> None:
    nested = template(
        "nested",
        """
        templates:
          - name: diamond
            dag:
              tasks:
                - {name: a, templateRef: {name: hello-templates, template: print-message}}
                - {name: b, templateRef: {name: hello-templates, template: print-message}, depends: a}
        """,
    )
    result = flattened(
        workflow(
            """
            entrypoint: main
            templates:
              - name: main
                dag:
                  tasks:
                    - {name: a, templateRef: {name: hello-templates, template: print-message}}
                    - {name: b, templateRef: {name: hello-templates, template: print-message}, depends: a}
                    - {name: c, templateRef: {name: hello-templates, template: print-message}, depends: a}
                    - {name: d, templateRef: {name: nested, template: diamond}, depends: b && c}
            """
        ),
        TemplatesInMemory().add("v1", HELLO, nested),
    )
    assert set(templates(result)) == {"main", "print-message", "diamond"}


def test_row_5_one_name_in_both_scopes_is_two_identities() -> None:
    body = "templates: [{name: greet, container: {image: %s}}]"
    lookup = TemplatesInMemory().add(
        "v1", template("both", body % "namespaced"), cluster_template("both", body % "cluster")
    )
    result = flattened(
        workflow(
            """
            entrypoint: main
            templates:
              - name: main
                steps:
                  - - {name: near, templateRef: {name: both, template: greet}}
                    - {name: far, templateRef: {name: both, template: greet, clusterScope: true}}
            """
        ),
        lookup,
    )
    added = templates(result)
    images = {name: added[one["template"]]["container"]["image"] for name, one in callers(added["main"]).items()}
    assert images == {"near": "namespaced", "far": "cluster"}


def test_row_6_a_local_template_that_reaches_its_namesake_does_not_call_itself() -> None:
    outer = template(
        "outer",
        """
        templates:
          - name: whalesay
            steps: [[{name: call, templateRef: {name: inner, template: whalesay}}]]
        """,
    )
    inner = template("inner", "templates: [{name: whalesay, container: {image: whale}}]")
    own = workflow(
        """
        entrypoint: whalesay
        templates:
          - name: whalesay
            steps: [[{name: call, templateRef: {name: outer, template: whalesay}}]]
        """
    )
    result = flattened(own, TemplatesInMemory().add("v1", outer, inner))
    added, given = templates(result), names(result)
    assert callers(added["whalesay"])["call"]["template"] == given["outer/whalesay"]
    assert callers(added[given["outer/whalesay"]])["call"]["template"] == given["inner/whalesay"]
    assert added[given["inner/whalesay"]]["container"] == {"image": "whale"}
    assert len(added) == 3


def test_row_7_local_names_bind_in_the_object_that_defines_them() -> None:
    first = template(
        "first",
        """
        templates:
          - {name: hello, container: {image: first}}
          - name: steps
            steps: [[{name: a, template: hello}, {name: b, templateRef: {name: second, template: steps}}]]
        """,
    )
    second = template(
        "second",
        """
        templates:
          - {name: hello, container: {image: second}}
          - {name: steps, steps: [[{name: a, template: hello}]]}
        """,
    )
    result = flattened(
        workflow(
            """
            entrypoint: steps
            templates:
              - {name: hello, container: {image: own}}
              - name: steps
                steps: [[{name: a, template: hello}, {name: b, templateRef: {name: first, template: steps}}]]
            """
        ),
        TemplatesInMemory().add("v1", first, second),
    )
    added = templates(result)

    def image(steps: str) -> str:
        return str(added[callers(added[steps])["a"]["template"]]["container"]["image"])

    first_steps = callers(added["steps"])["b"]["template"]
    second_steps = callers(added[first_steps])["b"]["template"]
    assert [image(one) for one in ("steps", first_steps, second_steps)] == ["own", "first", "second"]


def test_row_11_one_object_at_two_versions_is_copied_twice() -> None:
    lookup = TemplatesInMemory()
    for version in ("v1", "v2"):
        lookup.add(version, template("ci", f"templates: [{{name: build, container: {{image: 'ci:{version}'}}}}]"))
    result = flattened(
        workflow(
            """
            entrypoint: old
            templates:
              - name: old
                metadata: {labels: {pipekit.io.templates.gitVersion: v1}}
                steps: [[{name: call, templateRef: {name: ci, template: build}}]]
              - name: new
                metadata: {labels: {pipekit.io.templates.gitVersion: v2}}
                steps: [[{name: call, templateRef: {name: ci, template: build}}]]
            """,
            version="",
        ),
        lookup,
    )
    added = templates(result)
    images = {name: added[callers(added[name])["call"]["template"]]["container"]["image"] for name in ("old", "new")}
    assert images == {"old": "ci:v1", "new": "ci:v2"}
    assert len({one.name for one in result.renames}) == 2


def test_row_28_the_entrypoint_keeps_its_name_when_a_copy_has_the_same() -> None:
    library = template("library", 'templates: [{name: main, container: {image: "{{workflow.mainEntrypoint}}"}}]')
    result = flattened(
        workflow(
            """
            entrypoint: main
            templates: [{name: main, steps: [[{name: call, templateRef: {name: library, template: main}}]]}]
            """
        ),
        TemplatesInMemory().add("v1", library),
    )
    assert spec(result)["entrypoint"] == "main"
    assert "steps" in templates(result)["main"]


def test_row_44_while_a_reference_stays_for_the_cluster_no_copy_keeps_its_bare_name() -> None:
    in_cluster = {"name": "in-cluster", "template": "print-message"}
    result = flattened(
        workflow(
            """
            entrypoint: main
            templates:
              - name: main
                metadata: {labels: {pipekit.io.templates.gitVersion: v1}}
                steps: [[{name: call, templateRef: {name: hello-templates, template: print-message}}]]
              - name: other
                steps: [[{name: call, templateRef: {name: in-cluster, template: print-message}}]]
            """,
            version="",
        ),
        TemplatesInMemory().add("v1", HELLO),
    )
    added = templates(result)
    assert callers(added["other"])["call"]["templateRef"] == in_cluster
    assert "print-message" not in added
    assert names(result)["hello-templates/print-message"].startswith("print-message-hello-templates-")


def test_names_that_workflow_defaults_may_bring_are_left_free() -> None:
    defaults = WorkflowDefaults(frozenset({TemplateName("print-message")}))
    result = flattened(workflow(CALL_HELLO), TemplatesInMemory().add("v1", HELLO), defaults=defaults)
    assert "print-message" not in templates(result)


def test_a_local_name_that_leads_nowhere_yet_is_not_captured_by_a_copy() -> None:
    result = flattened(
        workflow(
            """
            entrypoint: main
            onExit: print-message
            templates:
              - {name: main, steps: [[{name: call, templateRef: {name: hello-templates, template: print-message}}]]}
            """
        ),
        TemplatesInMemory().add("v1", HELLO),
    )
    assert "print-message" not in templates(result)
