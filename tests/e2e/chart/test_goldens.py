"""What five installations render to, so that a change of the chart shows what it changes: `make chart` writes it."""

from __future__ import annotations

import os

import pytest
import yaml

from tests.e2e.chart.rendering import VALUES, manifests

pytestmark = pytest.mark.needs("helm", "helm-3")

RENEW = "ARGOSY_RENEW_CHART"
GOLDENS = VALUES.with_name("goldens")
CASES = sorted(path.stem for path in VALUES.glob("*.yaml"))


def _rendered(case: str, version: str = "helm") -> str:
    return manifests("--values", str(VALUES / f"{case}.yaml"), "--skip-tests", version=version)


@pytest.mark.parametrize("case", CASES)
def test_an_installation_renders_to_what_is_kept(case: str) -> None:
    golden, text = GOLDENS / f"{case}.yaml", _rendered(case)
    if os.environ.get(RENEW):
        golden.write_text(text, encoding="utf-8")

    assert golden.read_text(encoding="utf-8") == text, "run `make chart` if that is meant"


@pytest.mark.parametrize("case", CASES)
def test_helm_3_renders_the_same(case: str) -> None:
    by_both = [list(yaml.safe_load_all(_rendered(case, version))) for version in ("helm", "helm-3")]
    fourth, third = (sorted(objects, key=lambda one: (one["kind"], one["metadata"]["name"])) for objects in by_both)

    assert third == fourth


def test_there_are_five() -> None:
    assert CASES == ["cert-manager", "hardened", "namespaced", "several-repositories", "single-repository"]
    assert sorted(path.stem for path in GOLDENS.glob("*.yaml")) == CASES
