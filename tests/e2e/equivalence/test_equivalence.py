"""A part of the proof, which `make equivalence` gives whole: a case of each rule, and of each feature of Argo."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.controlplane.programs import argo_source
from tests.e2e.equivalence.cases import Case
from tests.e2e.equivalence.conformance_cases import conformance_cases
from tests.e2e.equivalence.generated_cases import generated_cases
from tests.e2e.equivalence.proof import prove
from tests.e2e.equivalence.site import site
from tests.e2e.equivalence.table import faults, lines
from tests.e2e.equivalence.upstream_cases import recast_cases, upstream_cases

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.controlplane.cluster import ControlPlane

pytestmark = [pytest.mark.needs("helm", "argo"), pytest.mark.timeout(900)]

UPSTREAM = (
    "examples/workflow-template/steps.yaml",
    "examples/workflow-template/dag.yaml",
    "examples/workflow-template/retry-with-steps.yaml",
    "examples/workflow-template/workflow-template-ref-with-entrypoint-arg-passing.yaml",
    "examples/cluster-workflow-template/mixed-cluster-namespaced-wftmpl-steps.yaml",
    "test/e2e/testdata/workflow-template-nested-template.yaml, called",
    "test/e2e/testdata/artifactgc/artgc-step-wf-tmpl.yaml",
)
RECAST = (
    "coinflip-recursive",
    "loops-param-result",
    "conditionals",
    "dag-daemon-task",
    "life-cycle-hooks-tmpl-level",
    "life-cycle-hooks-wf-level",
    "exit-handlers",
    "exit-handler-dag-level",
    "retry-with-steps",
    "memoize-simple",
    "synchronization-mutex-tmpl-level",
    "suspend-template",
    "artifact-passing",
    "dag-inline-workflow",
    "output-parameter",
)


def chosen() -> Iterator[Case]:
    module = argo_source()
    yield from (case for case in upstream_cases(module) if case.name in UPSTREAM)
    wanted = tuple(f"examples/{name}.yaml" for name in RECAST)
    yield from (case for case in recast_cases(module) if case.name.startswith(wanted))
    seen: set[str] = set()
    for case in conformance_cases():
        rule = case.name.partition("[")[0].partition(" #")[0]
        if rule.startswith("row") and rule not in seen:
            seen.add(rule)
            yield case
    yield from generated_cases(20)


def test_the_controller_cannot_tell_the_difference(own_control_plane: ControlPlane, tmp_path: Path) -> None:
    cases = list(chosen())

    proofs = prove(own_control_plane, tmp_path, cases)

    assert faults(proofs) == [], "\n".join(lines(proofs))
    assert len(proofs) >= 100, [case.name for case in cases]


def test_what_an_agent_has_delivered_does_not_stand_in_the_way_of_the_originals(
    own_control_plane: ControlPlane,
) -> None:
    template = {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "ClusterWorkflowTemplate",
        "metadata": {"name": "delivered-before"},
        "spec": {"templates": [{"name": "main", "suspend": {"duration": "1s"}}]},
    }
    workflow = {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "Workflow",
        "metadata": {"generateName": "run-"},
        "spec": {"entrypoint": "main", "workflowTemplateRef": {"name": "delivered-before", "clusterScope": True}},
    }
    case = Case("delivered before", workflow, {("templates", "v1"): [template]})
    own_control_plane.apply(template)

    with site(own_control_plane, [case]) as here:
        runs = here.originals({"c0": case})

    assert (runs["c0"].refusal, runs["c0"].phase) == ("", "Succeeded")
