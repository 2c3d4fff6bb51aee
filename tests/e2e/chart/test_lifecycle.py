"""Install, upgrade, roll back and uninstall, by Helm 4 and Helm 3, at a real API server."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
import trustme
from kubernetes.client import AdmissionregistrationV1Api, CoreV1Api

from argosy.agent.certificates.secret import SecretStore
from argosy.agent.certificates.trust import WebhookTrust
from argosy.agent.cluster.client import api_client
from tests.certificates.parts import bundle_at
from tests.e2e.chart.conftest import NAMESPACE
from tests.e2e.chart.rendering import CHART, HELMS

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

    from tests.e2e.chart.conftest import Cluster

pytestmark = pytest.mark.needs("helm", "helm-3")

URL = "repo.url=https://git.example/a.git"
KINDS = ",".join(
    (
        *("mutatingwebhookconfigurations", "validatingwebhookconfigurations", "clusterroles", "clusterrolebindings"),
        *("roles", "rolebindings", "serviceaccounts", "secrets", "configmaps", "services", "deployments", "leases"),
        *("poddisruptionbudgets", "networkpolicies", "pods", "persistentvolumeclaims", "customresourcedefinitions"),
        *("workflows", "cronworkflows", "workflowtemplates", "clusterworkflowtemplates"),
    )
)
CERTIFICATE = {"tls.crt": "Y2VydGlmaWNhdGU=", "tls.key": "a2V5"}
"""What an agent has put into the Secret; here nobody reads it."""


@dataclass(frozen=True, slots=True)
class Release:
    """A release of the chart, by one of the two versions of helm."""

    cluster: Cluster
    version: str

    def __call__(self, verb: str, *arguments: str) -> str:
        """What helm says; fails the test where it fails."""
        done = self.cluster.plane.run(self.version, verb, "argosy", *arguments, f"--namespace={NAMESPACE}")
        assert done.returncode == 0, done.stderr
        return done.stdout

    def upgrade(self, *values: str) -> str:
        parts = [part for value in values for part in ("--set", value)]
        return self("upgrade", str(CHART), "--install", *parts)

    def all_objects(self) -> set[str]:
        """All that is in the cluster, in any namespace."""
        listed = json.loads(self.cluster.plane.must("get", KINDS, "--all-namespaces", "--output=json"))
        rows = ((one["kind"], one["metadata"].get("namespace", ""), one["metadata"]["name"]) for one in listed["items"])
        return {"/".join(row) for row in rows}

    def get(self, kind: str, name: str = "argosy", namespace: str = NAMESPACE) -> Any:
        return json.loads(self.cluster.plane.must("get", kind, name, f"--namespace={namespace}", "--output=json"))

    def act_as_agent(self) -> None:
        """Leave what a running agent leaves on objects of the chart."""
        self.cluster.trust_webhook()
        path = f"/api/v1/namespaces/{NAMESPACE}/secrets/argosy-certificate"
        patch = {"data": CERTIFICATE}
        status, answer = self.cluster.ask("PATCH", f"{path}?fieldManager=agent", patch, "application/merge-patch+json")
        assert status == 200, answer

    def lose_the_certificate(self) -> None:
        """Let somebody delete the Secret, and the agent make it anew."""
        plane = self.cluster.plane
        plane.must("delete", "secret/argosy-certificate", f"--namespace={NAMESPACE}")
        with api_client(plane.kubeconfig()) as client:
            trust = WebhookTrust(AdmissionregistrationV1Api(client), ("argosy",))
            SecretStore(CoreV1Api(client), NAMESPACE, "argosy-certificate", trust.release).write(bundle_at(), None)

    def bundles(self) -> list[str]:
        webhooks = self.get("mutatingwebhookconfiguration")["webhooks"]
        return [one["clientConfig"].get("caBundle", "") for one in webhooks]

    def own_webhooks(self) -> list[str]:
        listed = self.cluster.plane.must("get", "mutatingwebhookconfigurations", "--output=name")
        return [name.partition("/")[2] for name in listed.split()]


@pytest.fixture(params=HELMS)
def release(cluster: Cluster, request: pytest.FixtureRequest) -> Generator[Release]:
    cluster.plane.run("helm", "uninstall", "argosy", f"--namespace={NAMESPACE}")
    one = Release(cluster, request.param)
    yield one
    cluster.plane.run(one.version, "uninstall", "argosy", f"--namespace={NAMESPACE}")


def test_a_url_is_enough_and_nothing_stays_after_uninstall(release: Release) -> None:
    before = release.all_objects()

    said = release.upgrade(URL)
    there = release.all_objects() - before
    release.act_as_agent()
    release("uninstall")

    assert "helm test argosy" in said
    assert {"MutatingWebhookConfiguration//argosy", f"Deployment/{NAMESPACE}/argosy"} <= there
    assert release.all_objects() - before == set()


def test_an_upgrade_and_a_rollback_change_what_they_say_and_leave_what_the_agent_wrote(release: Release) -> None:
    release.upgrade(URL)
    release.act_as_agent()
    trusted = release.bundles()

    def told() -> tuple[Any, ...]:
        webhooks = release.get("mutatingwebhookconfiguration")["webhooks"]
        environment = release.get("deployment")["spec"]["template"]["spec"]["containers"][0]["env"]
        ttl = next(one["value"] for one in environment if one["name"] == "TEMPLATE_TTL")
        return ttl, [one["timeoutSeconds"] for one in webhooks], release.get("secret", "argosy-certificate")["data"]

    first = told()
    release.upgrade(URL, "ttl=7d", "webhook.timeoutSeconds=9", "networkPolicy.enabled=true")
    second, policies = told(), release.get("networkpolicy")["spec"]["policyTypes"]
    release("rollback", "1")
    third = told()

    assert first == third == ("24h", [10, 10], CERTIFICATE)
    assert second == ("7d", [9, 9], CERTIFICATE)
    assert policies == ["Ingress", "Egress"]
    assert release.bundles() == trusted
    assert trusted[0] == trusted[1] != ""
    assert f"NetworkPolicy/{NAMESPACE}/argosy" not in release.all_objects()


def test_a_certificate_that_was_made_anew_is_upgraded_and_uninstalled_as_the_first_one(release: Release) -> None:
    before = release.all_objects()
    release.upgrade(URL)
    release.lose_the_certificate()
    anew = release.get("secret", "argosy-certificate")["data"]

    release.upgrade(URL, "ttl=7d")
    kept = release.get("secret", "argosy-certificate")["data"]
    release("uninstall")

    assert kept == anew
    assert release.all_objects() - before == set()


def test_an_installation_narrows_to_some_namespaces_and_widens_again(release: Release) -> None:
    namespace = release.cluster.plane.namespace()
    before = release.all_objects()
    release.upgrade(URL)
    whole = release.all_objects()

    release.upgrade(URL, f"namespaces={{{namespace}}}")
    narrow, webhooks = release.all_objects(), release.own_webhooks()
    release("rollback", "1")

    assert webhooks == [f"argosy-{NAMESPACE}"]
    assert {f"Role/{namespace}/argosy-{NAMESPACE}-templates"} <= narrow - whole
    assert {"ClusterRole//argosy", "ClusterRoleBinding//argosy"} <= whole - narrow
    assert release.own_webhooks() == ["argosy"]
    assert {one for one in release.all_objects() - whole if "Secret/" not in one} == set()
    release("uninstall")
    assert release.all_objects() - before == set()


def test_an_existing_certificate_takes_the_place_of_the_agents_own(release: Release, tmp_path: Path) -> None:
    authority = tmp_path / "ca.pem"
    # Another than the agent's: a field may have two owners that say the same.
    authority.write_bytes(trustme.CA().cert_pem.bytes())
    values = [part for value in (URL, "certificate.from=existing", "certificate.secret=a") for part in ("--set", value)]
    release.upgrade(URL)
    release.act_as_agent()

    upgrade = ("upgrade", "argosy", str(CHART), *values, f"--set-file=certificate.authority={authority}")
    done = release.cluster.plane.run(release.version, *upgrade, f"--namespace={NAMESPACE}")
    if release.version == "helm":
        # The agent owns the caBundle; that it is taken over must be said.
        assert ".clientConfig.caBundle" in done.stderr
        done = release.cluster.plane.run(release.version, *upgrade, f"--namespace={NAMESPACE}", "--force-conflicts")

    assert done.returncode == 0, done.stderr
    assert release.bundles() == [base64.b64encode(authority.read_bytes()).decode()] * 2
    assert f"Secret/{NAMESPACE}/argosy-certificate" not in release.all_objects()
    rules = release.get("clusterrole")["rules"]
    assert [rule for rule in rules if "admissionregistration.k8s.io" in rule["apiGroups"]] == []
