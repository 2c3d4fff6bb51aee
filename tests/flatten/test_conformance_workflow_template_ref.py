"""Rows 18-27, 37 and 38: a Workflow made of a WorkflowTemplate."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from argosy.resolver.contract import ARGO_CLUSTER_WORKFLOW_TEMPLATE, ARGO_WORKFLOW_TEMPLATE, VERSION
from argosy.resolver.errors import Denied, Reason
from argosy.resolver.flatten import flatten
from tests.flatten.memory import TemplatesInMemory
from tests.flatten.running import (
    callers,
    cluster_template,
    flattened,
    metadata,
    names,
    read,
    spec,
    template,
    templates,
    workflow,
)

if TYPE_CHECKING:
    from argosy.resolver.manifests import JsonValue

CI = """
    entrypoint: main
    arguments:
      parameters:
        - {name: message, value: hello, description: said, enum: [hello, bye]}
        - {name: count, value: 3}
    templates:
      - name: main
        inputs: {parameters: [{name: message}]}
        container: {image: busybox, args: ["{{inputs.parameters.message}}"]}
      - {name: other, container: {image: busybox}}
    """


def adopted(submitted: str, ci: str = CI, **options: JsonValue) -> JsonValue:
    """The spec of a Workflow made of the WorkflowTemplate `ci`."""
    manifest = workflow("workflowTemplateRef: {name: ci}\n" + submitted)
    return spec(flattened(manifest, TemplatesInMemory().add("v1", template("ci", ci)), **options))


def test_row_18_without_arguments_the_templates_own_apply_and_its_label_is_set() -> None:
    lookup = TemplatesInMemory().add("v1", template("ci", CI))
    result = flattened(workflow("workflowTemplateRef: {name: ci}", labels={"team": "a"}), lookup)
    assert spec(result)["entrypoint"] == "main"
    assert [one["value"] for one in spec(result)["arguments"]["parameters"]] == ["hello", "3"]
    assert list(templates(result)) == ["main", "other"]
    assert "workflowTemplateRef" not in spec(result)
    assert metadata(result)["labels"] == {"team": "a", ARGO_WORKFLOW_TEMPLATE: "ci"}
    assert result.renames == ()
    assert [str(one.resource.name) for one in result.taken] == ["ci"]


def test_the_clusters_kind_has_a_label_of_its_own() -> None:
    lookup = TemplatesInMemory().add("v1", cluster_template("ci", CI))
    result = flattened(workflow("workflowTemplateRef: {name: ci, clusterScope: true}"), lookup)
    assert metadata(result)["labels"] == {ARGO_CLUSTER_WORKFLOW_TEMPLATE: "ci"}


def test_row_19_what_the_workflow_sets_wins_whole() -> None:
    result = adopted(
        """
entrypoint: other
arguments: {parameters: [{name: message, value: bye}]}
"""
    )
    assert result["entrypoint"] == "other"
    message = next(one for one in result["arguments"]["parameters"] if one["name"] == "message")
    assert message == {"name": "message", "value": "bye"}


@pytest.mark.parametrize(
    ("own", "provided", "expected"),
    [
        (
            "{name: x, value: mine}",
            "{name: x, valueFrom: {configMapKeyRef: {name: a, key: b}}}",
            {"name": "x", "value": "mine"},
        ),
        (
            "{name: x, valueFrom: {configMapKeyRef: {name: a, key: b}}}",
            "{name: x, value: theirs}",
            {"name": "x", "valueFrom": {"configMapKeyRef": {"name": "a", "key": "b"}}},
        ),
    ],
)
def test_row_20_only_the_workflows_source_of_a_parameter_is_kept(own: str, provided: str, expected: JsonValue) -> None:
    ci = f"entrypoint: main\narguments: {{parameters: [{provided}]}}\ntemplates: [{{name: main, suspend: {{}}}}]"
    result = adopted(f"arguments: {{parameters: [{own}]}}", ci)
    assert result["arguments"]["parameters"] == [expected]


def test_row_21_parameters_stand_in_the_order_that_the_controller_gives_them() -> None:
    ci = """
        entrypoint: main
        arguments: {parameters: [{name: a, value: 1}, {name: b, value: 2}, {name: c, value: 3}]}
        templates: [{name: main, suspend: {}}]
        """
    result = adopted("arguments: {parameters: [{name: b, value: B}, {name: z, value: Z}]}", ci)
    assert [one["name"] for one in result["arguments"]["parameters"]] == ["a", "b", "z", "c"]


def test_row_22_of_hooks_with_one_event_the_workflows_wins_whole() -> None:
    ci = """
        entrypoint: main
        hooks:
          running: {expression: theirs, template: main, arguments: {parameters: [{name: a, value: b}]}}
          exit: {template: main}
        workflowMetadata: {labelsFrom: {a: {expression: theirs}, b: {expression: theirs}}}
        templates: [{name: main, suspend: {}}]
        """
    result = adopted(
        """
