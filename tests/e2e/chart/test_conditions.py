"""Which Workflows and CronWorkflows reach the agent, by the API server's own judgement of the chart's conditions."""

from __future__ import annotations

import itertools
import time
from typing import TYPE_CHECKING, Any

import pytest

from argosy.resolver import contract

if TYPE_CHECKING:
    from tests.e2e.chart.conftest import Cluster
    from tests.e2e.chart.counting import Counting

pytestmark = pytest.mark.needs("helm")

ASKS = {contract.VERSION: "v1.2.3"}
METADATA = {"metadata": {"labels": ASKS}}
ROW = {"name": "main", "container": {"image": "a"}}
NAMES = itertools.count()
PROPAGATION_SECONDS = 20.0


def inline(where: str, **body: Any) -> dict[str, Any]:
    caller = {"name": "a", "inline": {"container": {"image": "a"}, **body}}
    return {"name": "main", "steps": [[{"name": "b"}], [caller]]} if where == "steps" else {"dag": {"tasks": [caller]}}


def spec(*templates: Any, **fields: Any) -> dict[str, Any]:
    return {"spec": {"entrypoint": "main", "templates": list(templates), **fields}}


ASKING: dict[str, dict[str, Any]] = {
    "label": {**METADATA, **spec(ROW)},
    "annotation": {"metadata": {"annotations": ASKS}, **spec(ROW)},
    "repository": {"metadata": {"annotations": {contract.REPOSITORY: "a"}}, **spec(ROW)},
    "pull policy": {"metadata": {"labels": {contract.PULL_POLICY: "Never"}}, **spec(ROW)},
    "misspelt key": {"metadata": {"labels": {"pipekit.io.templates.gitversion": "v1"}}, **spec(ROW)},
    "no spec": METADATA,
    "workflowMetadata label": spec(ROW, workflowMetadata={"labels": ASKS}),
    "workflowMetadata annotation": spec(ROW, workflowMetadata={"annotations": ASKS}),
    "templateDefaults": spec(ROW, templateDefaults=METADATA),
    "template label": spec(ROW, {**ROW, **METADATA}),
    "template annotation in metadata": spec({**ROW, "metadata": {"annotations": ASKS}}, ROW),
    "template annotation": spec(ROW, {**ROW, "annotations": ASKS}),
    "other labels too": spec({**ROW, "metadata": {"labels": {"a": "b", **ASKS}, "annotations": {"c": "d"}}}),
    "inline step label": spec(inline("steps", **METADATA)),
    "inline step annotation": spec(inline("steps", annotations=ASKS)),
    "inline task label": spec(ROW, inline("dag", **METADATA)),
    "inline task annotation": spec(inline("dag", metadata={"annotations": ASKS})),
    "beside what is malformed": spec(None, "text", 7, {"metadata": None, "steps": [None, [None]]}, {**ROW, **METADATA}),
}
SILENT: dict[str, dict[str, Any]] = {
    "nothing": spec(ROW),
    "no spec at all": {},
    "empty spec": {"spec": {}},
    "other labels": {"metadata": {"labels": {"app": "a"}, "annotations": {"b": "c"}}, **spec(ROW)},
    "another prefix": {"metadata": {"labels": {"x.pipekit.io.templates.gitVersion": "v1"}}, **spec(ROW)},
    "prefix without its dot": {"metadata": {"labels": {"pipekit.io.templates": "v1"}}, **spec(ROW)},
    "what Argosy writes": {"metadata": {"annotations": {contract.RESOLVED: "{}"}}, **spec(ROW)},
    "key as value": {"metadata": {"annotations": {"a": contract.VERSION}}, **spec(ROW)},
    "templateRef without a version": spec({"steps": [[{"templateRef": {"name": "a", "template": "b"}}]]}),
    "workflowTemplateRef without a version": {"spec": {"workflowTemplateRef": {"name": "a"}}},
    "empty lists": spec({"steps": []}, {"steps": [[]]}, {"dag": {"tasks": []}}, {"dag": {}}),
    "no templates": {"spec": {"templates": []}},
    "nulls": spec(
        None,
        {"metadata": None, "annotations": None, "steps": None, "dag": None},
        {"metadata": {"labels": None, "annotations": None}, "steps": [None, [None]], "dag": {"tasks": None}},
        {"dag": {"tasks": [None, {"inline": None}, {"inline": {"metadata": None}}]}},
        workflowMetadata=None,
        templateDefaults=None,
    ),
    "other types": spec(
        "text",
        7,
        {"metadata": "a", "annotations": ["pipekit.io.templates.gitVersion"], "steps": "a", "dag": "b"},
        {"metadata": {"labels": "pipekit.io.templates.gitVersion"}, "steps": {"a": 1}, "dag": {"tasks": {"b": 2}}},
        workflowMetadata=7,
        templateDefaults="a",
    ),
    "templates of another type": {"spec": {"templates": {"main": METADATA}}},
    "null templates": {"spec": {"templates": None, "workflowMetadata": {"labels": None}}},
}


