"""The page of metrics names all there are, with their types and labels."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from argosy.agent.metrics import Delivered, Kind, Metrics, Outcome, Readings, Reloaded, RepositoryReading, Swept
from argosy.agent.pushes import HostName
from argosy.agent.pushes import Outcome as Pushed
from argosy.resolver.catalog import Lookups
from argosy.resolver.errors import Reason
from argosy.resolver.mirror import FetchKind, FetchReport
from argosy.resolver.sources import RepositoryAlias

PAGE = (Path(__file__).parents[2] / "docs" / "metrics.md").read_text(encoding="utf-8")
MAIN = RepositoryAlias("main")


def _everything() -> Metrics:
    """Metrics to which everything has happened once."""
    metrics = Metrics("1")
    metrics.admission(
        kind=Kind.WORKFLOW, outcome=Outcome.FLATTENED, reason=None, warm=True, dry_run=False, seconds=0.001
    )
    metrics.noticed(Reason.TAG_MOVED)
    metrics.fetched(FetchReport(MAIN, FetchKind.REFS, 0.1, None))
    metrics.pushed(HostName.GITHUB, Pushed.ENQUEUED)
    metrics.certificate(1.0)
    metrics.read_from(lambda: Readings((RepositoryReading(MAIN, 1.0, 1),), {"index": Lookups(1, 1)}))
    return metrics


def _rows(heading: str) -> list[list[str]]:
    lines = PAGE.split(heading, 1)[1].split("\n\n", 1)[0].splitlines()
    # An escaped bar is no end of a cell.
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines if line.startswith("| `")]


def _names(cell: str) -> frozenset[str]:
    return frozenset(re.findall(r"`([^`]+)`", cell))


def test_every_metric_is_explained_with_its_type_and_labels() -> None:
    families = list(text_string_to_metric_families(_everything().exposition()[0].decode()))
    found = {
        f"{family.name}_total" if family.type == "counter" else family.name: (
            family.type,
            frozenset[str]().union(*(sample.labels for sample in family.samples)) - {"le"},
        )
        for family in families
        if not family.name.endswith("_created")
    }

    told = {name.strip("`"): (kind, _names(labels)) for name, kind, labels, _ in _rows("| metric |")}

    assert told == found


@pytest.mark.parametrize(
    ("row", "values"),
    [
        ("`kind`", Kind),
        ("`outcome` of admissions", Outcome),
        ("`outcome` of delivered templates", Delivered),
        ("`outcome` of swept templates", Swept),
        ("`outcome` of settings reloads", Reloaded),
    ],
)
def test_every_value_of_a_label_is_named(row: str, values: type[Kind]) -> None:
    (told,) = [_names(cells[1]) for cells in _rows("| label of |") if cells[0] == row]

    assert told == set(values)


def test_every_alert_asks_for_metrics_that_there_are() -> None:
    explained = {row[0].strip("`") for row in _rows("| metric |")}
    alerts = list(_rows("| expression |"))
    asked = {name for row in alerts for name in re.findall(r"argosy_\w+", row[0])}

    assert [row for row in alerts if len(row) != 2 or not re.search(" [<>=]+ ", row[0])] == []
    assert asked - explained == set()
    assert len(asked) > 3