hooks: {running: {expression: mine, template: main}}
workflowMetadata: {labelsFrom: {a: {expression: mine}}}
""",
        ci,
    )
    assert result["hooks"] == {"running": {"expression": "mine", "template": "main"}, "exit": {"template": "main"}}
    assert result["workflowMetadata"]["labelsFrom"] == {"a": {"expression": "mine"}, "b": {"expression": "theirs"}}


def test_row_23_a_key_alone_keeps_the_bucket_of_the_template() -> None:
    ci = """
        entrypoint: main
        arguments: {artifacts: [{name: data, s3: {bucket: b, endpoint: e, key: theirs}}]}
        templates: [{name: main, suspend: {}}]
        """
    result = adopted("arguments: {artifacts: [{name: data, s3: {key: mine}}]}", ci)
    assert result["arguments"]["artifacts"] == [{"name": "data", "s3": {"bucket": "b", "endpoint": "e", "key": "mine"}}]


def test_row_24_claims_of_the_workflow_replace_those_of_the_template() -> None:
    ci = """
        entrypoint: main
        volumeClaimTemplates: [{metadata: {name: theirs}}]
        resourceClaims: [{name: theirs, resourceClaimName: x}]
        templates: [{name: main, suspend: {}}]
        """
    result = adopted(
        """
