"""CronWorkflows: checked and stored as they were written, or flattened once where their author says so."""

from __future__ import annotations

import json
import time
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, cast

import pytest

from argosy.resolver import contract
from tests.e2e.admission.conftest import stored
from tests.podplayer.api_server import ARGO, Answer, api_server
from tests.resolver.template_repositories import images, workflow

if TYPE_CHECKING:
    from collections.abc import Callable

    from argosy.resolver.manifests import Manifest
    from tests.e2e.admission.conftest import Site

pytestmark = pytest.mark.needs("helm")

PLACE = "spec.workflowSpec.templates[0].steps[0][0].templateRef"
MISSING = (
    f"{PLACE}: version 'v9' was not found: no such tag, no such branch, no tag of such a version; "
    "the highest versions: v1.1.0, v1.0.0, v0.15.0; the default branch: main"
)


def _cron(name: str, version: str, *, resolve_at: str = "") -> Manifest:
    spec = {"schedules": ["0 0 1 1 *"], "workflowSpec": workflow(version).get("spec")}
    annotations = {contract.RESOLVE_AT: resolve_at} if resolve_at else {}
    metadata = {"name": name, "annotations": annotations}
    cron = {"apiVersion": "argoproj.io/v1alpha1", "kind": "CronWorkflow", "metadata": metadata, "spec": spec}
    return cast("Manifest", cron)


def _flattened(there: Any) -> list[str]:
    return images({"spec": there["spec"]["workflowSpec"]})


def _there(site: Site, name: str) -> Any:
    return json.loads(site.plane.must("get", f"cronworkflow/{name}", f"--namespace={site.namespace}", "--output=json"))


def test_a_cron_workflow_is_stored_as_it_was_written_when_its_next_workflow_would_run(site: Site) -> None:
    first, second = _cron("nightly", "v1.0.0"), _cron("nightly", "v1.1.0")

    created = stored(site.create(first))
    updated = stored(site.create(second, verb="replace"))

    assert [created["spec"], updated["spec"]] == [first.get("spec"), second.get("spec")]
    delivered = site.plane.must("get", "workflowtemplate/hello", f"--namespace={site.namespace}", "--output=json")
    assert images(json.loads(delivered)) == ["image:2"]


def _admitted(ask: Callable[[], Answer]) -> Answer:
    """As client-go does: again, when it is told when."""
    answer = ask()
    for _ in range(5):
        if answer.status != HTTPStatus.SERVICE_UNAVAILABLE:
            break
        time.sleep(answer.retry_after)
        answer = ask()
    return answer


def test_an_older_version_is_not_left_there_by_a_use_that_was_not_written_yet(site: Site) -> None:
    there: list[str] = []
    with api_server(site.plane) as server:
        for _ in range(3):
            place = f"{ARGO}/namespaces/{site.plane.namespace()}"
            first, second = _cron("nightly", "v1.0.0"), _cron("nightly", "v1.1.0")
            _admitted(lambda: server.create(f"{place}/cronworkflows", first))  # noqa: B023  # called at once
            _admitted(lambda: server.merge(f"{place}/cronworkflows/nightly", {"spec": second.get("spec")}))  # noqa: B023  # as above
            there += images(server.ask("GET", f"{place}/workflowtemplates/hello").body)

    assert there == ["image:2"] * 3


def test_a_cron_workflow_that_could_not_run_is_refused_when_it_is_created_and_when_it_is_changed(site: Site) -> None:
    good = stored(site.create(_cron("weekly", "v1.0.0")))

    created = site.create(_cron("yearly", "v9"))
    updated = site.create(_cron("weekly", "v9"), verb="replace")

    denial = f'admission webhook "cronworkflows.argosy.pipekit.io" denied the request: {MISSING}\n'
    prefix = "Error from server (VersionNotFound): error when"
    assert (created.returncode, created.stderr) == (1, f'{prefix} creating "STDIN": {denial}')
    assert (updated.returncode, updated.stderr) == (1, f'{prefix} replacing "STDIN": {denial}')
    assert _there(site, "weekly")["spec"] == good["spec"]


def test_a_cron_workflow_that_is_resolved_at_its_creation_is_flattened_then_and_at_each_change(site: Site) -> None:
    created = stored(site.create(_cron("pinned", "v1.0.0", resolve_at="Creation")))
    rescheduled = stored(
        site.create({**created, "spec": {**created["spec"], "schedules": ["1 0 1 1 *"]}}, verb="replace")
    )
    updated = stored(site.create(_cron("pinned", "v1.1.0", resolve_at="Creation"), verb="replace"))

    assert [_flattened(one) for one in (created, rescheduled, updated)] == [["image:1"], ["image:1"], ["image:2"]]
    assert rescheduled["spec"]["workflowSpec"] == created["spec"]["workflowSpec"]
    lock = json.loads(updated["metadata"]["annotations"][contract.RESOLVED])
    assert [one["asked"] for one in lock["templates"]] == ["v1.1.0"]
    assert updated["spec"]["workflowMetadata"]["annotations"] == {
        contract.RESOLVED: updated["metadata"]["annotations"][contract.RESOLVED]
    }


def test_what_does_not_change_what_runs_needs_no_agent(site: Site) -> None:
    stored(site.create(_cron("quiet", "v1.0.0", resolve_at="Creation")))
    site.agent.stop()
    try:
        labelled = site.plane.kubectl(
            "label", "cronworkflow/quiet", "seen=yes", f"--namespace={site.namespace}", user="developer"
        )
    finally:
        site.agent.start()

    assert (labelled.returncode, labelled.stderr) == (0, "")
