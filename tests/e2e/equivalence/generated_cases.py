"""Cases drawn by chance, the same each time: graphs of templates with collisions, recursion, diamonds, hooks, loops."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings

from tests.e2e.equivalence.cases import Case, by_tags
from tests.equivalence.generated_graphs import Case as Drawn
from tests.equivalence.generated_graphs import cases as drawn_cases
from tests.equivalence.library import commit_of


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
    releases = {release: [_texts(one) for one in held.values()] for release, held in drawn.library.releases.items()}
    return by_tags(Case(f"drawn {number}", _texts(drawn.workflow), releases), commit_of)


def _texts(value: Any) -> Any:
    """With texts for the numbers of parameters, which Argo's full CRDs do not take as drawn."""
    if isinstance(value, dict):
        return {
            key: [_text(one) for one in item] if key == "parameters" else _texts(item) for key, item in value.items()
        }
    return [_texts(item) for item in value] if isinstance(value, list) else value


def _text(parameter: Any) -> Any:
    written = {key: _scalar(parameter[key]) for key in ("value", "default") if key in parameter}
    enum = {"enum": [_scalar(one) for one in parameter["enum"]]} if "enum" in parameter else {}
    return {**parameter, **written, **enum}


def _scalar(value: Any) -> Any:
    return json.dumps(value) if isinstance(value, bool | int | float) else value
