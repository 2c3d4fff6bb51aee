"""The chart as helm renders it, with no cluster."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import yaml

from tests.controlplane.programs import program
from tests.golang.builds import or_skip

CHART = Path(__file__).parents[3] / "helm" / "argosy"
VALUES = Path(__file__).parent / "values"
HELMS = ("helm", "helm-3")
"""Helm 4, and Helm 3."""
URL = "repo.url=https://git.example/a.git"
EXTERNAL = "webhook.url=https://agent.example:8443/admit"


KUBERNETES = "1.37"
"""What helm renders for; one that is built from source takes its own idea of it from nowhere."""


def helm(*arguments: str, version: str = "helm") -> subprocess.CompletedProcess[str]:
    """One of HELMS, run; a test looks at the status itself."""
    path = or_skip(lambda: program(version))
    return subprocess.run([str(path), *arguments], capture_output=True, text=True, check=False, timeout=50)


def template(*arguments: str, version: str = "helm", kubernetes: str = KUBERNETES) -> subprocess.CompletedProcess[str]:
    """What comes of rendering the chart, as a release of the namespace `tools`."""
    where = ("--namespace", "tools", "--kube-version", kubernetes)
    return helm("template", "my-release", str(CHART), *where, *arguments, version=version)


def manifests(*arguments: str, version: str = "helm", kubernetes: str = KUBERNETES) -> str:
    """What the chart renders to; fails the test where it is refused."""
    done = template(*arguments, version=version, kubernetes=kubernetes)
    assert done.returncode == 0, done.stderr
    return done.stdout


def objects_of(text: str) -> dict[str, list[Any]]:
    """Objects by their kinds, but for those of `helm test`."""
    objects: dict[str, list[Any]] = {}
    for document in yaml.safe_load_all(text):
        if "helm.sh/hook" not in document["metadata"].get("annotations", {}):
            objects.setdefault(document["kind"], []).append(document)
    return objects


def rendered(*values: str) -> dict[str, list[Any]]:
    """The chart's objects by their kinds, with these values."""
    return objects_of(manifests(*(part for value in values for part in ("--set", value))))


def pod_of(objects: dict[str, list[Any]]) -> Any:
    """What the Deployment makes pods by."""
    (deployment,) = objects["Deployment"]
    return deployment["spec"]["template"]["spec"]


def settings_of(objects: dict[str, list[Any]]) -> Any:
    """What the agent is going to read."""
    (configmap,) = (one for one in objects["ConfigMap"] if one["metadata"]["name"] == "argosy")
    return yaml.safe_load(configmap["data"]["settings.yaml"])