@pytest.fixture(scope="module")
def installed(cluster: Cluster, webhook: Counting) -> Cluster:
    cluster.install(f"webhook.url={webhook.url}", "webhook.matchAll=false")
    cluster.trust_webhook()
    _wait(lambda: _reaches(cluster, webhook, "workflows", ASKING["label"]))
    _wait(lambda: not _reaches(cluster, webhook, "workflows", SILENT["nothing"]))
    return cluster


@pytest.fixture
def matching_all(installed: Cluster, webhook: Counting) -> Any:
    installed.install(f"webhook.url={webhook.url}", "webhook.matchAll=true")
    _wait(lambda: _reaches(installed, webhook, "workflows", SILENT["nothing"]))
    yield installed
    installed.install(f"webhook.url={webhook.url}", "webhook.matchAll=false")
    _wait(lambda: not _reaches(installed, webhook, "workflows", SILENT["nothing"]))


def _wait(holds: Any) -> None:
    until = time.monotonic() + PROPAGATION_SECONDS
    while not holds():
        assert time.monotonic() < until, "the API server has not taken the configuration"
        time.sleep(0.1)


def _path(resource: str, namespace: str) -> str:
    return f"/apis/argoproj.io/v1alpha1/namespaces/{namespace}/{resource}"


def _object(resource: str, fields: dict[str, Any]) -> dict[str, Any]:
    kind = "Workflow" if resource == "workflows" else "CronWorkflow"
    metadata = {**fields.get("metadata", {}), "name": f"w{next(NAMES)}"}
    return {"apiVersion": "argoproj.io/v1alpha1", "kind": kind, "spec": {}, **fields, "metadata": metadata}


def _reaches(
    cluster: Cluster, webhook: Counting, resource: str, fields: dict[str, Any], namespace: str = "team"
) -> bool:
    """Whether the agent is asked about an object when it is made, as a dry run.

    It must get past admission in any case; what the CRDs refuse, they refuse after it.
    """
    manifest = _object(resource, fields)
    status, answer = cluster.ask("POST", f"{_path(resource, namespace)}?dryRun=All", manifest)
    assert status == 201 or (status, answer["reason"]) == (422, "Invalid"), answer
    return ("CREATE", manifest["metadata"]["name"]) in webhook.reached


def _scheduled(fields: dict[str, Any]) -> dict[str, Any]:
    """A CronWorkflow of a Workflow."""
    return {**fields, "spec": {"schedules": ["* * * * *"], "workflowSpec": fields.get("spec")}}


@pytest.mark.parametrize("case", ASKING)
def test_what_asks_for_a_version_reaches_the_agent(installed: Cluster, webhook: Counting, case: str) -> None:
    assert _reaches(installed, webhook, "workflows", ASKING[case])
    assert _reaches(installed, webhook, "cronworkflows", _scheduled(ASKING[case]))


@pytest.mark.parametrize("case", SILENT)
def test_what_asks_for_none_never_does(installed: Cluster, webhook: Counting, case: str) -> None:
    assert not _reaches(installed, webhook, "workflows", SILENT[case])
    assert not _reaches(installed, webhook, "cronworkflows", _scheduled(SILENT[case]))


@pytest.mark.parametrize("malformed", [spec([METADATA]), spec(ROW, workflowMetadata=[])])
def test_a_list_where_a_mapping_belongs_is_refused(installed: Cluster, malformed: dict[str, Any]) -> None:
    status, answer = installed.ask("POST", f"{_path('workflows', 'team')}?dryRun=All", _object("workflows", malformed))

    # No condition can be evaluated over it; Argo could not read it either.
    assert (status, "unsupported index type" in answer["message"]) == (403, True)


@pytest.mark.parametrize("field", ["labels", "annotations"])
def test_a_cron_workflow_asks_by_its_own_workflow_metadata(installed: Cluster, webhook: Counting, field: str) -> None:
    cron = {"spec": {"workflowMetadata": {field: ASKS}, "workflowSpec": spec(ROW)["spec"]}}

    assert _reaches(installed, webhook, "cronworkflows", cron)


