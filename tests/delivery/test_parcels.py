"""What is delivered, under which name and with which labels."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, cast

import pytest

from argosy.agent.delivery.parcels import Parcel, ParcelKey
from argosy.gc.uses import uses_selector
from argosy.resolver import contract
from argosy.resolver.errors import Denied, Reason
from argosy.resolver.flattened import Mode
from argosy.resolver.naming import is_versioned
from tests.delivery.flattening import BUILD, RUN, RUNNER, calling, metadata_of, parcel, parcels
from tests.flatten.memory import TemplatesInMemory, commit_of
from tests.flatten.running import cluster_template, template

if TYPE_CHECKING:
    from argosy.resolver.manifests import JsonObject, JsonValue

CLUSTER_CALL = "{name: ci, template: build, clusterScope: true}"


def _spec(one: Parcel) -> JsonValue:
    return cast("JsonValue", one.manifest)["spec"]


def test_for_a_cronworkflow_the_object_has_its_own_name_and_tells_where_it_is_from() -> None:
    lookup = TemplatesInMemory().add("v1", BUILD)

    (one,) = parcels(lookup)

    assert one.key == ParcelKey("WorkflowTemplate", "team-a", "ci")  # type: ignore[arg-type]  # as they are written
    assert one.changeable
    assert one.manifest == {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "WorkflowTemplate",
        "metadata": {
            "name": "ci",
            "namespace": "team-a",
            "labels": {
                "workflows.pipekit.io/runner": RUNNER,
                "workflows.pipekit.io/commit": commit_of("v1"),
                "workflows.pipekit.io/deliver": "OnUse",
            },
            "annotations": {
                "workflows.pipekit.io/version": "v1",
                "workflows.pipekit.io/repository": "platform",
                "workflows.pipekit.io/path": "ci.yaml",
                "workflows.pipekit.io/digest": lookup.resource("v1", "WorkflowTemplate", "ci").digest,
            },
        },
        "spec": {
            "templates": [{"name": "build", "suspend": {}}],
            "podMetadata": {
                "labels": {
                    "workflows.pipekit.io/runner": RUNNER,
                    "workflows.pipekit.io/run_uuid": RUN,
                    "workflows.pipekit.io/pipe_uuid": _spec(one)["podMetadata"]["labels"][contract.PIPE_UUID],
                }
            },
        },
    }


def test_pods_are_told_the_same_pipe_at_each_version_and_another_of_each_object() -> None:
    def pipe(name: str, version: str) -> str:
        lookup = TemplatesInMemory().add(version, template(name, "templates: [{name: build, suspend: {}}]"))
        (one,) = parcels(lookup, calling(f"{{name: {name}, template: build}}", version=version))
        return str(_spec(one)["podMetadata"]["labels"][contract.PIPE_UUID])

    assert pipe("ci", "v1") == pipe("ci", "v2") == str(uuid.UUID(pipe("ci", "v1")))
    assert pipe("cd", "v1") != pipe("ci", "v1")


def test_what_git_says_of_pods_is_kept_but_for_what_argosy_writes() -> None:
    labels = f"{{team: a, {contract.RUNNER}: argosy-agent-9999, {contract.RUN_UUID}: mine}}"
    body = f"podMetadata: {{annotations: {{a: b}}, labels: {labels}}}\ntemplates: [{{name: build, suspend: {{}}}}]"

    (one,) = parcels(TemplatesInMemory().add("v1", template("ci", body)))

    written = _spec(one)["podMetadata"]
    assert (written["annotations"], written["labels"]["team"]) == ({"a": "b"}, "a")
    assert (written["labels"][contract.RUNNER], written["labels"][contract.RUN_UUID]) == (RUNNER, RUN)


@pytest.mark.parametrize("mode", Mode)
def test_what_an_object_refers_to_is_a_label_on_it_by_the_name_it_is_delivered_under(mode: Mode) -> None:
    body = "templates: [{name: build, steps: [[{name: s, templateRef: {name: b, template: build}}]]}]"
    lookup = TemplatesInMemory().add(
        "v1", template("ci", body), template("b", "templates: [{name: build, suspend: {}}]")
    )

    calls, called = sorted(parcels(lookup, mode=mode), key=lambda one: "ci" not in one.key.name)

    key, _, value = uses_selector("WorkflowTemplate", called.key.name).partition("=")
    assert calls.labels[key] == value
    assert metadata_of(calls)["labels"][key] == value
    assert not any(label.startswith(contract.USES) for label in called.labels)


def test_in_reference_mode_the_object_has_a_versioned_name_and_never_changes() -> None:
    (one,) = parcels(TemplatesInMemory().add("v1", BUILD), mode=Mode.REFERENCE)

    assert is_versioned(one.key.name)
    assert not one.changeable
    assert metadata_of(one)["name"] == one.key.name
    assert one.labels == {contract.RUNNER: RUNNER, contract.COMMIT: commit_of("v1"), contract.DELIVER: "OnUse"}
    assert "podMetadata" not in _spec(one)
    assert one.annotations[contract.TAKEN_VERSION] == "v1"


@pytest.mark.parametrize("mode", Mode)
def test_an_object_of_the_cluster_has_no_namespace_and_is_no_namespaces_to_change(mode: Mode) -> None:
    lookup = TemplatesInMemory().add("v1", cluster_template("ci", "templates: [{name: build, suspend: {}}]"))

    (one,) = parcels(lookup, calling(CLUSTER_CALL), mode)

    assert (one.key.kind, one.key.namespace, one.changeable) == ("ClusterWorkflowTemplate", "", False)
    assert "namespace" not in metadata_of(one)


@pytest.mark.parametrize("mode", Mode)
def test_everything_that_is_reached_is_delivered(mode: Mode) -> None:
    chain = [
        template(
            name,
            f"templates: [{{name: build, steps: [[{{name: s, templateRef: {{name: {other}, template: build}}}}]]}}]",
        )
        for name, other in (("ci", "b"), ("b", "c"))
    ]
    lookup = TemplatesInMemory().add(
        "v1", *chain, template("c", "templates: [{name: build, suspend: {}}]"), template("unused", "templates: []")
    )

    names = [one.key.name for one in parcels(lookup, mode=mode)]

    assert sorted(name.partition("-")[0] for name in names) == ["b", "c", "ci"]


def test_what_users_may_not_set_is_overwritten_and_the_rest_comes_along() -> None:
    one = parcel(
        labels={
            "team": "a",
            contract.RUNNER: "argosy-agent-9999",
            contract.VERSION: "v9",
            contract.LAST_USED_TIMESTAMP: "9999999999",
            contract.DELIVER: "Always",
            f"{contract.USES}0123456789abcdef": "true",
        },
        annotations={"workflows.argoproj.io/title": "CI", contract.TAKEN_PATH: "/etc/passwd"},
    )

    metadata = metadata_of(one)
    assert metadata["labels"] == {"team": "a", **parcel().labels}
    assert metadata["annotations"]["workflows.argoproj.io/title"] == "CI"
    assert metadata["annotations"][contract.TAKEN_PATH] == "ci.yaml"


def test_what_the_crd_would_refuse_is_written_as_argo_reads_it() -> None:
    body = "arguments: {parameters: [{name: a, value: 3}]}\ntemplates: [{name: build, suspend: {}}]"

    (one,) = parcels(TemplatesInMemory().add("v1", template("ci", body)))

    assert _spec(one)["arguments"]["parameters"] == [{"name": "a", "value": "3"}]


@pytest.mark.parametrize("order", [("v1", "v2"), ("v2", "v1")])
def test_of_two_versions_under_one_name_the_one_with_more_templates_is_delivered(order: tuple[str, str]) -> None:
    lookup = TemplatesInMemory(default_version="v1")
    lookup.add("v1", template("ci", "templates: [{name: build, suspend: {}}]"))
    lookup.add("v2", template("ci", "templates: [{name: build, suspend: {}}, {name: test, suspend: {}}]"))
    manifest = cast(
        "JsonObject",
        {
            "kind": "Workflow",
            "metadata": {"generateName": "a-"},
            "spec": {
                "entrypoint": order[0],
                "templates": [
                    {
                        "name": version,
                        "metadata": {"labels": {contract.VERSION: version}},
                        "steps": [[{"name": "s", "templateRef": {"name": "ci", "template": "build"}}]],
                    }
                    for version in order
                ],
            },
        },
    )

    (one,) = parcels(lookup, manifest)

    assert one.annotations[contract.TAKEN_VERSION] == "v2"


def test_equal_content_of_two_commits_is_one_object_in_reference_mode() -> None:
    lookup = TemplatesInMemory().add("v1", BUILD).add("v2", BUILD)

    (first,) = parcels(lookup, mode=Mode.REFERENCE)
    (second,) = parcels(lookup, calling("{name: ci, template: build}", version="v2"), Mode.REFERENCE)

    assert first.key == second.key
    assert _spec(first) == _spec(second)
    assert first.annotations != second.annotations


@pytest.mark.parametrize(
    ("metadata", "expected"),
    [
        (metadata_of(parcel()), True),
        ({**metadata_of(parcel()), "labels": {**metadata_of(parcel())["labels"], "pinned": "yes"}}, True),
        (metadata_of(parcel("v2")), False),
        ({"labels": parcel().labels}, False),
        ({}, False),
        ({"labels": None, "annotations": None}, False),
    ],
)
def test_an_object_is_told_to_be_the_same_by_what_is_written_on_it(metadata: JsonObject, *, expected: bool) -> None:
    assert parcel().is_like(metadata) is expected


def test_metadata_that_is_none_is_refused_as_a_manifest() -> None:
    with pytest.raises(Denied) as caught:
        parcel(labels=["a"])

    assert caught.value.reason is Reason.INVALID_MANIFEST
