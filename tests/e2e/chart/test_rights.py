"""What the agent's service account may do and may not, by the API server's own judgement of the chart's roles."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import pytest
import yaml

if TYPE_CHECKING:
    from collections.abc import Generator

    from tests.e2e.chart.conftest import Cluster
    from tests.e2e.chart.counting import Counting

pytestmark = pytest.mark.needs("helm")

ACCOUNT = "system:serviceaccount:argosy-system:argosy"
GROUPS = ["system:serviceaccounts", "system:serviceaccounts:argosy-system", "system:authenticated"]

# As `kubectl auth can-i` takes them: VERBS RESOURCE[.GROUP][/NAME] [NAMESPACE]; without a namespace, in all of them.
MAY = """
get,patch         secrets/argosy-certificate                                                argosy-system
create            secrets                                                                   argosy-system
get               namespaces/argosy-system                                                  argosy-system
get               configmaps/workflow-controller-configmap                                  argo
get,patch         mutatingwebhookconfigurations.admissionregistration.k8s.io/argosy
get,update        leases.coordination.k8s.io/argosy-leader                                  argosy-system
create            leases.coordination.k8s.io                                                argosy-system
get,list,create,patch,delete  workflowtemplates.argoproj.io
get,list,create,patch,delete  clusterworkflowtemplates.argoproj.io
list              workflows.argoproj.io
list              cronworkflows.argoproj.io
create,patch      events.events.k8s.io
"""
MAY_NOT = """
get,list,watch,create,update,patch,delete,deletecollection  secrets
get,create,patch                  secrets/argosy-certificate                                team
get,list,watch,update,patch,delete,deletecollection  secrets                                argosy-system
update,delete                     secrets/argosy-certificate                                argosy-system
get,list,watch,create,update,patch,delete  namespaces
get                               namespaces/team                                           team
update,patch,delete               namespaces/argosy-system                                  argosy-system
get,list,watch,create,update,patch,delete  configmaps
get,update,patch                  configmaps                                                argo
update,patch,delete               configmaps/workflow-controller-configmap                  argo
get,update,patch                  configmaps/argosy                                         argosy-system
list,watch,create,delete          mutatingwebhookconfigurations.admissionregistration.k8s.io
get,patch                         mutatingwebhookconfigurations.admissionregistration.k8s.io/another
update,delete                     mutatingwebhookconfigurations.admissionregistration.k8s.io/argosy
get,list,create,patch,delete      validatingwebhookconfigurations.admissionregistration.k8s.io
get,watch,create,update,patch,delete,deletecollection  workflows.argoproj.io
get,watch,create,update,patch,delete,deletecollection  cronworkflows.argoproj.io
watch,update,deletecollection     workflowtemplates.argoproj.io
watch,update,deletecollection     clusterworkflowtemplates.argoproj.io
get,list,create,patch,delete      workflowtasksets.argoproj.io
get,list,watch,update,delete      events.events.k8s.io
get,list,create,patch,delete      events
get,list,watch,create,update,patch,delete  pods
get                               pods/log
create                            pods/exec
create                            serviceaccounts/token                                     argosy-system
get,list,create,patch,delete      serviceaccounts
get,list,create,patch,delete      deployments.apps
get,list,create,patch,delete      persistentvolumeclaims
get,list,create,patch,delete      customresourcedefinitions.apiextensions.k8s.io
get,list,create,patch,delete      leases.coordination.k8s.io
list,watch,patch,delete           leases.coordination.k8s.io/argosy-leader                  argosy-system
get,update                        leases.coordination.k8s.io/another                        argosy-system
get,list,create,update,patch,delete,bind,escalate  roles.rbac.authorization.k8s.io
get,list,create,update,patch,delete,bind,escalate  clusterroles.rbac.authorization.k8s.io
create,update,patch,delete        rolebindings.rbac.authorization.k8s.io                    argosy-system
create,update,patch,delete        clusterrolebindings.rbac.authorization.k8s.io
impersonate                       users
impersonate                       groups
impersonate                       serviceaccounts
*                                 *
"""


def _questions(table: str) -> Generator[tuple[str, str, str]]:
    """Verb, resource and namespace of each row."""
    for line in table.strip().splitlines():
        verbs, resource, *namespace = line.split()
        yield from ((verb, resource, "".join(namespace)) for verb in verbs.split(","))


def may(cluster: Cluster, verb: str, resource: str, namespace: str) -> bool:
    kind, _, name = resource.partition("/")
    plural, _, group = kind.partition(".")
    # What stands behind the slash is a name, but for what kubectl takes by --subresource.
    subresource = name if name in {"exec", "log", "token"} else ""
    attributes = {"verb": verb, "group": group, "resource": plural, "namespace": namespace}
    attributes |= {"subresource": subresource, "name": "" if subresource else name}
    review = {
        "apiVersion": "authorization.k8s.io/v1",
        "kind": "SubjectAccessReview",
        "spec": {"user": ACCOUNT, "groups": GROUPS, "resourceAttributes": attributes},
    }
    status, answer = cluster.ask("POST", "/apis/authorization.k8s.io/v1/subjectaccessreviews", review)
    assert status == 201, answer
    return bool(answer["status"]["allowed"])


def granted(manifests: str) -> Generator[tuple[str, str, str]]:
    """All that roles give, in the form of the rows."""
    for role in yaml.safe_load_all(manifests):
        for rule in role.get("rules") or () if role["kind"] in {"Role", "ClusterRole"} else ():
            groups = [f".{group}" if group else "" for group in rule["apiGroups"]]
            names = [f"/{name}" for name in rule.get("resourceNames", ())] or [""]
            for verb, resource, group, name in product(rule["verbs"], rule["resources"], groups, names):
                yield verb, f"{resource}{group}{name}", role["metadata"].get("namespace", "")


@pytest.fixture(scope="module")
def installed(cluster: Cluster, webhook: Counting) -> Cluster:
    cluster.install(f"webhook.url={webhook.url}")
    return cluster


def test_the_agent_may_do_what_it_must(installed: Cluster) -> None:
    assert [row for row in _questions(MAY) if not may(installed, *row)] == []


def test_the_agent_may_do_nothing_else(installed: Cluster) -> None:
    manifests = installed.helm("get", "manifest", "argosy", "--namespace=argosy-system")

    assert sorted(granted(manifests)) == sorted(_questions(MAY))
    assert [row for row in _questions(MAY_NOT) if may(installed, *row)] == []


def test_kubectl_tells_the_same_of_the_account(installed: Cluster) -> None:
    def told(*question: str) -> str:
        return installed.plane.kubectl("auth", "can-i", *question, f"--as={ACCOUNT}").stdout

    assert told("get", "secrets/argosy-certificate", "--namespace=argosy-system") == "yes\n"
    assert told("list", "secrets", "--all-namespaces") == "no\n"


def test_the_account_reads_its_own_namespace_by_the_real_request(installed: Cluster) -> None:
    acting = {**installed.http.headers, "Impersonate-User": ACCOUNT}

    statuses = [
        installed.http.request("GET", f"{installed.plane.url}/api/v1/namespaces/{name}", headers=acting).status
        for name in ("argosy-system", "team")
    ]

    assert statuses == [200, 403]
