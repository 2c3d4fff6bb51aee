"""The settings that the chart writes are those of the agent: `argosy config check` takes them, files and all."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
import yaml

from argosy.agent.settings.keys import AgentKeys
from argosy.resolver.settings import RepositoryWire
from tests.chart.values_table import Row, read
from tests.e2e.chart.rendering import URL, VALUES, manifests, objects_of, pod_of, rendered, settings_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

pytestmark = pytest.mark.needs("helm")

CASES = sorted(path.stem for path in VALUES.glob("*.yaml"))
BY_VARIABLE = {"cache", "templateTTL"}
"""Told by variables of the Deployment."""
FIXED = {"catalogBudgetBytes", "http"}
"""Left to `extraEnv`, or to the ports of the Deployment."""


def _objects(case: str) -> dict[str, list[Any]]:
    return objects_of(manifests("--values", str(VALUES / f"{case}.yaml")))


def _mounted(pod: Any, root: Path) -> None:
    """The files that the pod is going to see, below a folder."""
    mounts = {mount["name"]: mount["mountPath"] for mount in pod["containers"][0]["volumeMounts"]}
    for volume in pod["volumes"]:
        source = volume.get("secret") or volume.get("configMap") or {}
        names = [item["path"] for item in source.get("items", ())]
        # A Secret that is mounted as a whole: all that it may hold.
        names = names or (["github", "gitlab"] if volume["name"] == "pushes" else [])
        for name in names:
            path = root / mounts[volume["name"]].lstrip("/") / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("s3cr3t\n", encoding="utf-8")


def _checked(objects: Mapping[str, list[Any]], root: Path) -> dict[str, Any]:
    """What `argosy config check` tells of the settings, as the pod sees them."""
    pod = pod_of(dict(objects))
    _mounted(pod, root)
    text = yaml.safe_dump(settings_of(dict(objects))).replace("/etc/argosy/", f"{root}/etc/argosy/")
    (root / "settings.yaml").write_text(text, encoding="utf-8")
    environment = {one["name"]: one["value"] for one in pod["containers"][0]["env"] if "value" in one}
    command = [sys.executable, "-m", "argosy.agent.cli", "config", "check", "-o", "json"]
    command.append(f"--config={root / 'settings.yaml'}")
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment, timeout=50)
    assert done.returncode == 0, done.stderr
    return {row["key"]: row["value"] for row in json.loads(done.stdout)}


@pytest.mark.parametrize("case", CASES)
def test_the_agent_takes_the_settings_and_finds_the_files(case: str, tmp_path: Path) -> None:
    told = _checked(_objects(case), tmp_path)

    assert told["repositories[0].url"] == "https://git.example/platform/templates.git"


def test_all_that_is_given_arrives(tmp_path: Path) -> None:
    told = _checked(_objects("several-repositories"), tmp_path)
    files = tmp_path / "etc" / "argosy"

    assert {key: value for key, value in told.items() if key in _EXPECTED} == _EXPECTED
    assert told["repositories[1].credentials.knownHostsFile"] == f"{files}/credentials/science/known-hosts"
    assert told["repositories[2].caFile"] == f"{files}/authorities/partners/ca.crt"


_EXPECTED = {
    "repositories[0].alias": "platform",
    "repositories[0].defaultVersion": "^1",
    "repositories[0].maxCloneBytes": 10 * 1024**3,
    "repositories[0].deliverTo": ["prod-a", "prod-b"],
    "repositories[1].tagFormat": "{template}/v{version}",
    "repositories[2].proxy": "http://proxy.example:3128",
    "repositories[2].credentials.username": "argosy",
    "templateTTL": "7d",
    "gracePeriod": "1d",
    "sweepInterval": "30m",
    "pushes.port": 8090,
    "cache": "/var/cache/argosy",
}


def test_an_installation_for_some_namespaces_names_its_own_webhook(tmp_path: Path) -> None:
    objects = _objects("namespaced")
    (configuration,) = objects["MutatingWebhookConfiguration"]
    told = _checked(objects, tmp_path)

    assert told["namespaces"] == ["team-a", "team-b"]
    assert told["certificate.webhookConfigurations"] == [configuration["metadata"]["name"]] == ["argosy-tools"]


def test_every_key_of_the_agent_can_be_given() -> None:
    values = ("installation=a", "namespaces={a}", "pushes.secret=a", "policy.rules[0].tagsOnly=true")
    given = set(settings_of(rendered(URL, *values)))
    agents = {field.encode_name for field in msgspec.structs.fields(AgentKeys)}

    assert given - {"repositories", "policy"} == agents - BY_VARIABLE - FIXED


def test_every_key_of_a_repository_can_be_given() -> None:
    values = read()
    given = {row.key.split(".")[1] for row in values.rows(values.root) if isinstance(row, Row) and "repo." in row.key}
    resolvers = {field.encode_name for field in msgspec.structs.fields(RepositoryWire)}

    assert given - {"auth", "ca"} == resolvers - {"credentials", "caFile"}


def test_ports_of_the_pod_are_those_that_the_agent_listens_at(tmp_path: Path) -> None:
    objects = _objects("several-repositories")
    told = _checked(objects, tmp_path)
    ports = {port["name"]: port["containerPort"] for port in pod_of(objects)["containers"][0]["ports"]}

    assert ports == {name: told[f"{name}.port"] for name in ("webhook", "http", "pushes")}
