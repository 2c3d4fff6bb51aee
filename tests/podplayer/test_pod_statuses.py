from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.podplayer.pod_statuses import ended, environment, running, template_of

if TYPE_CHECKING:
    from argosy.resolver.manifests import JsonObject

NOW = "2026-11-26T00:00:00Z"
TEMPLATE = {"name": "ARGO_TEMPLATE", "value": '{"name":"a"}'}
POD: JsonObject = {
    "spec": {
        "initContainers": [{"name": "init", "image": "i", "env": [TEMPLATE]}],
        "containers": [{"name": "wait", "image": "i"}, {"name": "main", "image": "m"}],
    }
}


def codes(status: JsonObject) -> dict[str, int]:
    return {one["name"]: one["state"]["terminated"]["exitCode"] for one in status["containerStatuses"]}


def test_all_containers_of_a_running_pod_are_ready() -> None:
    status = running(POD, NOW)

    assert status["phase"] == "Running"
    assert [(one["name"], one["ready"]) for one in status["containerStatuses"]] == [("wait", True), ("main", True)]


@pytest.mark.parametrize(
    ("code", "message", "phase", "main"),
    [(0, "", "Succeeded", 0), (3, "", "Failed", 3), (0, "evicted", "Failed", 0)],
)
def test_a_pod_ends_as_its_template_does(code: int, message: str, phase: str, main: int) -> None:
    status = ended(POD, code, message, NOW)

    assert (status["phase"], status.get("message", "")) == (phase, message)
    assert codes(status) == {"wait": 0, "main": main}


def test_the_template_is_read_from_the_environment() -> None:
    assert template_of(POD) == {"name": "a"}
    assert environment(POD, "ARGO_DEADLINE") == ""
