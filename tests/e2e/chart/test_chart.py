"""What the chart makes of its values, what it refuses, and what an upgrade leaves alone."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from argosy.agent.process.servers import LEAVING_SECONDS
from argosy.agent.settings.keys import AgentKeys
from argosy.resolver.settings import seconds_in, settings_from
from tests.controlplane.programs import program
from tests.e2e.chart.conftest import CHART, WEBHOOK
from tests.golang.builds import or_skip

if TYPE_CHECKING:
    from tests.e2e.chart.conftest import Cluster
    from tests.e2e.chart.counting import Counting

pytestmark = pytest.mark.needs("helm")

URL = "repoURL=https://git.example/a.git"
EXTERNAL = "webhook.url=https://agent.example:8443/admit"
MAPPINGS = {
    "ServiceAccount",
    "Role",
    "RoleBinding",
    "ClusterRole",
    "ClusterRoleBinding",
    "MutatingWebhookConfiguration",
}


def helm(*arguments: str) -> subprocess.CompletedProcess[str]:
    helm_program = or_skip(lambda: program("helm"))
    return subprocess.run([str(helm_program), *arguments], capture_output=True, text=True, check=False, timeout=50)


def rendered(*values: str) -> dict[str, list[Any]]:
    """The chart's objects by their kinds."""
    parts = [part for value in values for part in ("--set", value)]
    done = helm("template", "my-release", str(CHART), "--namespace", "tools", *parts)
    assert done.returncode == 0, done.stderr
    objects: dict[str, list[Any]] = {}
    for document in yaml.safe_load_all(done.stdout):
        objects.setdefault(document["kind"], []).append(document)
    return objects


def test_the_chart_is_linted_strictly() -> None:
    done = helm("lint", "--strict", str(CHART), "--set", URL)

    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    "values",
    [
        (),
        (URL, "settings.repositories[0].url=https://git.example/b.git"),
        (URL, "repoUrl=x"),
        (URL, "webhook.urls=x"),
        ("webhook.url=http://agent.example/admit",),
        ("webhook.url=https://me@agent.example/admit",),
        (URL, "webhook.timeoutSeconds=31"),
        (URL, "webhook.matchAll=maybe"),
        (URL, "templateTTL=24"),
        (URL, "replicas=-1"),
        (URL, "terminationGracePeriodSeconds=5"),
        (URL, "image.digest=latest"),
        (URL, "credentials={../x}"),
        (URL, "cache.sizeLimit=much"),
    ],
)
def test_values_that_cannot_be_meant_are_refused(values: tuple[str, ...]) -> None:
    parts = [part for value in values for part in ("--set", value)]

    assert helm("template", "argosy", str(CHART), *parts).returncode != 0


def test_the_settings_file_is_one_that_the_resolver_takes() -> None:
    values = (URL, "settings.policy.rules[0].namespaces={prod-*}", "settings.policy.rules[0].tagsOnly=true")
    (configmap,) = rendered(*values)["ConfigMap"]

    settings = settings_from(yaml.safe_load(configmap["data"]["settings.yaml"]), folder=Path("/etc/argosy"))

    assert [(one.alias, one.url) for one in settings.repositories] == [("templates", "https://git.example/a.git")]


def test_the_pod_can_do_no_more_than_it_must() -> None:
    (deployment,) = rendered(URL)["Deployment"]
    pod = deployment["spec"]["template"]["spec"]
    (container,) = pod["containers"]

    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert [volume["name"] for volume in pod["volumes"] if "emptyDir" in volume] == ["cache"]


def test_a_pod_goes_on_until_its_service_has_forgotten_it_and_has_time_left_to_drain() -> None:
    (deployment,) = rendered(URL)["Deployment"]
    pod = deployment["spec"]["template"]["spec"]
    (container,) = pod["containers"]
    left = pod["terminationGracePeriodSeconds"] - container["lifecycle"]["preStop"]["sleep"]["seconds"]

    assert left > LEAVING_SECONDS + seconds_in(AgentKeys().drain, "drain")


def test_the_environment_tells_the_ttl_of_the_values() -> None:
    (deployment,) = rendered(URL, "templateTTL=7d")["Deployment"]
    environment = deployment["spec"]["template"]["spec"]["containers"][0]["env"]

    assert {"name": "TEMPLATE_TTL", "value": "7d"} in environment


def test_each_secret_of_credentials_is_a_folder_of_its_own() -> None:
    (deployment,) = rendered(URL, "credentials={platform,science}")["Deployment"]
    pod = deployment["spec"]["template"]["spec"]
    secrets = {volume["name"]: volume["secret"]["secretName"] for volume in pod["volumes"] if "secret" in volume}
    mounts = {one["name"]: one["mountPath"] for one in pod["containers"][0]["volumeMounts"]}

    assert {secrets[name]: mounts[name] for name in secrets} == {
        "platform": "/etc/argosy/credentials/platform",
        "science": "/etc/argosy/credentials/science",
    }


@pytest.mark.parametrize(
    ("values", "image"),
    [
        ((URL,), "argosy:0.1.0"),
        ((URL, "image.repository=registry.example/argosy", "image.tag=v2"), "registry.example/argosy:v2"),
        ((URL, "image.tag=v2", f"image.digest=sha256:{'0' * 64}"), f"argosy@sha256:{'0' * 64}"),
    ],
)
def test_the_image_is_named_by_digest_tag_or_version(values: tuple[str, ...], image: str) -> None:
    (deployment,) = rendered(*values)["Deployment"]

    assert deployment["spec"]["template"]["spec"]["containers"][0]["image"] == image


def test_an_agent_outside_of_the_cluster_gets_a_webhook_and_its_rights_and_no_pod() -> None:
    objects = rendered(EXTERNAL)
    (configuration,) = objects["MutatingWebhookConfiguration"]

    assert set(objects) == MAPPINGS
    assert [one["clientConfig"] for one in configuration["webhooks"]] == [{"url": EXTERNAL.partition("=")[2]}] * 2


@pytest.mark.parametrize("server_side", ["true", "false", "auto"])
def test_an_upgrade_leaves_the_authority_that_the_agent_wrote(
    cluster: Cluster, webhook: Counting, server_side: str
) -> None:
    cluster.install(f"webhook.url={webhook.url}")
    cluster.trust_webhook()
    values = ("--set", f"webhook.url={webhook.url}", "--set", "webhook.timeoutSeconds=7")

    cluster.helm("upgrade", "argosy", str(CHART), "-n", "argosy-system", f"--server-side={server_side}", *values)
    _, configuration = cluster.ask("GET", WEBHOOK)
    cluster.install(f"webhook.url={webhook.url}")

    assert [one["timeoutSeconds"] for one in configuration["webhooks"]] == [7, 7]
    assert all(one["clientConfig"].get("caBundle") for one in configuration["webhooks"])


def test_the_api_server_takes_every_object_of_an_agent_in_the_cluster(cluster: Cluster) -> None:
    cluster.install(URL, "webhook.url=", "credentials={platform}")
    namespace = "namespaces/argosy-system"
    paths = (
        f"/apis/apps/v1/{namespace}/deployments",
        f"/api/v1/{namespace}/services",
        f"/api/v1/{namespace}/configmaps",
    )
    _, configuration = cluster.ask("GET", WEBHOOK)

    assert [cluster.ask("GET", f"{path}/argosy")[0] for path in paths] == [200, 200, 200]
    assert configuration["webhooks"][0]["clientConfig"]["service"]["namespace"] == "argosy-system"
