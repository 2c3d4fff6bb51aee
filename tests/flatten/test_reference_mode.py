"""Row 45 and reference mode: references stay, under names that never change, of objects that are delivered."""

from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING, cast

import pytest

from argosy.resolver.contract import DELETE_AT, RUNNER, VERSION
from argosy.resolver.errors import Denied, Reason
from argosy.resolver.flatten import flatten
from argosy.resolver.flattened import Flattened, Mode
from argosy.resolver.manifests import Namespace
from argosy.resolver.naming import is_versioned
from argosy.resolver.references import references
from tests.flatten.memory import TemplatesInMemory
from tests.flatten.running import callers, cluster_template, flattened, spec, template, templates, workflow

if TYPE_CHECKING:
    from argosy.resolver.manifests import JsonValue

CALL = """
    entrypoint: main
    templates: [{name: main, steps: [[{name: call, templateRef: {name: ci, template: build}}]]}]
    """


def by_reference(manifest: JsonValue, lookup: TemplatesInMemory, namespace: str = "") -> Flattened:
    return flattened(manifest, lookup, mode=Mode.REFERENCE, namespace=Namespace(namespace))


def delivered(result: Flattened) -> dict[str, JsonValue]:
    """The deliveries by name; each name is that of one object, and each reference leads to one of them."""
    found = {one["metadata"]["name"]: one for one in cast("tuple[JsonValue, ...]", result.deliveries)}
    assert len(found) == len(result.deliveries)
    for manifest in (cast("JsonValue", result.manifest), *found.values()):
        for reference in references(manifest):
            assert not is_versioned(reference.resource) or reference.resource in found
    return found


def versioned(result: Flattened) -> dict[str, str]:
    """The name that each object is delivered under."""
    return {str(one.identity.resource): str(one.name) for one in result.renames}


def test_row_45_the_workflow_keeps_its_reference_and_only_the_name_changes() -> None:
    lookup = TemplatesInMemory().add("v1", template("ci", "entrypoint: build\ntemplates: [{name: build, suspend: {}}]"))
    manifest = workflow("workflowTemplateRef: {name: ci}\narguments: {parameters: [{name: a, value: b}]}")
    result = by_reference(manifest, lookup)
    name = versioned(result)["ci"]
    assert name.startswith("ci-g")
    assert result.manifest == {**manifest, "spec": {**manifest["spec"], "workflowTemplateRef": {"name": name}}}
    assert delivered(result)[name] == {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "WorkflowTemplate",
        "metadata": {"name": name},
        "spec": {"entrypoint": "build", "templates": [{"name": "build", "suspend": {}}]},
    }


def test_a_template_reference_changes_its_name_only() -> None:
    lookup = TemplatesInMemory().add("v1", cluster_template("ci", "templates: [{name: build, suspend: {}}]"))
    manifest = workflow(CALL.replace("template: build", "template: build, clusterScope: true"))
    result = by_reference(manifest, lookup, "team-a")
    name = versioned(result)["ci"]
    call = callers(templates(result)["main"])["call"]
    assert call == {"name": "call", "templateRef": {"name": name, "template": "build", "clusterScope": True}}
    (one,) = delivered(result).values()
    assert (one["kind"], one["metadata"]) == ("ClusterWorkflowTemplate", {"name": name})


@pytest.mark.parametrize(("namespace", "expected"), [("team-a", "team-a"), ("", "own")])
def test_objects_are_delivered_to_the_namespace_of_the_request(namespace: str, expected: str) -> None:
    lookup = TemplatesInMemory().add("v1", template("ci", "templates: [{name: build, suspend: {}}]"))
    result = by_reference(workflow(CALL, namespace="own"), lookup, namespace)
    assert [one["metadata"]["namespace"] for one in delivered(result).values()] == [expected]


def test_objects_that_refer_to_each_other_in_circles_are_delivered_under_names_that_fit_together() -> None:
    ping = template(
        "ci",
        """
        hooks: {exit: {templateRef: {name: cd, template: back}}}
        templates:
          - name: build
            dag: {tasks: [{name: a, templateRef: {name: cd, template: back}}, {name: b, template: build}]}
          - {name: self, steps: [[{name: a, templateRef: {name: ci, template: build}}]]}
        """,
    )
    pong = template("cd", "templates: [{name: back, steps: [[{name: a, templateRef: {name: ci, template: build}}]]}]")
    result = by_reference(workflow(CALL), TemplatesInMemory().add("v1", ping, pong))
    found, name = delivered(result), versioned(result)
    told = {(one.site, one.resource) for one in references(found[name["ci"]]) if one.resource}
    assert told == {
        ("spec.hooks.exit.templateRef", name["cd"]),
        ("spec.templates[0].dag.tasks[0].templateRef", name["cd"]),
        ("spec.templates[1].steps[0][0].templateRef", name["ci"]),
    }
    assert [one.resource for one in references(found[name["cd"]])] == [name["ci"]]
    assert [str(one.resource.name) for one in result.taken] == ["cd", "ci"]


def _name_of_ci(lookup: TemplatesInMemory, version: str = "v1") -> str:
    return versioned(by_reference(workflow(CALL, version=version), lookup))["ci"]


