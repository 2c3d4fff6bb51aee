"""What the chart makes of its values, and what an upgrade leaves alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import yaml

from argosy.agent.process.servers import LEAVING_SECONDS
from argosy.resolver.settings import seconds_in
from tests.e2e.chart.conftest import WEBHOOK
from tests.e2e.chart.rendering import CHART, EXTERNAL, URL, VALUES, manifests, pod_of, rendered, settings_of

if TYPE_CHECKING:
    from tests.e2e.chart.conftest import Cluster
    from tests.e2e.chart.counting import Counting

pytestmark = pytest.mark.needs("helm")

CASES = sorted(path.stem for path in VALUES.glob("*.yaml"))
OUTSIDE = {
    "ServiceAccount",
    "Secret",
    "Role",
    "RoleBinding",
    "ClusterRole",
    "ClusterRoleBinding",
    "MutatingWebhookConfiguration",
}
"""What there is for an agent outside of the cluster."""


def test_the_pod_can_do_no_more_than_it_must() -> None:
    pod = pod_of(rendered(URL))
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
    objects = rendered(URL)
    pod = pod_of(objects)
    (container,) = pod["containers"]
    left = pod["terminationGracePeriodSeconds"] - container["lifecycle"]["preStop"]["sleep"]["seconds"]

    assert left > LEAVING_SECONDS + seconds_in(settings_of(objects)["drain"], "drain")


def test_what_can_change_while_a_pod_runs_does_not_replace_it() -> None:
    def checksum(*values: str) -> str:
        (deployment,) = rendered(URL, *values)["Deployment"]
        return str(deployment["spec"]["template"]["metadata"]["annotations"]["argosy.pipekit.io/start-settings"])

    same = checksum()
    live = (
        "repo.alias=a",
        "gracePeriod=1h",
        "logs.level=debug",
        "webhook.deadline=5s",
        "policy.rules[0].tagsOnly=true",
    )
    at_start: tuple[str, ...] = (
        "sweepInterval=2h",
        "drain=9s",
        "namespaces={a}",
        "installation=a",
        "controller.namespace=a",
    )
    at_start += ("certificate.from=cert-manager", "pushes.secret=a")

    assert [value for value in live if checksum(value) != same] == []
    assert [value for value in at_start if checksum(value) == same] == []


def test_the_environment_tells_the_ttl_of_the_values() -> None:
    environment = pod_of(rendered(URL, "ttl=7d"))["containers"][0]["env"]

    assert {"name": "TEMPLATE_TTL", "value": "7d"} in environment


@pytest.mark.parametrize(
    ("values", "image"),
    [
        ((URL,), "argosy:0.1.0"),
        ((URL, "image.repository=registry.example/argosy", "image.tag=v2"), "registry.example/argosy:v2"),
        ((URL, "image.tag=v2", f"image.digest=sha256:{'0' * 64}"), f"argosy@sha256:{'0' * 64}"),
    ],
)
def test_the_image_is_named_by_digest_tag_or_version(values: tuple[str, ...], image: str) -> None:
    assert pod_of(rendered(*values))["containers"][0]["image"] == image


@pytest.mark.parametrize(
    "default",
    [
        "repo.defaultVersion=^1",
        "repositories[0].url=https://git.example/b.git,repositories[0].alias=b,repositories[0].defaultVersion=^1",
        "policy.defaultVersions[0].version=^1",
    ],
)
def test_with_a_default_version_everything_that_has_templates_reaches_the_agent(default: str) -> None:
    def conditions(*values: str) -> Any:
        (configuration,) = rendered(URL, *values)["MutatingWebhookConfiguration"]
        return [one["matchConditions"] for one in configuration["webhooks"]]

    assert conditions(default) == conditions("webhook.matchAll=true") != conditions()


@pytest.mark.parametrize(
    ("value", "source"),
    [
        ("cache.sizeLimit=9Gi", {"emptyDir": {"sizeLimit": "9Gi"}}),
        ("cache.existingClaim=clones", {"persistentVolumeClaim": {"claimName": "clones"}}),
    ],
)
def test_the_clones_are_kept_where_the_values_say(value: str, source: dict[str, Any]) -> None:
    (volume,) = (one for one in pod_of(rendered(URL, value))["volumes"] if one["name"] == "cache")

    assert volume == {"name": "cache", **source}


def test_a_network_policy_lets_in_only_whom_the_values_name() -> None:
    values = ("networkPolicy.enabled=true", "pushes.secret=a", "networkPolicy.metricsFrom[0].ipBlock.cidr=192.0.2.0/24")
    (policy,) = rendered(URL, *values)["NetworkPolicy"]
    let_in = {rule["ports"][0]["port"]: rule.get("from") for rule in policy["spec"]["ingress"]}
    _, git = policy["spec"]["egress"]

    assert let_in == {"webhook": None, "http": [{"ipBlock": {"cidr": "192.0.2.0/24"}}], "pushes": None}
    assert [one["port"] for one in git["ports"]] == [22, 443, 6443]
    assert "169.254.0.0/16" in git["to"][0]["ipBlock"]["except"]


@pytest.mark.parametrize(
    ("values", "absent"),
    [
        (("replicas=1",), "PodDisruptionBudget"),
        (("podDisruptionBudget.enabled=false",), "PodDisruptionBudget"),
        (("serviceAccount.create=false",), "ServiceAccount"),
        (("rbac.create=false",), "ClusterRole"),
        (("namespaces={a}", "certificate.from=cert-manager"), "ClusterRole"),
        (("certificate.from=cert-manager",), "Secret"),
    ],
)
def test_what_is_not_wanted_or_of_no_use_is_left_out(values: tuple[str, ...], absent: str) -> None:
    assert absent in rendered(URL)
    assert absent not in rendered(URL, *values)


def test_an_agent_outside_of_the_cluster_gets_a_webhook_and_its_rights_and_no_pod() -> None:
    objects = rendered(EXTERNAL)
    (configuration,) = objects["MutatingWebhookConfiguration"]

    assert set(objects) == OUTSIDE
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
    cluster.install(URL, "webhook.url=", "repo.auth.secret=platform")
    namespace = "namespaces/argosy-system"
    paths = (
        f"/apis/apps/v1/{namespace}/deployments",
        f"/api/v1/{namespace}/services",
        f"/api/v1/{namespace}/configmaps",
    )
    _, configuration = cluster.ask("GET", WEBHOOK)

    assert [cluster.ask("GET", f"{path}/argosy")[0] for path in paths] == [200, 200, 200]
    assert configuration["webhooks"][0]["clientConfig"]["service"]["namespace"] == "argosy-system"


@pytest.mark.parametrize("case", CASES)
def test_a_namespace_of_the_restricted_standard_takes_the_pods(cluster: Cluster, case: str) -> None:
    labels = {"pod-security.kubernetes.io/enforce": "restricted"}
    cluster.plane.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "restricted", "labels": labels}})
    documents = list(yaml.safe_load_all(manifests("--values", str(VALUES / f"{case}.yaml"))))
    agents = [one["spec"]["template"] for one in documents if one["kind"] == "Deployment"]
    tests = [{"spec": one["spec"]} for one in documents if one["kind"] == "Pod"]

    def taken(pod: Any) -> tuple[int, str]:
        body = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}, "spec": pod["spec"]}
        status, answer = cluster.ask("POST", "/api/v1/namespaces/restricted/pods?dryRun=All", body)
        return status, answer.get("message", "")

    unconfined = {"securityContext": {}, "containers": [{"name": "a", "image": "a"}]}
    assert taken({"spec": unconfined})[0] == 403
    assert [taken(pod) for pod in [*agents, *tests]] == [(201, "")] * 2
