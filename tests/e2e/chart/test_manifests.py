"""What the chart renders is what Kubernetes takes, in every version, and what helm's own checks want."""

from __future__ import annotations

from itertools import product
from typing import Any

import kubernetes_validate
import pytest
import yaml

from tests.e2e.chart.rendering import CHART, HELMS, KUBERNETES, VALUES, helm, manifests, objects_of, template

pytestmark = pytest.mark.needs("helm", "helm-3")

OLDEST, NEWEST = 28, 37
VERSIONS = [f"1.{minor}" for minor in range(OLDEST, NEWEST + 1)]
CASES = sorted(path.stem for path in VALUES.glob("*.yaml"))
EVERYTHING = ("dashboard.enabled=true", "prometheusRule.enabled=true", "serviceMonitor.enabled=true")
CUSTOM = {"cert-manager.io", "monitoring.coreos.com"}
"""Groups that are not Kubernetes' own."""


def _documents(case: str, kubernetes: str) -> list[Any]:
    more = [part for value in EVERYTHING for part in ("--set", value)]
    text = manifests("--values", str(VALUES / f"{case}.yaml"), *more, kubernetes=kubernetes)
    return list(yaml.safe_load_all(text))


@pytest.mark.parametrize(("case", "version"), list(product(CASES, VERSIONS)))
def test_each_version_of_kubernetes_knows_every_field(case: str, version: str) -> None:
    # 1.28 knows every field too; the chart refuses it since it does not know what the match conditions say.
    documents = _documents(case, "1.29" if version == "1.28" else version)
    own = [one for one in documents if one["apiVersion"].partition("/")[0] not in CUSTOM]

    assert len(own) > 10
    for document in own:
        assert kubernetes_validate.validate(document, version, strict=True) == version


def test_the_newest_is_what_the_validator_knows_newest() -> None:
    assert kubernetes_validate.latest_version().startswith(f"1.{NEWEST}")
    assert f"1.{NEWEST}" == KUBERNETES


def test_a_field_that_is_not_there_would_be_found() -> None:
    (service,) = objects_of(manifests("--values", str(VALUES / "single-repository.yaml")))["Service"]

    with pytest.raises(kubernetes_validate.ValidationError, match="sessionStickiness"):
        kubernetes_validate.validate({**service, "spec": {"sessionStickiness": 1}}, "1.30", strict=True)


def test_an_older_kubernetes_is_refused_by_name() -> None:
    done = template("--values", str(VALUES / "single-repository.yaml"), kubernetes="1.28")

    assert "requires kubeVersion: >=1.29" in done.stderr


@pytest.mark.parametrize("version", HELMS)
@pytest.mark.parametrize("case", CASES)
def test_helm_lints_strictly(case: str, version: str) -> None:
    arguments = ("--strict", "--values", str(VALUES / f"{case}.yaml"), "--kube-version", KUBERNETES)
    done = helm("lint", str(CHART), *arguments, version=version)

    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("case", CASES)
def test_what_lies_in_a_namespace_says_in_which(case: str) -> None:
    cluster = {"ClusterRole", "ClusterRoleBinding", "MutatingWebhookConfiguration"}
    silent = [one["kind"] for one in _documents(case, KUBERNETES) if "namespace" not in one["metadata"]]

    assert set(silent) <= cluster


@pytest.mark.parametrize(
    ("case", "told"),
    [
        ("single-repository", ("helm test my-release --namespace tools", "templates  https://git.example/")),
        ("several-repositories", ("science  git@git.example", "Every Workflow that has templates", "default version")),
        ("namespaced", ("Workflows of team-a, team-b from", "--namespace team-a", "There is one replica")),
    ],
)
def test_the_notes_say_what_to_try_next(case: str, told: tuple[str, ...]) -> None:
    arguments = ("my-release", str(CHART), "--namespace", "tools", "--values", str(VALUES / f"{case}.yaml"))
    done = helm("install", *arguments, "--dry-run=client")

    assert done.returncode == 0, done.stderr
    notes = done.stdout.partition("NOTES:\n")[2]
    assert [text for text in told if text not in notes] == []
