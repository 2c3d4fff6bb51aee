"""The control plane does what a cluster does: that is what the other tests build on."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.controlplane.cluster import EXISTING
from tests.controlplane.cluster import control_plane as another

if TYPE_CHECKING:
    from pathlib import Path

    from tests.controlplane.cluster import ControlPlane

WAITS = {"entrypoint": "wait", "templates": [{"name": "wait", "suspend": {}}]}


@pytest.fixture(scope="module")
def namespace(control_plane: ControlPlane) -> str:
    return control_plane.namespace()


def workflow(name: str, spec: dict[str, Any]) -> str:
    manifest = {"apiVersion": "argoproj.io/v1alpha1", "kind": "Workflow", "metadata": {"name": name}, "spec": spec}
    return json.dumps(manifest)


def create(plane: ControlPlane, namespace: str, content: str, user: str = "developer") -> tuple[int, str]:
    done = plane.kubectl("create", f"--namespace={namespace}", "--filename=-", user=user, input=content)
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("user", "place", "verb", "resource", "allowed"),
    [
        ("admin", "default", "delete", "nodes", True),
        ("developer", "own", "create", "workflows.argoproj.io", True),
        ("developer", "own", "update", "workflowtemplates.argoproj.io", True),
        ("developer", "own", "create", "secrets", True),
        ("developer", "own", "get", "configmaps", True),
        ("developer", "own", "create", "rolebindings", False),
        ("developer", "default", "create", "workflows.argoproj.io", False),
        ("developer", "default", "create", "clusterworkflowtemplates.argoproj.io", False),
        ("outsider", "own", "get", "workflows.argoproj.io", False),
    ],
)
def test_users_may_do_what_their_roles_say(
    control_plane: ControlPlane, namespace: str, user: str, place: str, verb: str, resource: str, *, allowed: bool
) -> None:
    where = namespace if place == "own" else place
    done = control_plane.kubectl("auth", "can-i", verb, resource, f"--namespace={where}", user=user)

    assert (done.returncode, done.stdout) == ((0, "yes\n") if allowed else (1, "no\n"))


def test_what_a_user_may_not_do_is_refused(control_plane: ControlPlane, namespace: str) -> None:
    assert create(control_plane, namespace, workflow("mine", WAITS)) == (0, "workflow.argoproj.io/mine created\n")
    status, said = create(control_plane, "default", workflow("not-mine", WAITS))

    assert (status, 'User "developer" cannot create resource "workflows"' in said) == (1, True)


@pytest.mark.parametrize(
    ("spec", "complaint"),
    [
        ({"templates": [{"suspend": {"duration": []}}]}, "spec.templates[0].suspend.duration: Invalid value"),
        ({"templates": [{"container": {"image": 1}}]}, "spec.templates[0].container.image: Invalid value"),
        ({"templates": [{"contianer": {}}]}, 'unknown field "spec.templates[0].contianer"'),
        ({"templates": [{"container": {"args": ["a"]}}]}, ""),
    ],
)
def test_argos_full_schema_judges_workflows(
    control_plane: ControlPlane, namespace: str, spec: dict[str, Any], complaint: str
) -> None:
    status, said = create(control_plane, namespace, workflow("judged", spec))

    assert (status, complaint in said) == (1 if complaint else 0, True)


def test_a_service_account_is_let_in_by_its_token_and_may_do_what_it_is_bound_to(control_plane: ControlPlane) -> None:
    namespace = control_plane.namespace(editors=())
    metadata = {"name": "robot", "namespace": namespace}
    subject = {"kind": "ServiceAccount", **metadata}
    role = {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "system:aggregate-to-view"}
    binding = {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "RoleBinding", "metadata": metadata}
    account = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": metadata}
    control_plane.apply(account, {**binding, "roleRef": role, "subjects": [subject]})
    kubeconfig = control_plane.token_kubeconfig(namespace, "robot")

    def may(verb: str) -> str:
        question = ("auth", "can-i", verb, "configmaps", f"--namespace={namespace}", f"--kubeconfig={kubeconfig}")
        return control_plane.kubectl(*question).stdout

    who = json.loads(control_plane.must("auth", "whoami", "--output=json", f"--kubeconfig={kubeconfig}"))

    assert who["status"]["userInfo"]["username"] == f"system:serviceaccount:{namespace}:robot"
    assert (may("get"), may("create")) == ("yes\n", "no\n")


def test_the_audit_log_has_every_answer(own_control_plane: ControlPlane, namespace: str) -> None:
    position = own_control_plane.audit.position()
    create(own_control_plane, namespace, workflow("told", WAITS))
    create(own_control_plane, namespace, workflow("told", WAITS))
    create(own_control_plane, namespace, workflow("told", WAITS), user="outsider")

    requests = [one for one in own_control_plane.audit.since(position) if one.verb == "create"]

    assert [(one.user, one.resource, one.namespace, one.name, one.code) for one in requests] == [
        ("developer", "workflows", namespace, "told", 201),
        ("developer", "workflows", namespace, "told", 409),
        ("outsider", "workflows", namespace, "", 403),  # refused before the manifest, and the name in it, is read
    ]
    assert {one.agent.partition("/")[0] for one in requests} == {"kubectl"}


def test_a_cluster_that_is_there_already_is_used_and_left_as_it_was(
    own_control_plane: ControlPlane, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(EXISTING, str(own_control_plane.kubeconfig()))
    with another(tmp_path) as plane:
        namespace = plane.namespace("given")
        who = json.loads(plane.kubectl("auth", "whoami", "--output=json", user="developer").stdout)
        phase = own_control_plane.must("get", "namespace", namespace, "--output=jsonpath={.status.phase}")

    # Nobody empties namespaces here; the API server notes that it is to be done.
    after = own_control_plane.must("get", "namespace", namespace, "--output=jsonpath={.status.phase}")
    assert (plane.url, plane.own, phase, after) == (own_control_plane.url, False, "Active", "Terminating")
    assert (who["status"]["userInfo"]["username"], "developers" in who["status"]["userInfo"]["groups"]) == (
        "developer",
        True,
    )
