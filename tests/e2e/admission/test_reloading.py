"""Settings that change while clients create Workflows: nothing is lost, and what holds is what answers."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.e2e.admission.clients import counted, create_all, creating
from tests.e2e.admission.conftest import configured
from tests.e2e.admission.installing import wait_until
from tests.resolver.template_repositories import TemplateRepository, workflow

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.e2e.admission.clients import Created
    from tests.e2e.admission.conftest import Site

pytestmark = pytest.mark.needs("helm")

APPLIED = "new settings hold"
REFUSED = "the new settings are refused, and the old ones hold"
HELLO, OTHER = workflow("v1.0.0"), workflow("v5.0.0", template="shared")
FORBIDDEN = (403, "ForbiddenVersion")
PLACE = "spec.templates[0].steps[0][0].templateRef"


def _change(site: Site, settings: Mapping[str, Any] | bytes, message: str = APPLIED) -> None:
    """Write the settings, and wait until the agent says what became of them."""
    before = len(site.agent.told(message))
    site.agent.configure(settings)
    wait_until(lambda: len(site.agent.told(message)) > before, site.agent.log)


def _one(site: Site, manifest: Any) -> Created:
    (answer,) = create_all(site.plane, site.namespace, [manifest], clients=1)
    return answer


def test_settings_change_in_the_middle_and_each_workflow_is_stored_or_told_why_not(site: Site) -> None:
    TemplateRepository.create(site.git.root / "more").commit("v5.0.0", shared="image:5")
    one, both = [configured(site.git)], [configured(site.git), configured(site.git, "more")]
    forbidding = {"rules": [{"namespaces": ["test-*"], "versions": ["v5.*"]}]}

    with creating(site.plane, site.namespace, HELLO, clients=4) as answers:
        unknown = _one(site, OTHER)
        _change(site, {"repositories": both})
        appeared = _one(site, OTHER)
        allowed = len(answers)

        _change(site, {"repositories": both, "policy": forbidding})
        first, count = _one(site, HELLO), len(answers)
        _change(site, b"repositories: [{url: 7}]", REFUSED)
        kept = [_one(site, HELLO), _one(site, OTHER)]
        # Those that were asked before the change have been answered by now.
        forbidden = answers[count + 4 :]

        _change(site, {"repositories": one})
        again, gone = _one(site, HELLO), _one(site, OTHER)

    assert [unknown.outcome, appeared.outcome] == [(422, "VersionNotFound"), (201, "image:5")]
    assert counted(answers[:allowed]) == {(201, "image:1"): allowed}
    assert [one.outcome for one in (first, *kept)] == [FORBIDDEN, FORBIDDEN, (201, "image:5")]
    assert first.body["message"] == (
        f'admission webhook "workflows.argosy.pipekit.io" denied the request: {PLACE}: namespace {site.namespace} '
        "may not use tag v1.0.0 of repository templates; "
        "use a tag or branch that matches v5.*, or the very commit that such a tag or branch points at"
    )
    assert set(counted(forbidden)) == {FORBIDDEN}
    assert [again.outcome, gone.outcome] == [(201, "image:1"), unknown.outcome]
    assert set(counted(answers)) == {(201, "image:1"), FORBIDDEN}
    listed = json.loads(site.plane.must("get", "workflows", f"--namespace={site.namespace}", "--output=json"))
    told = [one.body["metadata"]["name"] for one in (*answers, appeared, again, *kept) if one.status == 201]
    assert sorted(one["metadata"]["name"] for one in listed["items"]) == sorted(told)