def test_the_name_changes_with_anything_that_is_reached_and_with_nothing_else() -> None:
    ci = template(
        "ci",
        """
        templates:
          - {name: build, steps: [[{name: a, templateRef: {name: cd, template: go}}]]}
        """,
    )
    cd = "templates: [{name: go, steps: [[{name: a, templateRef: {name: %s, template: go}}]]}, {name: x, suspend: {}}]"
    ef = "templates: [{name: go, container: {image: %s}}]"
    more = """
        templates:
          - {name: build, steps: [[{name: a, templateRef: {name: cd, template: go}}]]}
          - {name: go, suspend: {}}
        """
    lookup = (
        TemplatesInMemory()
        .add("v1", ci, template("cd", cd % "ef"), template("ef", ef % "a"))
        .add("v2", ci, template("cd", cd % "ef"), template("ef", ef % "b"))
        .add("v3", ci, template("cd", cd % "ef"), template("ef", ef % "a"), template("unrelated", "{}"))
        .add("v4", ci, template("cd", cd % "cd"))
        .add("v5", template("ci", more), template("cd", cd % "ci"))
    )
    names = {version: _name_of_ci(lookup, version) for version in ("v1", "v2", "v3", "v4", "v5")}
    assert names["v3"] == names["v1"]
    assert len(set(names.values())) == 4


def test_the_name_of_an_object_is_the_same_whoever_refers_to_it() -> None:
    ci = template("ci", "templates: [{name: build, steps: [[{name: a, templateRef: {name: cd, template: go}}]]}]")
    cd = template("cd", "templates: [{name: go, steps: [[{name: a, templateRef: {name: ci, template: build}}]]}]")
    lookup = TemplatesInMemory().add("v1", ci, cd)
    other = workflow(CALL.replace("name: ci, template: build", "name: cd, template: go"))
    first, second = by_reference(workflow(CALL), lookup), by_reference(other, lookup)
    assert versioned(first) == versioned(second)
    assert delivered(first) == delivered(second)


def test_a_reference_at_another_version_leads_to_another_delivery() -> None:
    asking = "metadata: {labels: {pipekit.io.templates.gitVersion: v2}}, "
    call = "steps: [[{name: a, templateRef: {name: ci, template: leaf}}]]"
    lookup = TemplatesInMemory().add(
        "v1", template("ci", f"templates: [{{name: build, {asking}{call}}}, {{name: leaf, suspend: {{}}}}]")
    )
    lookup.add("v2", template("ci", "templates: [{name: leaf, suspend: {duration: 1}}]"))
    result = by_reference(workflow(CALL), lookup)
    assert len(delivered(result)) == 2
    assert len({one.name for one in result.renames}) == 2


def test_a_templates_name_with_a_variable_stays_for_the_run() -> None:
    lookup = TemplatesInMemory().add("v1", template("ci", "templates: [{name: build, suspend: {}}]"))
    manifest = workflow(CALL.replace("template: build", 'template: "{{item}}"'))
    result = by_reference(manifest, lookup)
    reference = callers(templates(result)["main"])["call"]["templateRef"]
    assert reference == {"name": versioned(result)["ci"], "template": "{{item}}"}
    assert result.frozen == ()


def test_an_objects_name_with_a_variable_is_frozen_or_denied() -> None:
    lookup = TemplatesInMemory().add("v1", template("ci", "templates: [{name: build, suspend: {}}]"))
    head = "arguments: {parameters: [{name: which, value: ci}]}\n"
    call = "{name: call, templateRef: {name: '%s', template: build}}"
    text = f"entrypoint: main\ntemplates: [{{name: main, steps: [[{call}]]}}]"
    result = by_reference(workflow(head + text % "{{workflow.parameters.which}}"), lookup)
    assert callers(templates(result)["main"])["call"]["templateRef"]["name"] == versioned(result)["ci"]
    assert result.frozen == ("spec.templates[0].steps[0][0].templateRef",)
    with pytest.raises(Denied) as denied:
        flatten(workflow(head + text % "{{item}}"), lookup, mode=Mode.REFERENCE)
    assert denied.value.reason == Reason.DYNAMIC_REFERENCE


def test_a_parameter_of_the_adopted_template_answers_for_a_name_with_a_variable() -> None:
    body = """
        arguments: {parameters: [{name: which, value: cd}]}
        templates:
          - name: build
            steps: [[{name: a, templateRef: {name: "{{workflow.parameters.which}}", template: go}}]]
        """
    lookup = TemplatesInMemory().add(
        "v1",
        template("ci", body),
        template("cd", "templates: [{name: go, suspend: {}}]"),
        template("ef", "templates: [{name: go, suspend: {}}]"),
    )
    assert set(versioned(by_reference(workflow("workflowTemplateRef: {name: ci}"), lookup))) == {"ci", "cd"}
    own = "workflowTemplateRef: {name: ci}\narguments: {parameters: [{name: which, value: ef}]}"
    assert set(versioned(by_reference(workflow(own), lookup))) == {"ci", "ef"}


