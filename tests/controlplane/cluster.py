"""A Kubernetes cluster with Argo's objects: one that is started for the tests, or one that is there already."""

from __future__ import annotations

import base64
import json
import os
import secrets
import subprocess
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.controlplane import argo
from tests.controlplane.audit import Audit
from tests.controlplane.certificates import issue
from tests.controlplane.kubeconfigs import USERS, acting, kubeconfig
from tests.controlplane.processes import StartError
from tests.controlplane.programs import program
from tests.controlplane.servers import AUDIT_LOG, servers

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping
    from contextlib import AbstractContextManager

EXISTING = "ARGOSY_TEST_KUBECONFIG"
"""The variable that names the kubeconfig of a cluster to use instead; its user must be allowed everything."""
COMMAND_SECONDS = 150.0
EDITOR_ROLES = ("argo-aggregate-to-edit", "system:aggregate-to-edit", "system:aggregate-to-view")
"""What the role `edit` is gathered from; nobody gathers it here."""


@dataclass(frozen=True, slots=True)
class ControlPlane:
    """A running cluster and the ways into it."""

    url: str
    folder: Path
    """Where its logs and the kubeconfigs of its users lie."""
    authority: Path
    """The file of the authority that its certificate is checked against."""
    own: bool
    """Whether it was started for the tests: it reaches webhooks on this machine's loopback, and has an audit log."""
    environment: Mapping[str, str]
    controller: str = "workflow-controller"
    """The program that is Argo's controller here; its module has the CRDs and roles."""
    _namespaces: list[str] = field(default_factory=list[str])

    def kubeconfig(self, user: str = "admin") -> Path:
        """The file that a client is one of USERS with."""
        return self.folder / f"{user}.kubeconfig"

    def run(
        self,
        name: str,
        *arguments: str,
        user: str = "admin",
        input: str | None = None,  # noqa: A002 - as subprocess calls it
    ) -> subprocess.CompletedProcess[str]:
        """Run `kubectl`, `helm`, `helm-3` or `argo` as a user; a test looks at the status itself."""
        return subprocess.run(
            [str(program(name)), *arguments],
            input=input,
            capture_output=True,
            text=True,
            check=False,
            timeout=COMMAND_SECONDS,
            env={**self.environment, "KUBECONFIG": str(self.kubeconfig(user))},
        )

    def kubectl(
        self,
        *arguments: str,
        user: str = "admin",
        input: str | None = None,  # noqa: A002 - as above
    ) -> subprocess.CompletedProcess[str]:
        return self.run("kubectl", *arguments, user=user, input=input)

    def must(self, *arguments: str, input: str | None = None) -> str:  # noqa: A002 - as above
        """What kubectl prints for the administrator; raises StartError where it fails."""
        done = self.kubectl(*arguments, input=input)
        if done.returncode != 0:
            raise StartError(f"kubectl {' '.join(arguments)[:200]} failed: {done.stderr}")
        return done.stdout

    def apply(self, *objects: Mapping[str, Any]) -> None:
        """Apply objects as the administrator, on the server's side."""
        content = json.dumps({"apiVersion": "v1", "kind": "List", "items": objects})
        self.must("apply", "--server-side", "--filename=-", input=content)

    def namespace(self, prefix: str = "test", *, editors: tuple[str, ...] = ("developer",)) -> str:
        """Make a namespace that no other test has, in which these users may edit."""
        name = f"{prefix}-{secrets.token_hex(4)}"
        self._namespaces.append(name)
        roles = EDITOR_ROLES if self.own else ("edit",)
        bindings = [_binding(name, role, user) for role in roles for user in editors]
        self.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}, *bindings)
        return name

    def token_kubeconfig(self, namespace: str, account: str) -> Path:
        """The file that a client is a service account with, by a token that the API server gives out for a day."""
        token = self.must("create", "token", account, f"--namespace={namespace}", "--duration=24h")
        path = self.folder / f"{namespace}.{account}.kubeconfig"
        return _write(path, kubeconfig(self._cluster(), {"token": token.strip()}))

    @property
    def audit(self) -> Audit:
        """The requests that the API server answered."""
        assert self.own, "the audit log of a cluster that is there already is not at hand"
        return Audit(self.folder / AUDIT_LOG)

    def workflow_controller(
        self,
        configuration: Mapping[str, Any] | None = None,
        *,
        namespace: str | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> AbstractContextManager[Path]:
        """Argo's controller while a block runs: for one namespace, since other tests leave Workflows in theirs.

        Without a namespace, it is to have an `instanceID` for the same reason.
        """
        assert self.own, "a cluster that is there already has its own controller"
        return argo.workflow_controller(self, configuration or {}, namespace, environment or {})

    def _cluster(self) -> dict[str, str]:
        return {"server": self.url, "certificate-authority": str(self.authority)}

    def _write_users(self, credentials: Mapping[str, Mapping[str, Any]]) -> None:
        for user, its in credentials.items():
            _write(self.kubeconfig(user), kubeconfig(self._cluster(), its))


def control_plane(folder: Path, controller: str = "workflow-controller") -> AbstractContextManager[ControlPlane]:
    """A cluster while a block runs, with its files in an existing folder, and Argo of that controller's version.

    Started here, or the one that ARGOSY_TEST_KUBECONFIG leads to. Raises GoUnavailableError where its programs are not
    there, and StartError where it does not start.
    """
    given = os.environ.get(EXISTING)
    return _existing(folder, Path(given)) if given else _started(folder, controller)


@contextmanager
def _started(folder: Path, controller: str) -> Generator[ControlPlane]:
    certificates = issue(folder)
    tokens = {user: secrets.token_urlsafe() for user in USERS}
    environment = {"PATH": os.environ.get("PATH", ""), "HOME": str(folder)}
    with servers(folder, certificates, tokens) as url:
        plane = ControlPlane(
            url, folder, certificates.authority, own=True, environment=environment, controller=controller
        )
        plane._write_users({user: {"token": token} for user, token in tokens.items()})
        argo.install(plane)
        yield plane


@contextmanager
def _existing(folder: Path, given: Path) -> Generator[ControlPlane]:
    environment = {name: value for name, value in os.environ.items() if name != "KUBECONFIG"}
    command = [str(program("kubectl")), "config", "view", "--minify", "--flatten", "--raw", "--output=json"]
    done = subprocess.run(
        command,
        env={**environment, "KUBECONFIG": str(given)},
        capture_output=True,
        check=True,
        timeout=COMMAND_SECONDS,
    )
    view = json.loads(done.stdout)
    cluster, credentials = view["clusters"][0]["cluster"], view["users"][0]["user"]
    if "certificate-authority-data" not in cluster:
        raise StartError(f"{given} names no certificate-authority, which clients of the tests need; add it there")
    authority = folder / "ca.pem"
    authority.write_bytes(base64.b64decode(cluster["certificate-authority-data"]))
    plane = ControlPlane(cluster["server"], folder, authority, own=False, environment=environment)
    plane._write_users({user: acting(credentials, user) for user in USERS})
    plane.must("get", "crd/workflows.argoproj.io")
    try:
        yield plane
    finally:
        if plane._namespaces:
            plane.must("delete", "namespace", "--wait=false", *plane._namespaces)


def _binding(namespace: str, role: str, user: str) -> dict[str, Any]:
    return {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "RoleBinding",
        "metadata": {"name": f"{user}-{role}".replace(":", "-"), "namespace": namespace},
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": role},
        "subjects": [{"apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": user}],
    }


def _write(path: Path, content: str) -> Path:
    path.touch(mode=0o600)
    path.write_text(content, encoding="utf-8")
    return path
