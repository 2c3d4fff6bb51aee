"""Cases drawn by chance, the same each time: graphs of templates with collisions, recursion, diamonds, hooks, loops."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import HealthCheck, Phase, given, settings

from tests.e2e.equivalence.cases import Case
from tests.equivalence.generated_graphs import Case as Drawn
from tests.equivalence.generated_graphs import cases as drawn_cases

if TYPE_CHECKING:
    from argosy.resolver.manifests import JsonObject


def generated_cases(count: int) -> list[Case]:
    """So many draws; those with CronWorkflows are left to the tests of entry points."""
    found: list[Drawn] = []

    @given(case=drawn_cases())
    @settings(
        max_examples=count,
        derandomize=True,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    def draw(case: Drawn) -> None:
        found.append(case)

    draw()
    return [_case(number, each) for number, each in enumerate(found) if each.workflow["kind"] == "Workflow"]


def _case(number: int, drawn: Drawn) -> Case:
    releases = {release: [_plain(one) for one in held.values()] for release, held in drawn.library.releases.items()}
    return Case(f"drawn {number}", drawn.workflow, releases)


def _plain(manifest: object) -> JsonObject:
    assert isinstance(manifest, dict)
    return dict(manifest)
