"""What Workflows count of themselves is the same each way."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.controlplane.programs import argo_source
from tests.e2e.equivalence.cases import numbered
from tests.e2e.equivalence.exported_metrics import exported
from tests.e2e.equivalence.site import answering, site
from tests.e2e.equivalence.upstream_cases import recast_cases

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from tests.controlplane.cluster import ControlPlane
    from tests.e2e.equivalence.exported_metrics import Sample
    from tests.e2e.equivalence.running import Site
    from tests.e2e.equivalence.runs import Run

# One is of a number that a file holds, and the player writes a text; the other is of a task that fails, and none does.
NOT_COUNTED = {"random_int_step_histogram", "task_failure"}
pytestmark = [pytest.mark.needs("helm", "argo"), pytest.mark.timeout(300)]


def specs(value: object) -> Iterator[dict[str, object]]:
    """Every metric that a manifest defines."""
    if isinstance(value, dict):
        for key, item in value.items():
            if key == "prometheus" and isinstance(item, list):
                yield from item
            else:
                yield from specs(item)
    elif isinstance(value, list):
        for item in value:
            yield from specs(item)


def counted(samples: Mapping[Sample, float], names: Mapping[str, bool]) -> dict[Sample, float]:
    """The samples of these metrics; of what measures time, only that it is there."""
    found = {sample: value for sample, value in samples.items() if sample[0].removesuffix("_count") in names}
    return {sample: 0.0 if names[sample[0].removesuffix("_count")] else value for sample, value in found.items()}


def test_custom_metrics_are_the_same_each_way(own_control_plane: ControlPlane, tmp_path: Path) -> None:
    cases = numbered([case for case in recast_cases(argo_source()) if any(specs([case.workflow, case.templates]))])
    names = {
        str(spec["name"]): "uration" in str(spec)
        for case in cases.values()
        for spec in specs([case.workflow, case.templates])
    }

    def run(way: str, here: Site) -> dict[str, Run]:
        if way == "original":
            return here.originals(cases)
        with answering(own_control_plane, tmp_path / way, cases, by_reference=way == "reference"):
            return here.asking(cases, way)

    found: dict[str, dict[Sample, float]] = {}
    for way in ("original", "flattened", "reference"):
        with (
            exported() as exports,
            site(own_control_plane, cases.values(), environment=exports.environment) as here,
        ):
            runs = run(way, here)
            assert [each.trouble for each in runs.values() if each.trouble] == []
            exports.wait()
            found[way] = counted(exports.samples, names)

    assert {sample[0].removesuffix("_count") for sample in found["original"]} == set(names) - NOT_COUNTED
    assert found["flattened"] == found["original"]
    assert found["reference"] == found["original"]
