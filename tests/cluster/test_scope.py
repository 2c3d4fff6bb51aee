"""An installation for some namespaces asks for nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from argosy.agent.cluster.scope import Scope
from argosy.agent.delivery.cluster_templates import ClusterTemplates
from argosy.agent.delivery.placing import Placed, Stamp
from argosy.resolver import contract
from tests.cluster.scripted import Reply
from tests.delivery.flattening import NOW, RUNNER, parcel

if TYPE_CHECKING:
    from tests.cluster.scripted import ScriptedApi

TWO = Scope(("a", "b"))


def page(name: str) -> Reply:
    return Reply(200, {"items": [{"metadata": {"name": name, "uid": name}}], "metadata": {}})


@pytest.mark.parametrize(
    ("scope", "plural", "namespace", "expected"),
    [
        (Scope(), "workflows", "", ["/workflows"]),
        (Scope(), "clusterworkflowtemplates", "", ["/clusterworkflowtemplates"]),
        (TWO, "workflows", "", ["/namespaces/a/workflows", "/namespaces/b/workflows"]),
        (TWO, "workflows", "b", ["/namespaces/b/workflows"]),
        (TWO, "workflows", "c", []),
        (TWO, "clusterworkflowtemplates", "", []),
    ],
)
def test_lists_are_of_the_scope(
    api: ScriptedApi, scope: Scope, plural: str, namespace: str, expected: list[str]
) -> None:
    api.answers(*(page(str(number)) for number, _ in enumerate(expected)))

    found = [one["metadata"]["name"] for one in scope.listed(api.objects(), plural, namespace)]

    assert [one.path.removeprefix(f"/apis/{contract.API_VERSION}") for one in api.asked] == expected
    assert len(found) == len(expected)


def test_nothing_is_delivered_outside_of_the_scope(api: ScriptedApi) -> None:
    one = parcel()
    templates = ClusterTemplates(api.objects(), scope=Scope(("elsewhere",)))

    assert templates.place(one, Stamp(NOW, 0.0)).outcome is Placed.OUTSIDE
    assert templates.stamp(one.key, RUNNER, Stamp(NOW, 0.0)).outcome is Placed.OUTSIDE
    assert api.asked == []