def test_what_asks_for_no_version_stays_and_nothing_is_delivered_for_it() -> None:
    lookup = TemplatesInMemory().add("v1", template("ci", "templates: [{name: build, suspend: {}}]"))
    manifest = workflow(
        """
        entrypoint: main
        templates:
          - name: main
            metadata: {labels: {pipekit.io.templates.gitVersion: v1}}
            steps: [[{name: call, templateRef: {name: ci, template: build}}]]
          - name: other
            steps: [[{name: call, templateRef: {name: in-cluster, template: build}}]]
        """,
        version="",
    )
    result = by_reference(manifest, lookup)
    assert spec(result)["templates"][1] is manifest["spec"]["templates"][1]
    assert len(result.deliveries) == 1
    untouched = workflow(CALL, version="")
    assert flatten(untouched, lookup, mode=Mode.REFERENCE).manifest is untouched


def test_metadata_comes_along_without_what_argosy_writes_or_reads() -> None:
    ci: JsonValue = template("ci", "templates: [{name: build, suspend: {}}]")
    ci["metadata"] |= {
        "labels": {"team": "a", RUNNER: "forged", VERSION: "v9"},
        "annotations": {"workflows.argoproj.io/title": "Build", DELETE_AT: "1"},
        "ownerReferences": [{"name": "x"}],
    }
    (one,) = delivered(by_reference(workflow(CALL), TemplatesInMemory().add("v1", ci))).values()
    assert one["metadata"]["labels"] == {"team": "a"}
    assert one["metadata"]["annotations"] == {"workflows.argoproj.io/title": "Build"}
    assert set(one["metadata"]) == {"name", "labels", "annotations"}


def test_numbers_from_git_become_strings_in_what_is_delivered() -> None:
    parameters = "{parameters: [{name: a, value: 3}]}"
    body = f"arguments: {parameters}\ntemplates: [{{name: build, inputs: {parameters}, suspend: {{}}}}]"
    (one,) = delivered(by_reference(workflow(CALL), TemplatesInMemory().add("v1", template("ci", body)))).values()
    for holder in (one["spec"]["arguments"], one["spec"]["templates"][0]["inputs"]):
        assert holder["parameters"] == [{"name": "a", "value": "3"}]


@pytest.mark.parametrize(
    ("manifest", "reason", "site"),
    [
        (
            workflow(CALL.replace("template: build", "template: gone")),
            Reason.TEMPLATE_NOT_FOUND,
            "spec.templates[0].steps[0][0].templateRef",
        ),
        (workflow("workflowTemplateRef: {name: nested}"), Reason.UNSUPPORTED_REFERENCE, "spec.workflowTemplateRef"),
        (
            workflow("workflowTemplateRef: {name: ci}\ntemplates: [{name: a, suspend: {}}]"),
            Reason.UNSUPPORTED_REFERENCE,
            "spec.workflowTemplateRef",
        ),
    ],
)
def test_what_could_not_run_is_denied(manifest: JsonValue, reason: Reason, site: str) -> None:
    lookup = TemplatesInMemory().add(
        "v1",
        template("ci", "templates: [{name: build, suspend: {}}]"),
        template("nested", "workflowTemplateRef: {name: ci}"),
    )
    with pytest.raises(Denied) as denied:
        flatten(manifest, lookup, mode=Mode.REFERENCE)
    assert (denied.value.reason, denied.value.site) == (reason, site)


def test_a_workflow_resolved_by_reference_is_not_resolved_again_in_either_mode() -> None:
    lookup = TemplatesInMemory().add("v1", template("ci", "templates: [{name: build, suspend: {}}]"))
    once = by_reference(workflow(CALL), lookup).manifest
    assert flatten(once, lookup, mode=Mode.FLATTEN).manifest is once
    assert flatten(once, lookup, mode=Mode.REFERENCE).manifest is once


def test_a_long_chain_of_objects_is_followed_without_recursion() -> None:
    lookup = TemplatesInMemory().add("v1", template("c150", "templates: [{name: build, suspend: {}}]"))
    for index in range(150):
        name = f"c{index}" if index else "ci"
        step = f"{{name: a, templateRef: {{name: c{index + 1}, template: build}}}}"
        lookup.add("v1", template(name, f"templates: [{{name: build, steps: [[{step}]]}}]"))
    assert len(by_reference(workflow(CALL), lookup).deliveries) == 151


def test_the_name_changes_with_where_references_lead_even_among_the_same_objects() -> None:
    ci = """
        templates:
          - name: build
            steps:
              - - {name: a, templateRef: {name: cd, template: build}}
                - {name: b, templateRef: {name: "{{workflow.parameters.which}}", template: build}}
        """
    lookup = TemplatesInMemory().add(
        "v1", template("ci", ci), template("cd", "templates: [{name: build, suspend: {}}]")
    )
    found = [
        versioned(
            by_reference(
                workflow(f"arguments: {{parameters: [{{name: which, value: {name}}}]}}\n" + dedent(CALL)), lookup
            )
        )
        for name in ("ci", "cd")
    ]
    assert found[0]["cd"] == found[1]["cd"]
    assert found[0]["ci"] != found[1]["ci"]
