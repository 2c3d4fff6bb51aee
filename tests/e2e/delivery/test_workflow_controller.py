"""Argo's controller finds what was delivered: before it schedules a CronWorkflow, and before it runs a Workflow."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

from argosy.agent.delivery import Order, TemplateDelivery
from argosy.agent.delivery.cluster_templates import ClusterTemplates
from argosy.resolver.errors import Reason, RetryLater
from argosy.resolver.flatten import flatten
from argosy.resolver.flattened import Mode
from argosy.resolver.manifests import Namespace
from tests.delivery.flattening import CALLING, RUN, RUNNER
from tests.e2e.delivery.accounts import DELIVERS, client_of
from tests.flatten.memory import TemplatesInMemory
from tests.flatten.running import template, workflow

if TYPE_CHECKING:
    from pathlib import Path

    from argosy.resolver.flattened import Flattened
    from argosy.resolver.manifests import JsonObject
    from tests.controlplane.cluster import ControlPlane

RESTRICTED = {"workflowRestrictions": {"templateReferencing": "Strict"}}
WAITS = "entrypoint: build\ntemplates: [{name: build, suspend: {}}]"
SECONDS = 20.0


def _delivered(delivery: TemplateDelivery, namespace: str, flattened: Flattened, mode: Mode) -> int:
    """Try as an API client does, until it is admitted; how often it was told to wait."""
    for attempt in range(5):
        try:
            delivery.deliver(Order(Namespace(namespace), RUN, mode, 86_400.0), flattened)
        except RetryLater as error:
            assert error.reason is Reason.NOT_DELIVERED  # noqa: PT017  # anything else ends the test as well
            time.sleep(error.delay)
        else:
            return attempt
    raise AssertionError("never admitted")


def _cron_workflow(name: str, namespace: str, template_name: str) -> JsonObject:
    step = {"name": "s", "templateRef": {"name": template_name, "template": "build"}}
    workflow_spec = {"entrypoint": "main", "templates": [{"name": "main", "steps": [[step]]}]}
    return {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "CronWorkflow",
        "metadata": {"name": name, "namespace": namespace},
        "spec": {"schedules": ["0 0 1 1 *"], "workflowSpec": workflow_spec},
    }


def _judged(log: Path, key: str) -> str:
    """What the controller decided about a CronWorkflow."""
    until = time.monotonic() + SECONDS
    verdicts = ("CronWorkflow added", "invalid cron workflow")
    while True:
        lines = [line for line in log.read_text(encoding="utf-8").splitlines() if key in line]
        found = [verdict for verdict in verdicts for line in lines if verdict in line]
        if found:
            return found[0]
        assert time.monotonic() < until, lines
        time.sleep(0.1)


def test_the_controller_schedules_a_cronworkflow_whose_templates_were_delivered(
    own_control_plane: ControlPlane,
) -> None:
    plane, namespace = own_control_plane, own_control_plane.namespace("delivery")
    taken = flatten(CALLING, TemplatesInMemory().add("v1", template("ci", WAITS)))

    with client_of(plane, namespace, DELIVERS) as api, plane.workflow_controller(namespace=namespace) as log:
        delivery = TemplateDelivery(ClusterTemplates(api), RUNNER, time.time)
        assert _delivered(delivery, namespace, taken, Mode.FLATTEN) == 1
        plane.apply(_cron_workflow("delivered", namespace, "ci"), _cron_workflow("missing", namespace, "other"))

        assert _judged(log, f"{namespace}/delivered") == "CronWorkflow added"
        assert _judged(log, f"{namespace}/missing") == "invalid cron workflow"


def test_a_strict_controller_runs_what_was_delivered_a_second_before(own_control_plane: ControlPlane) -> None:
    plane, namespace = own_control_plane, own_control_plane.namespace("delivery")
    where = f"--namespace={namespace}"

    with (
        client_of(plane, namespace, DELIVERS) as api,
        plane.workflow_controller(RESTRICTED, namespace=namespace),
    ):
        delivery = TemplateDelivery(ClusterTemplates(api), RUNNER, time.time)
        for number in range(3):
            manifest = workflow("workflowTemplateRef: {name: ci}", generateName="", name=f"w{number}")
            body = f"{WAITS}\npriority: {number}"
            flattened = flatten(
                manifest,
                TemplatesInMemory().add("v1", template("ci", body)),
                mode=Mode.REFERENCE,
                namespace=Namespace(namespace),
            )
            assert _delivered(delivery, namespace, flattened, Mode.REFERENCE) == 1
            plane.must("create", "--filename=-", where, input=json.dumps(flattened.manifest))
        for number in range(3):
            plane.must("wait", where, f"workflow/w{number}", "--for=jsonpath={.status.phase}=Running", "--timeout=15s")
