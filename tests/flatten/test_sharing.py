"""What flattening leaves as it is, it shares; what it was given, it never changes."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, cast

import pytest

from argosy.resolver.contract import ARGO_WORKFLOW_TEMPLATE, VERSION
from argosy.resolver.errors import Denied, Reason
from argosy.resolver.flatten import flatten
from argosy.resolver.flattened import Mode
from tests.flatten.memory import TemplatesInMemory
from tests.flatten.running import flattened, read, spec, template, templates, workflow

if TYPE_CHECKING:
    from argosy.resolver.manifests import JsonValue

CALL = """
    entrypoint: main
    templates:
      - {name: main, steps: [[{name: call, templateRef: {name: ci, template: build}}]]}
      - {name: untouched, container: {image: busybox}}
    """


def test_untouched_parts_are_the_objects_that_were_passed_in() -> None:
    body = "templates: [{name: build, container: {image: busybox, env: [{name: a, value: b}]}}]"
    lookup = TemplatesInMemory().add("v1", template("ci", body))
    manifest = workflow(CALL)
    result = flatten(manifest, lookup)
    assert templates(result)["untouched"] is manifest["spec"]["templates"][1]
    shared = cast("JsonValue", lookup.resource("v1", "WorkflowTemplate", "ci").manifest)["spec"]["templates"][0]
    assert templates(result)["build"]["container"] is shared["container"]


def test_the_same_manifest_flattens_to_equal_results_again_and_again() -> None:
    body = "templates: [{name: build, steps: [[{name: a, template: build}]]}]"
    lookup = TemplatesInMemory().add("v1", template("ci", body))
    manifest = workflow(CALL)
    first = deepcopy(flatten(manifest, lookup))
    assert flatten(manifest, lookup) == first
    assert flatten(manifest, TemplatesInMemory().add("v1", template("ci", body))) == first


@pytest.mark.parametrize("mode", list(Mode))
def test_the_order_in_which_git_has_keys_does_not_matter(mode: Mode) -> None:
    hooks = {event: {"expression": "a", "template": "build"} for event in ("x", "y", "z")}
    step: JsonValue = {"name": "a", "template": "build", "hooks": hooks}
    ci: JsonValue = template("ci", "templates: [{name: build}]")
    ci["spec"]["templates"][0] |= {"steps": [[step]], "metadata": {"labels": {"a": "1", "b": "2"}}}
    turned = deepcopy(ci)
    turned["spec"]["templates"][0]["steps"][0][0]["hooks"] = dict(reversed(hooks.items()))
    results = [flatten(workflow(CALL), TemplatesInMemory().add("v1", one), mode=mode) for one in (ci, turned)]
    assert results[0].manifest == results[1].manifest
    assert results[0].deliveries == results[1].deliveries


@pytest.mark.parametrize("mode", list(Mode))
def test_a_cron_workflow_is_answered_inside_its_workflow_spec(mode: Mode) -> None:
    lookup = TemplatesInMemory().add("v1", template("ci", "templates: [{name: build, suspend: {}}]"))
    inner = f"{{schedule: x, workflowMetadata: {{annotations: {{{VERSION}: v1}}}}, workflowSpec: {{}}}}"
    cron: JsonValue = {"kind": "CronWorkflow", "metadata": {"name": "nightly"}, "spec": read(inner)}
    cron["spec"]["workflowSpec"] = workflow(CALL)["spec"]
    result = flattened(cron, lookup, mode=mode)
    assert result.manifest is not cron
    assert cast("JsonValue", result.manifest)["spec"]["schedule"] == "x"
    assert len(spec(result)["templates"]) == (3 if mode is Mode.FLATTEN else 2)
    assert ARGO_WORKFLOW_TEMPLATE not in str(result.manifest)


def nested(depth: int) -> JsonValue:
    value: JsonValue = {}
    for _ in range(depth):
        value = {"a": value}
    return value


def test_a_value_that_is_nested_too_deep_for_json_is_denied() -> None:
    ci: JsonValue = template("ci", "templates: [{name: build}]")
    ci["spec"]["templates"][0]["plugin"] = nested(5000)
    lookup = TemplatesInMemory().add("v1", template("ci", "templates: [{name: build, suspend: {}}]"))
    shared = cast("JsonValue", lookup.resource("v1", "WorkflowTemplate", "ci").manifest)
    shared["spec"]["templates"] = ci["spec"]["templates"]
    with pytest.raises(Denied) as denied:
        flatten(workflow(CALL), lookup)
    assert denied.value.reason == Reason.INVALID_MANIFEST


def test_a_number_beyond_64_bits_is_no_obstacle() -> None:
    lookup = TemplatesInMemory().add("v1", template("ci", "templates: [{name: build, suspend: {}}]"))
    manifest = workflow(CALL)
    manifest["spec"]["activeDeadlineSeconds"] = 2**70
    assert spec(flatten(manifest, lookup))["activeDeadlineSeconds"] == 2**70
