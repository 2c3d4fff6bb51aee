"""Rows 4, 12-14, 29, 35, 39, 40, 42, 43 and 46: what a copy brings with it, and what stays behind."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from argosy.resolver.contract import VERSION
from argosy.resolver.errors import Denied, Reason
from argosy.resolver.flatten import flatten, workflow_defaults
from tests.flatten.memory import TemplatesInMemory
from tests.flatten.running import flattened, metadata, spec, template, templates, workflow

if TYPE_CHECKING:
    from argosy.resolver.manifests import JsonValue

CALL = """
    entrypoint: main
    templates:
      - {name: main, steps: [[{name: call, templateRef: {name: ci, template: build}}]]}
    """


def ci(spec_text: str) -> TemplatesInMemory:
    return TemplatesInMemory().add("v1", template("ci", spec_text))


def test_row_4_the_templates_retry_strategy_comes_along_and_its_objects_does_not() -> None:
    result = flattened(
        workflow(CALL),
        ci(
            """
            retryStrategy: {limit: 9}
            serviceAccountName: builder
            templates: [{name: build, retryStrategy: {limit: 2}, container: {image: busybox}}]
            """
        ),
    )
    assert templates(result)["build"]["retryStrategy"] == {"limit": 2}
    assert set(spec(result)) == {"entrypoint", "templates"}


def test_row_12_the_objects_pod_metadata_is_written_into_the_copy_under_its_own_keys() -> None:
    lookup = ci(
        """
        podMetadata: {labels: {team: ci, tier: object}, annotations: {note: object}}
        templates: [{name: build, metadata: {labels: {tier: own}}, container: {image: busybox}}]
        """
    )
    submitted = workflow("podMetadata: {labels: {team: workflow, cost: mine}}\n" + _dedented(CALL))
    result = flattened(submitted, lookup)
    expected = {"labels": {"team": "ci", "tier": "own"}, "annotations": {"note": "object"}}
    assert templates(result)["build"]["metadata"] == expected
    assert spec(result)["podMetadata"] == {"labels": {"team": "workflow", "cost": "mine"}}


def test_row_13_template_defaults_win_over_the_workflows_pod_metadata_in_a_copy() -> None:
    head = """
        podMetadata: {labels: {both: pod, only-pod: pod}}
        templateDefaults: {metadata: {labels: {both: defaults, only-defaults: defaults, ours: defaults}}}
        """
    lookup = ci(
        """
        podMetadata: {labels: {ours: object}}
        templates: [{name: build, container: {image: busybox}}]
        """
    )
    result = flattened(workflow(_dedented(head) + _dedented(CALL)), lookup)
    assert templates(result)["build"]["metadata"] == {"labels": {"both": "defaults", "ours": "object"}}


def test_row_14_a_volume_of_the_object_is_not_imported_and_the_user_is_told() -> None:
    result = flattened(
        workflow(CALL),
        ci(
            """
            volumes: [{name: cache, emptyDir: {}}]
            templates:
              - name: build
                container: {image: busybox, volumeMounts: [{name: cache, mountPath: /cache}]}
            """
        ),
    )
    assert "volumes" not in spec(result)
    (notice,) = result.notices
    assert (notice.reason, "'cache'" in notice.text) == (Reason.VOLUME_NOT_IMPORTED, True)


@pytest.mark.parametrize(
    "provider",
    ["volumes: [{name: cache, emptyDir: {}}]", "volumeClaimTemplates: [{metadata: {name: cache}}]"],
)
def test_a_volume_that_the_workflow_has_is_no_reason_for_a_notice(provider: str) -> None:
    lookup = ci(
        """
        volumes: [{name: cache, emptyDir: {}}]
        templates: [{name: build, script: {image: busybox, volumeMounts: [{name: cache, mountPath: /cache}]}}]
        """
    )
    assert flattened(workflow(f"{provider}\n" + _dedented(CALL)), lookup).notices == ()


@pytest.mark.parametrize(
    ("head", "read", "told"),
    [
        ("", "{{workflow.priority}}", ["{{workflow.priority}}"]),
        (
            "",
            "{{ workflow.parameters.to }} {{workflow.priority}}",
            ["{{workflow.parameters.to}}", "{{workflow.priority}}"],
        ),
        ("", "{{workflow.parameters}} {{workflow.parameters.json}} {{workflow.name}} {{=workflow.priority}}", []),
        ("priority: 0", "{{workflow.priority}}", []),
        ("arguments: {parameters: [{name: to, value: a}]}", "{{workflow.parameters.to}}", []),
        ("arguments: {parameters: [{name: too}]}", "{{workflow.parameters.to}}", ["{{workflow.parameters.to}}"]),
        (
            "",
            "{{workflow.labels.team}} {{workflow.annotations.a/b}} {{workflow.nothing}}",
            ["{{workflow.annotations.a/b}}", "{{workflow.labels.team}}", "{{workflow.nothing}}"],
        ),
        (
            "workflowMetadata: {labels: {team: a}, labelsFrom: {by: {expression: a}}, annotations: {a/b: c}}",
            "{{workflow.labels.team}} {{workflow.labels.by}} {{workflow.annotations.a/b}}",
            [],
        ),
        (
            "",
            "{{workflow.creationTimestamp.RFC3339}} {{workflow.labels.workflows.argoproj.io/creator}}",
            [],
        ),
    ],
)
def test_a_variable_that_the_workflow_does_not_set_is_told_of(head: str, read: str, told: list[str]) -> None:
    lookup = ci(f"priority: 3\ntemplates: [{{name: build, container: {{image: a, args: ['{read}']}}}}]")

    notices = flattened(workflow(f"{head}\n{_dedented(CALL)}"), lookup).notices

    assert [notice.text.split(",")[0].removeprefix("reads ") for notice in notices] == told
    assert {notice.reason for notice in notices} <= {Reason.VARIABLE_NOT_IMPORTED}


@pytest.mark.parametrize(
    ("given", "called_by", "read", "is_known"),
    [
        ("parameters: [{name: a, globalName: given, value: x}]", "template: give", "parameters.given", True),
        ("parameters: [{name: a, globalName: given, value: x}]", "template: give", "parameters.other", False),
        ("parameters: [{name: a, globalName: given, value: x}]", "template: give", "artifacts.given", False),
        ("artifacts: [{name: a, globalName: given, path: /a}]", "template: give", "artifacts.given", True),
        (
            "artifacts: [{name: a, globalName: given, path: /a}]",
            "template: say, onExit: give",
            "artifacts.given",
            False,
        ),
        ("artifacts: [{name: a, globalName: 'x-{{pod.name}}', path: /a}]", "template: give", "artifacts.x-1", False),
    ],
)
def test_an_output_is_known_where_a_step_or_a_task_calls_what_gives_it(
    given: str,
    called_by: str,
    read: str,
    is_known: bool,  # noqa: FBT001  # a case
) -> None:
    lookup = ci(
        f"""
        templates:
          - {{name: build, steps: [[{{name: a, {called_by}}}], [{{name: b, template: say}}]]}}
          - {{name: give, container: {{image: busybox}}, outputs: {{{given}}}}}
          - {{name: say, container: {{image: busybox, args: ["{{{{workflow.outputs.{read}}}}}"]}}}}
        """
    )
    assert [notice.reason for notice in flattened(workflow(CALL), lookup).notices] == (
        [] if is_known else [Reason.VARIABLE_NOT_IMPORTED]
    )


def test_what_a_template_in_the_cluster_gives_may_be_anything() -> None:
    result = flattened(
        workflow(
            """
            entrypoint: other
            templates:
              - name: other
                steps: [[{name: a, templateRef: {name: in-cluster, template: give}}], [{name: b, template: main}]]
              - name: main
                metadata: {labels: {pipekit.io.templates.gitVersion: v1}}
                steps: [[{name: call, templateRef: {name: ci, template: build}}]]
            """,
            version="",
        ),
        ci("templates: [{name: build, container: {image: a, args: ['{{workflow.outputs.parameters.given}}']}}]"),
    )
    assert (len(templates(result)), result.notices) == (3, ())


ENVIRONMENT = "templates: [{name: build, container: {image: a, args: ['{{workflow.parameters.env}}']}}]"


def test_a_variable_that_workflow_defaults_set_is_there() -> None:
    defaults = workflow_defaults({"spec": {"arguments": {"parameters": [{"name": "env"}]}}}, "workflowDefaults")

    assert flattened(workflow(CALL), ci(ENVIRONMENT), defaults=defaults).notices == ()


def test_a_variable_that_workflow_defaults_do_not_set_either_keeps_the_template_from_being_copied() -> None:
    with pytest.raises(Denied) as denied:
        flattened(workflow(CALL), ci(ENVIRONMENT), defaults=workflow_defaults({}, "workflowDefaults"))

    assert (denied.value.reason, denied.value.site) == (
        Reason.UNFLATTENABLE,
        "spec.templates[0].steps[0][0].templateRef",
    )


@pytest.mark.parametrize(
    ("caller", "at"),
    [
        ("dag: {tasks: [{name: a, inline: %s}]}", "dag.tasks[0].inline"),
        ("steps: [[{name: a, template: other}], [{name: b, inline: %s}]]", "steps[1][0].inline"),
        ("steps: [[{name: a, inline: %s, withItems: [1]}]]", "steps[0][0].inline"),
    ],
)
def test_row_14_a_body_that_stays_inline_is_told_of_as_a_copy_is(caller: str, at: str) -> None:
    body = "{script: {image: a, volumeMounts: [{name: cache, mountPath: /c}, {name: own, mountPath: /o}]}, %s}"
    told = caller % (body % "volumes: [{name: own, emptyDir: {}}]")
    others = "{name: other, suspend: {}}"
    lookup = ci(f"volumes: [{{name: cache, emptyDir: {{}}}}]\ntemplates: [{{name: build, {told}}}, {others}]")
    result = flattened(workflow(CALL), lookup)
    assert "inline" in str(templates(result)["build"])
    (notice,) = result.notices
    assert (notice.reason, "'cache'" in notice.text) == (Reason.VOLUME_NOT_IMPORTED, True)
    assert notice.site.endswith(f"spec.templates[0].{at}")
    given = "volumes: [{name: cache, emptyDir: {}}]\n" + _dedented(CALL)
    assert flattened(workflow(given), lookup).notices == ()


def test_row_14_a_body_that_becomes_a_template_is_told_of_once() -> None:
    body = "{container: {image: a, args: ['{{node.name}}'], volumeMounts: [{name: cache, mountPath: /c}]}}"
    lookup = ci(
        f"volumes: [{{name: cache, emptyDir: {{}}}}]\n"
        f"templates: [{{name: build, steps: [[{{name: a, inline: {body}}}]]}}]"
    )
    result = flattened(workflow(CALL), lookup)
    assert len(templates(result)) == 3
    assert [one.site.split()[-1] for one in result.notices] == ["spec.templates[0].steps[0][0].inline"]


@pytest.mark.parametrize(
    ("body", "site"),
    [
        ("container: {args: [hello]}", "spec.templates[0].container"),
        (
            "dag: {tasks: [{name: a, inline: {container: {args: [hello]}}}]}",
            "spec.templates[0].dag.tasks[0].inline.container",
        ),
    ],
)
def test_an_image_that_only_the_objects_template_defaults_give_is_told_of(body: str, site: str) -> None:
    lookup = ci(f"templateDefaults: {{container: {{image: busybox}}}}\ntemplates: [{{name: build, {body}}}]")
    (notice,) = flattened(workflow(CALL), lookup).notices
    assert notice.reason == Reason.IMAGE_NOT_IMPORTED
    assert notice.site.endswith(site)
    given = "templateDefaults: {container: {image: alpine}}\n" + _dedented(CALL)
    assert flattened(workflow(given), lookup).notices == ()


def test_row_29_a_copy_with_artifact_gc_has_a_name_and_its_artifacts_unchanged() -> None:
    outputs = "outputs: {artifacts: [{name: log, path: /log, artifactGC: {strategy: OnWorkflowDeletion}}]}"
    lookup = ci(f"templates: [{{name: build, {outputs}, container: {{image: busybox}}}}]")
    copy = templates(flattened(workflow(CALL), lookup))["build"]
    assert copy["outputs"]["artifacts"][0]["artifactGC"] == {"strategy": "OnWorkflowDeletion"}


def test_row_35_a_template_that_is_not_reached_is_not_copied() -> None:
    lookup = ci(
        """
        templates:
          - {name: build, container: {image: busybox}}
          - {name: unused, container: {image: "{{workflow.parameters.missing}}"}}
        """
    )
    assert list(templates(flattened(workflow(CALL), lookup))) == ["main", "build"]


def test_row_39_a_manifest_inside_a_resource_template_is_text() -> None:
    text = "kind: Workflow\nspec: {workflowTemplateRef: {name: other}}\n"
    lookup = TemplatesInMemory().add("v1", template("ci", "templates: [{name: build}]"))
    lookup.add(
        "v2",
        {
            **template("ci", "{}"),
            "spec": {"templates": [{"name": "build", "resource": {"action": "create", "manifest": text}}]},
        },
    )
    assert templates(flattened(workflow(CALL, version="v2"), lookup))["build"]["resource"]["manifest"] == text


def test_row_40_a_flattened_workflow_comes_back_as_the_same_object() -> None:
    lookup = ci("templates: [{name: build, container: {image: busybox}}]")
    once = flatten(workflow(CALL), lookup).manifest
    asked = len(lookup.questions)
    assert flatten(once, lookup).manifest is once
    assert len(lookup.questions) == asked


@pytest.mark.parametrize(
    "status", [{"nodes": {"a": {}}}, {"compressedNodes": "H4s"}, {"offloadNodeStatusVersion": "fnv:1"}]
)
def test_a_workflow_that_has_started_is_left_alone(status: dict[str, object]) -> None:
    lookup = ci("templates: [{name: build, container: {image: busybox}}]")
    started: JsonValue = {**workflow(CALL), "status": status}
    assert flatten(started, lookup).manifest is started
    fresh: JsonValue = {**workflow(CALL), "status": {"phase": ""}}
    assert flatten(fresh, lookup).manifest is not fresh


def test_row_42_a_number_from_git_becomes_the_string_that_the_schema_wants() -> None:
    lookup = ci(
        """
        templates:
          - name: build
            inputs: {parameters: [{name: count, value: 3}, {name: flag, default: true, enum: [true, 1.5]}]}
            steps: [[{name: call, inline: {container: {image: a}}, arguments: {parameters: [{name: times, value: 4}]}}]]
        """
    )
    copy = templates(flattened(workflow(CALL), lookup))["build"]
    assert copy["inputs"]["parameters"] == [
        {"name": "count", "value": "3"},
        {"name": "flag", "default": "true", "enum": ["true", "1.5"]},
    ]
    assert copy["steps"][0][0]["arguments"]["parameters"] == [{"name": "times", "value": "4"}]


def test_row_43_a_branch_with_a_slash_is_harmless_on_steps_and_moved_on_a_pod() -> None:
    submitted = workflow(
        """
        entrypoint: main
        templates:
          - name: main
            metadata: {labels: {pipekit.io.templates.gitVersion: feature/x}}
            steps: [[{name: call, templateRef: {name: ci, template: build}}]]
          - name: pod
            metadata: {labels: {pipekit.io.templates.gitVersion: feature/x, team: a}}
            container: {image: busybox}
        """,
        version="",
    )
    lookup = TemplatesInMemory().add(
        "feature/x", template("ci", "templates: [{name: build, container: {image: busybox}}]")
    )
    result = flattened(submitted, lookup)
    added = templates(result)
    assert added["main"]["metadata"] == {"labels": {VERSION: "feature/x"}}
    assert added["pod"]["metadata"] == {"labels": {"team": "a"}, "annotations": {VERSION: "feature/x"}}
    (notice,) = result.notices
    assert (notice.reason, notice.site) == (Reason.LABEL_MOVED, "spec.templates[1].metadata.labels")


@pytest.mark.parametrize("field", ["podMetadata", "workflowMetadata"])
def test_a_version_that_would_reach_every_pod_or_the_workflow_is_moved_beside(field: str) -> None:
    head = f"{field}: {{labels: {{{VERSION}: feature/x}}}}\n"
    lookup = TemplatesInMemory().add("v1", template("ci", "templates: [{name: build, container: {image: a}}]"))
    asking = {"annotations": {VERSION: "v1"}}
    result = flattened(workflow(head + _dedented(CALL), version="", **asking), lookup)
    assert spec(result)[field] == {"labels": {}, "annotations": {VERSION: "feature/x"}}
    assert [one.site for one in result.notices] == [f"spec.{field}.labels"]


def test_a_branch_with_a_slash_among_the_workflows_own_labels_is_moved_before_the_api_server_sees_it() -> None:
    lookup = TemplatesInMemory().add("feature/x", template("ci", "templates: [{name: build, container: {image: a}}]"))
    result = flattened(workflow(CALL, version="", labels={VERSION: "feature/x", "team": "a"}), lookup)
    assert metadata(result)["labels"] == {"team": "a"}
    assert metadata(result)["annotations"] == {VERSION: "feature/x"}


def test_row_46_locks_and_memoization_of_a_copy_are_unchanged() -> None:
    body = """
        templates:
          - name: build
            synchronization: {mutexes: [{name: one}]}
            memoize: {key: k, cache: {configMap: {name: cache}}}
            container: {image: busybox}
        """
    copy = templates(flattened(workflow(CALL), ci(body)))["build"]
    assert copy == template("ci", body)["spec"]["templates"][0]


def _dedented(text: str) -> str:
    lines = text.strip("\n").splitlines()
    margin = len(lines[0]) - len(lines[0].lstrip())
    return "\n".join(line[margin:] for line in lines) + "\n"
