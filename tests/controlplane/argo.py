"""Argo on the control plane: its full CRDs and roles from its own module, and its controller on demand."""

from __future__ import annotations

import json
import signal
import socket
from contextlib import contextmanager, suppress
from functools import partial
from typing import TYPE_CHECKING, Any

import yaml

from tests.controlplane.processes import restarting, running
from tests.controlplane.programs import argo_source, program, progress

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping
    from contextlib import AbstractContextManager
    from pathlib import Path
    from subprocess import Popen

    from tests.controlplane.cluster import ControlPlane

NAMESPACE = "argo"
ACCOUNT = "argo"
CONFIG_MAP = "workflow-controller-configmap"
ROLES = "manifests/cluster-install-no-crds/workflow-controller-rbac"
STARTED = b"Starting Workflow Controller"
HEALTH_PORT = 6060
UNTHROTTLED = ("--qps=1000", "--burst=2000")
"""Else its client waits before each event and each pod, once it made 20 requests in a second."""

TASK_SETS = {"apiGroups": ["argoproj.io"], "resources": ["workflowtasksets/status"], "verbs": ["patch"]}
"""Left out of Argo's roles: without it, a Workflow of Argo 3 may wait for ever once an HTTP template is done."""


def install(plane: ControlPlane) -> None:
    """Give a new cluster all of Argo's CRDs, and the roles that its users are given."""
    source = argo_source(plane.controller)
    crds = sorted((source / "manifests" / "base" / "crds" / "full").glob("argoproj.io_*.yaml"))
    files = [*crds, source / ROLES / "workflow-aggregate-roles.yaml"]
    plane.must("apply", "--server-side", *(f"--filename={file}" for file in files))
    names = [f"crd/{file.stem.removeprefix('argoproj.io_')}.argoproj.io" for file in crds]
    plane.must("wait", "--for=condition=Established", "--timeout=30s", *names)


@contextmanager
def workflow_controller(
    plane: ControlPlane, configuration: Mapping[str, Any], managed: str | None, variables: Mapping[str, str]
) -> Generator[Path]:
    """Argo's controller, with the rights and the account of Argo's installation.

    The configuration is that of its ConfigMap, by key; the ConfigMap goes with it. It runs the Workflows of one
    namespace, or of all of them. Where it ends by itself, it is started again, as by its Deployment. Gives the path of
    its log.
    """
    own = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE}}
    # It serves its metrics on every address of the machine.
    data = {"metricsConfig": {"enabled": False}, **configuration}
    plane.apply(own, *_manifests(plane), _config_map(data))
    log = plane.folder / "workflow-controller.log"
    log.write_bytes(b"")
    command = [str(program(plane.controller)), f"--namespace={NAMESPACE}", "--loglevel=info", *UNTHROTTLED]
    command += ["--namespaced", f"--managed-namespace={managed}"] if managed else []
    environment = {
        **plane.environment,
        "KUBECONFIG": str(plane.token_kubeconfig(NAMESPACE, ACCOUNT)),
        "LEADER_ELECTION_DISABLE": "true",
        **variables,
    }

    def start() -> AbstractContextManager[Popen[bytes]]:
        ready = partial(_is_said, STARTED, log, log.stat().st_size)
        # Told to end, it goes on: it is ended as a node that fails ends it.
        return running(command, log, ready, environment=environment, ending=signal.SIGKILL)

    def told(status: int) -> None:
        progress(f"{plane.controller} ended with status {status} and is started again: {log}")

    try:
        with _health_port_taken(), restarting(start, told):
            yield log
    finally:
        plane.must("delete", "configmap", CONFIG_MAP, f"--namespace={NAMESPACE}", "--ignore-not-found")


def _is_said(line: bytes, log: Path, start: int) -> bool:
    """Whether it stands in the log from a place on: a controller that is started again finds what the last one said."""
    with log.open("rb") as file:
        file.seek(start)
        return line in file.read()


def _manifests(plane: ControlPlane) -> Generator[dict[str, Any]]:
    account = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": ACCOUNT, "namespace": NAMESPACE}}
    yield account
    for file in sorted((argo_source(plane.controller) / ROLES).glob("workflow-controller-*.yaml")):
        manifest = yaml.safe_load(file.read_text(encoding="utf-8"))
        if not manifest["kind"].startswith("Cluster"):
            manifest["metadata"]["namespace"] = NAMESPACE
        if manifest["kind"] == "ClusterRole":
            manifest["rules"].append(TASK_SETS)
        for subject in manifest.get("subjects", []):
            subject["namespace"] = NAMESPACE
        yield manifest


def _config_map(data: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": CONFIG_MAP, "namespace": NAMESPACE},
        # Each value is a text of YAML by itself.
        "data": {key: json.dumps(value) for key, value in data.items()},
    }


@contextmanager
def _health_port_taken() -> Generator[None]:
    # It serves its health on this port of every address, and goes on without where it cannot.
    with suppress(OSError), socket.create_server(("127.0.0.1", HEALTH_PORT)):
        yield
        return
    yield
