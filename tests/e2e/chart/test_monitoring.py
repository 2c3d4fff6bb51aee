"""Alerts and dashboard speak of metrics and labels that there are."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
import yaml

from argosy.agent.metrics import Outcome
from tests.chart.values_table import CHART
from tests.e2e.chart.rendering import URL, rendered

pytestmark = pytest.mark.needs("helm")

PAGE = (CHART.parents[1] / "docs" / "metrics.md").read_text(encoding="utf-8")
ALERTS: Any = yaml.safe_load((CHART / "monitoring" / "alerts.yaml").read_text(encoding="utf-8"))
DASHBOARD: Any = json.loads((CHART / "monitoring" / "dashboard.json").read_text(encoding="utf-8"))
RULES = [rule for group in ALERTS["groups"] for rule in group["rules"]]
EXPRESSIONS = [
    *(rule["expr"] for rule in RULES),
    *(target["expr"] for panel in DASHBOARD["panels"] for target in panel["targets"]),
]
PARTS = ("_bucket", "_sum", "_count")


def _metrics() -> dict[str, set[str]]:
    """Each metric of the page, with its labels."""
    rows = re.findall(r"^\| `(argosy_\w+)` \| (?:counter|gauge|histogram) \|([^|]*)\|", PAGE, re.MULTILINE)
    return {name: set(re.findall(r"`(\w+)`", labels)) for name, labels in rows}


def _name(text: str) -> str:
    part = next((part for part in PARTS if text.endswith(part)), "")
    return text.removesuffix(part) if text not in _metrics() else text


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_an_expression_asks_for_what_there_is(expression: str) -> None:
    metrics = _metrics()
    names = {_name(name) for name in re.findall(r"\bargosy_\w+", expression)}
    known = {label for name in names for label in metrics.get(name, ())} | {"le"}
    grouped = {label for group in re.findall(r"by \(([^)]*)\)", expression) for label in group.split(", ")}
    matched = set(re.findall(r"[{,](\w+)=~?\"", expression))

    assert names
    assert names <= set(metrics)
    assert grouped | matched <= known
    assert expression.count("(") == expression.count(")")


def test_the_dashboard_shows_every_metric_that_can_be_drawn() -> None:
    shown = {
        _name(name)
        for panel in DASHBOARD["panels"]
        for target in panel["targets"]
        for name in re.findall(r"\bargosy_\w+", target["expr"])
    }

    assert set(_metrics()) - shown == {"argosy_build_info"}


def test_outcomes_that_are_asked_for_exist() -> None:
    asked = set(re.findall(r'argosy_admissions_total\{outcome=~"([a-z|]+)"', " ".join(EXPRESSIONS)))

    assert asked == {"retry|failed", "denied|retry|failed"}
    assert {outcome for group in asked for outcome in group.split("|")} <= set(Outcome)


def test_what_the_page_calls_worth_an_alert_is_one() -> None:
    section = PAGE.split("## Worth an alert", 1)[1].split("\n## ", 1)[0]
    names = {name for row in section.splitlines() if row.startswith("| `") for name in re.findall(r"argosy_\w+", row)}

    assert names <= {name for rule in RULES for name in re.findall(r"argosy_\w+", rule["expr"])}


def test_every_alert_says_what_becomes_of_it() -> None:
    assert [rule["alert"] for rule in RULES if not {"summary", "description"} <= set(rule["annotations"])] == []
    assert len({rule["alert"] for rule in RULES}) == len(RULES)


def test_the_objects_are_made_of_these_files() -> None:
    rules = ("prometheusRule.enabled=true", "prometheusRule.labels.release=a")
    scrapes = ("serviceMonitor.enabled=true", "serviceMonitor.interval=15s")
    objects = rendered(URL, *rules, *scrapes, "dashboard.enabled=true")
    (rule,), (monitor,) = objects["PrometheusRule"], objects["ServiceMonitor"]
    (dashboard,) = (one for one in objects["ConfigMap"] if one["metadata"]["name"] == "argosy-dashboard")

    assert rule["spec"] == ALERTS
    assert rule["metadata"]["labels"]["release"] == "a"
    assert json.loads(dashboard["data"]["argosy.json"]) == DASHBOARD
    assert dashboard["metadata"]["labels"]["grafana_dashboard"] == "1"
    assert monitor["spec"]["endpoints"] == [{"port": "metrics", "interval": "15s"}]