volumeClaimTemplates: [{metadata: {name: mine}}]
resourceClaims: [{name: mine, resourceClaimName: x}]
""",
        ci,
    )
    assert [one["metadata"]["name"] for one in result["volumeClaimTemplates"]] == ["mine"]
    assert [one["name"] for one in result["resourceClaims"]] == ["mine"]


def test_row_25_tolerations_without_a_key_cannot_be_merged() -> None:
    ci = "entrypoint: main\ntolerations: [{operator: Exists}]\ntemplates: [{name: main, suspend: {}}]"
    lookup = TemplatesInMemory().add("v1", template("ci", ci))
    with pytest.raises(Denied) as denied:
        flatten(workflow("workflowTemplateRef: {name: ci}\ntolerations: [{key: a, operator: Exists}]"), lookup)
    assert denied.value.reason == Reason.MERGE_CONFLICT
    assert "tolerations" in str(denied.value)


def test_row_26_what_the_controller_reads_from_the_workflow_alone_does_not_come_from_the_template() -> None:
    ci = """
        entrypoint: main
        suspend: true
        priority: 5
        ttlStrategy: {secondsAfterSuccess: 1, secondsAfterFailure: 2}
        templates: [{name: main, suspend: {}}]
        """
    result = adopted("ttlStrategy: {secondsAfterCompletion: 9}", ci)
    assert set(result) == {"entrypoint", "ttlStrategy", "templates"}
    assert result["ttlStrategy"] == {"secondsAfterCompletion": 9}


def test_a_priority_of_the_template_counts_when_a_copy_reads_it() -> None:
    ci = """
        entrypoint: main
        priority: 5
        templates: [{name: main, steps: [[{name: a, templateRef: {name: cd, template: say}}]]}]
        """
    lookup = TemplatesInMemory().add("v1", template("ci", ci))
    for text, expected in (("{{workflow.priority}}", 5), ("{{workflow.name}}", None)):
        say = f'templates: [{{name: say, container: {{image: "{text}"}}}}]'
        result = flattened(workflow("workflowTemplateRef: {name: ci}"), lookup.add("v1", template("cd", say)))
        assert spec(result).get("priority") == expected
        assert [one.reason for one in result.notices] == ([Reason.MERGED_DIFFERENTLY] if expected else [])


def test_row_27_labels_that_the_spec_reads_are_merged_like_the_rest() -> None:
    ci = """
        entrypoint: main
        podMetadata: {labels: {app: "{{workflow.labels.app}}"}}
        workflowMetadata: {labels: {app: theirs, kind: ci}}
        templates: [{name: main, suspend: {}}]
        """
    result = adopted("workflowMetadata: {labels: {app: mine}}", ci)
    assert result["workflowMetadata"]["labels"] == {"app": "mine", "kind": "ci"}
    assert result["podMetadata"]["labels"] == {"app": "{{workflow.labels.app}}"}


def test_row_37_a_template_that_is_itself_made_of_another_is_denied() -> None:
    lookup = TemplatesInMemory().add("v1", template("ci", "workflowTemplateRef: {name: base}"))
    with pytest.raises(Denied) as denied:
        flatten(workflow("workflowTemplateRef: {name: ci}"), lookup)
    assert (denied.value.reason, denied.value.site) == (Reason.UNSUPPORTED_REFERENCE, "spec.workflowTemplateRef")


def test_row_38_a_cron_workflow_hands_the_label_on_to_the_workflows_it_makes() -> None:
    cron: JsonValue = {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "CronWorkflow",
        "metadata": {"name": "nightly", "annotations": {VERSION: "v1"}},
        "spec": read("{schedule: 0 1 * * *, workflowSpec: {workflowTemplateRef: {name: ci}}}"),
    }
    result = flattened(cron, TemplatesInMemory().add("v1", template("ci", CI)))
    manifest: JsonValue = result.manifest
    assert manifest["spec"]["workflowMetadata"] == {"labels": {ARGO_WORKFLOW_TEMPLATE: "ci"}}
    assert manifest["spec"]["schedule"] == "0 1 * * *"
    assert manifest["metadata"] == cron["metadata"]
    assert list(templates(result)) == ["main", "other"]


def test_templates_beside_the_reference_are_refused_as_argo_refuses_them() -> None:
    lookup = TemplatesInMemory().add("v1", template("ci", CI))
    with pytest.raises(Denied) as denied:
        flatten(workflow("workflowTemplateRef: {name: ci}\ntemplates: [{name: x, suspend: {}}]"), lookup)
    assert (denied.value.reason, denied.value.site) == (Reason.UNSUPPORTED_REFERENCE, "spec.workflowTemplateRef")


def test_a_copy_beside_a_reference_that_stays_for_the_cluster_is_denied() -> None:
    submitted = workflow(
        """
        workflowTemplateRef: {name: ci}
        templateDefaults:
          metadata: {annotations: {pipekit.io.templates.gitVersion: v1}}
          dag: {tasks: [{name: audit, templateRef: {name: audit, template: log}}]}
        """,
        version="",
    )
    lookup = TemplatesInMemory().add("v1", template("audit", "templates: [{name: log, suspend: {}}]"))
    with pytest.raises(Denied) as denied:
        flatten(submitted, lookup)
    assert denied.value.reason == Reason.UNFLATTENABLE
    assert denied.value.site == "spec.templateDefaults.dag.tasks[0].templateRef"


@pytest.mark.parametrize("field", ["entrypoint", "onExit"])
def test_a_name_with_a_parameter_is_known_at_admission(field: str) -> None:
    ci = f"arguments: {{parameters: [{{name: which, value: other}}]}}\n{field}: '{{{{workflow.parameters.which}}}}'\n"
    ci += "templates: [{name: main, suspend: {}}, {name: other, suspend: {}}, {name: third, suspend: {}}]\n"
    manifest = workflow("workflowTemplateRef: {name: ci}")
    result = flattened(manifest, TemplatesInMemory().add("v1", template("ci", ci)))
    assert spec(result)[field] == "other"
    assert result.frozen == (f"spec.{field}",)
    assert adopted("arguments: {parameters: [{name: which, value: third}]}", ci)[field] == "third"


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("{{workflow.name}}", Reason.DYNAMIC_REFERENCE),
        ("{{=sprig.lower(workflow.name)}}", Reason.DYNAMIC_REFERENCE),
        ("missing", Reason.TEMPLATE_NOT_FOUND),
    ],
)
def test_an_entrypoint_that_cannot_be_known_or_found_is_denied(name: str, reason: Reason) -> None:
    lookup = TemplatesInMemory().add("v1", template("ci", CI))
    with pytest.raises(Denied) as denied:
        flatten(workflow(f"workflowTemplateRef: {{name: ci}}\nentrypoint: '{name}'"), lookup)
    assert (denied.value.reason, denied.value.site) == (reason, "spec.entrypoint")


def test_references_in_what_was_adopted_resolve_at_its_commit_and_hooks_of_the_author_as_the_author_asks() -> None:
    lookup = TemplatesInMemory()
    for version in ("v1", "v2"):
        lookup.add(version, template("say", f"templates: [{{name: say, container: {{image: {version}}}}}]"))
    lookup.add(
        "v2",
        template(
            "ci",
            """
            entrypoint: main
            hooks: {theirs: {expression: "true", templateRef: {name: say, template: say}}}
            templates: [{name: main, steps: [[{name: a, templateRef: {name: say, template: say}}]]}]
            """,
        ),
    )
    manifest = workflow(
        """
        workflowTemplateRef: {name: ci}
        hooks: {mine: {expression: "true", templateRef: {name: say, template: say}}}
        """,
        version="v2",
    )
    result = flattened(manifest, lookup)
    asked = {one.site.split()[-1]: (one.asked.version, one.origin is not None) for one in lookup.questions}
    assert asked == {
        "spec.workflowTemplateRef": ("v2", False),
        "spec.hooks.mine.templateRef": ("v2", False),
        "spec.templates[0].steps[0][0].templateRef": ("", True),
    }
    assert list(templates(result)) == ["main", "say"]


SELF = """
    entrypoint: main
    podMetadata: {labels: {team: ci}}
    templates:
      - name: main
        steps: [[{name: again, templateRef: {name: ci, template: say}}, {name: near, template: say}]]
      - {name: say, container: {image: busybox}}
    """


def test_a_reference_back_to_what_was_adopted_reuses_its_template() -> None:
    result = adopted("podMetadata: {labels: {cost: mine}}", SELF)
    assert [one["template"] for one in callers(result["templates"][0]).values()] == ["say", "say"]
    assert len(result["templates"]) == 2


@pytest.mark.parametrize(
    "differing",
    [
        "podMetadata: {labels: {team: mine}}",
        "podMetadata: {labels: {cost: mine}}\ntemplateDefaults: {metadata: {labels: {cost: theirs}}}",
    ],
)
def test_a_reference_back_gets_a_copy_where_its_pods_would_get_other_labels(differing: str) -> None:
    lookup = TemplatesInMemory().add("v1", template("ci", SELF))
    result = flattened(workflow("workflowTemplateRef: {name: ci}\n" + differing), lookup)
    name = names(result)["ci/say"]
    assert {key: one["template"] for key, one in callers(templates(result)["main"]).items()} == {
        "again": name,
        "near": "say",
    }
    assert "metadata" not in templates(result)["say"]
    assert templates(result)[name]["metadata"]["labels"]["team"] == "ci"


def test_a_local_name_that_leads_nowhere_in_what_was_adopted_is_denied() -> None:
    ci = "entrypoint: main\ntemplates: [{name: main, steps: [[{name: a, template: main, onExit: gone}]]}]"
    lookup = TemplatesInMemory().add("v1", template("ci", ci))
    with pytest.raises(Denied) as denied:
        flatten(workflow("workflowTemplateRef: {name: ci}"), lookup)
    assert denied.value.reason == Reason.TEMPLATE_NOT_FOUND
    assert denied.value.site.endswith("spec.templates[0].steps[0][0].onExit")


def test_a_reference_back_gets_a_copy_where_an_inline_body_would_be_given_something_else() -> None:
    ci = """
        entrypoint: main
        templates:
          - {name: main, steps: [[{name: again, templateRef: {name: ci, template: say}}, {name: near, template: say}]]}
          - {name: say, steps: [[{name: body, inline: {container: {image: "{{node.name}}"}}}]]}
        """
    result = flattened(workflow("workflowTemplateRef: {name: ci}"), TemplatesInMemory().add("v1", template("ci", ci)))
    tasks = callers(templates(result)["main"])
    assert "inline" in callers(templates(result)[tasks["near"]["template"]])["body"]
    assert "inline" not in callers(templates(result)[tasks["again"]["template"]])["body"]


TASK = "dag: {tasks: [{name: audit, templateRef: {name: audit, template: log}}]}"


@pytest.mark.parametrize(
    ("own", "provided", "from_git"),
    [(f"templateDefaults: {{{TASK}}}", "", False), ("", f"templateDefaults: {{{TASK}}}", True)],
)
def test_template_defaults_ask_as_the_one_who_wrote_them(own: str, provided: str, *, from_git: bool) -> None:
    ci = f"entrypoint: main\n{provided}\ntemplates: [{{name: main, suspend: {{}}}}]"
    lookup = TemplatesInMemory().add(
        "v1", template("ci", ci), template("audit", "templates: [{name: log, suspend: {}}]")
    )
    result = flattened(workflow(f"workflowTemplateRef: {{name: ci}}\n{own}"), lookup)
    (task,) = spec(result)["templateDefaults"]["dag"]["tasks"]
    assert task == {"name": "audit", "template": "log"}
    origins = {one.origin is not None for one in lookup.questions if one.name == "audit"}
    assert origins == {from_git}