@pytest.mark.parametrize("resource", ["workflowtemplates", "clusterworkflowtemplates"])
def test_templates_never_reach_the_agent(installed: Cluster, webhook: Counting, resource: str) -> None:
    kind = {"workflowtemplates": "WorkflowTemplate", "clusterworkflowtemplates": "ClusterWorkflowTemplate"}[resource]
    manifest: dict[str, Any] = {**_object("workflows", {**METADATA, **spec(ROW)}), "kind": kind}
    path = _path(resource, "team") if kind == "WorkflowTemplate" else f"/apis/argoproj.io/v1alpha1/{resource}"

    assert installed.ask("POST", f"{path}?dryRun=All", manifest)[0] == 201
    assert ("CREATE", manifest["metadata"]["name"]) not in webhook.reached


@pytest.mark.parametrize(
    ("namespace", "expected"), [("team", True), ("default", True), ("kube-system", False), ("argosy-system", False)]
)
def test_the_agents_own_namespace_and_kube_system_are_left_out(
    installed: Cluster, webhook: Counting, namespace: str, *, expected: bool
) -> None:
    assert _reaches(installed, webhook, "workflows", ASKING["label"], namespace) is expected


def _large(*, asks: bool, padding: int) -> dict[str, Any]:
    """A thousand templates of two steps and two labels each; the last inline body may ask."""
    labels = {"metadata": {"labels": {"app.kubernetes.io/name": "a", "team": "b"}, "annotations": {"c": "d"}}}
    step = {"name": "s", "inline": {"container": {"image": "a", "args": ["x" * padding]}, **labels}}
    rows = [{"name": f"t{number}", "steps": [[step], [step]], **labels} for number in range(999)]
    return spec(*rows, inline("steps", **METADATA) if asks else ROW)


@pytest.mark.parametrize("asks", [True, False])
def test_a_thousand_templates_of_a_mebibyte_are_judged_within_the_cost_limit(
    installed: Cluster, webhook: Counting, *, asks: bool
) -> None:
    large = _large(asks=asks, padding=300)

    assert _reaches(installed, webhook, "workflows", large) is asks
    assert _reaches(installed, webhook, "cronworkflows", _scheduled(large)) is asks


@pytest.mark.parametrize("resource", ["workflows", "cronworkflows"])
def test_with_match_all_everything_that_has_templates_reaches_the_agent(
    matching_all: Cluster, webhook: Counting, resource: str
) -> None:
    cases = {"templates": SILENT["nothing"], "reference": SILENT["workflowTemplateRef without a version"]}
    cases |= {"malformed": SILENT["other types"], "asks": ASKING["label"], "none": SILENT["no spec at all"]}
    wrapped = cases if resource == "workflows" else {name: _scheduled(fields) for name, fields in cases.items()}

    reached = [name for name, fields in wrapped.items() if _reaches(matching_all, webhook, resource, fields)]

    assert reached == ["templates", "reference", "malformed", "asks"]


def test_an_update_of_a_cron_workflow_counts_when_it_changes_what_runs(installed: Cluster, webhook: Counting) -> None:
    manifest = _object("cronworkflows", _scheduled(ASKING["label"]))
    name = manifest["metadata"]["name"]
    path = f"{_path('cronworkflows', 'team')}/{name}"
    changes: dict[str, dict[str, Any]] = {
        "status": {"status": {"lastScheduledTime": "2026-01-01T00:00:00Z"}},
        "annotation of the controller": {"metadata": {"annotations": {"cronworkflows.argoproj.io/last-used": "1"}}},
        "finalizer": {"metadata": {"finalizers": []}},
        "version": {"metadata": {"labels": {contract.VERSION: "v2"}}},
        "repository": {"metadata": {"annotations": {contract.REPOSITORY: "a"}}},
        "schedule": {"spec": {"schedules": ["@daily"]}},
        "nothing that asks": {"metadata": {"labels": None, "annotations": None}},
    }
    assert installed.ask("POST", _path("cronworkflows", "team"), manifest)[0] == 201
    reached: list[str] = []
    for change, patch in changes.items():
        webhook.reached.clear()
        status, answer = installed.ask("PATCH", path, patch, "application/merge-patch+json")
        assert status == 200, answer
        reached += [change] if ("UPDATE", name) in webhook.reached else []
    installed.ask("DELETE", path)

    assert reached == ["version", "repository", "schedule"]


def test_an_update_of_a_workflow_never_reaches_the_agent(installed: Cluster, webhook: Counting) -> None:
    manifest: dict[str, Any] = _object("workflows", ASKING["label"])
    path = f"{_path('workflows', 'team')}/{manifest['metadata']['name']}"
    assert installed.ask("POST", _path("workflows", "team"), manifest)[0] == 201
    status, _ = installed.ask("PATCH", path, spec(ROW, ROW), "application/merge-patch+json")
    installed.ask("DELETE", path)

    assert status == 200
    assert ("UPDATE", manifest["metadata"]["name"]) not in webhook.reached
