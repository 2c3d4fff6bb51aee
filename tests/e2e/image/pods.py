"""The agent in a container, run as the chart's Deployment has it: podman in place of a kubelet."""

from __future__ import annotations

import os
import secrets
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from tests.controlplane.processes import free_ports
from tests.e2e.admission.installing import NAMESPACE, InstalledAgent, installed_chart
from tests.e2e.chart.rendering import CHART, KUBERNETES, helm, objects_of, pod_of
from tests.e2e.image.images import NAME

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping
    from pathlib import Path

    from tests.controlplane.cluster import ControlPlane
    from tests.e2e.image.images import Image
    from tests.gitservers.http_server import GitHttpServer

AUTHORITY = "git-authority"
ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount"


def objects_of_chart(git: GitHttpServer, *further: str) -> dict[str, list[Any]]:
    """What the chart installs for the repository of a git server that has an authority of its own."""
    values = [f"repo.url={git.url}/templates/.git", f"repo.ca.configMap={AUTHORITY}", *further]
    options = [f"--namespace={NAMESPACE}", f"--kube-version={KUBERNETES}", *(f"--set={value}" for value in values)]
    done = helm("template", "argosy", str(CHART), *options)
    assert done.returncode == 0, done.stderr
    return objects_of(done.stdout)


def security(pod: Any) -> list[str]:
    """The security contexts of the pod and its container."""
    (container,) = pod["containers"]
    own, shared = container["securityContext"], pod["securityContext"]
    options = [f"--user={shared['runAsUser']}:{shared['runAsGroup']}", f"--group-add={shared['fsGroup']}"]
    options += [f"--cap-drop={name}" for name in own["capabilities"]["drop"]]
    options += ["--read-only", "--read-only-tmpfs=false"] if own["readOnlyRootFilesystem"] else []
    return [*options, *([] if own["allowPrivilegeEscalation"] else ["--security-opt=no-new-privileges"])]


def variables(pod: Any) -> dict[str, str]:
    """Those of its container; what comes from the pod's own fields is its namespace."""
    return {one["name"]: one.get("value", NAMESPACE) for one in pod["containers"][0]["env"]}


def mounts(pod: Any, configmaps: Mapping[str, Path]) -> list[str]:
    """Its volumes: memory, and folders in place of ConfigMaps."""
    volumes = {one["name"]: one for one in pod["volumes"]}
    options: list[str] = []
    for mount in pod["containers"][0]["volumeMounts"]:
        volume, path = volumes[mount["name"]], mount["mountPath"]
        empty = "emptyDir" in volume
        options.append(f"--tmpfs={path}" if empty else f"--volume={configmaps[volume['configMap']['name']]}:{path}:ro")
    return options


def readable(folder: Path, files: Mapping[str, str], user: int) -> Path:
    """A folder of files for nobody but a user."""
    folder.mkdir()
    for name, content in files.items():
        (folder / name).write_text(content, encoding="utf-8")
        os.chown(folder / name, user, user)
        (folder / name).chmod(0o400)
    folder.chmod(0o755)
    return folder


def account(plane: ControlPlane) -> dict[str, str]:
    """The files by which the container is the chart's service account."""
    kubeconfig = plane.token_kubeconfig(NAMESPACE, "argosy").read_text(encoding="utf-8")
    return {
        "kubeconfig": kubeconfig.replace(str(plane.authority), f"{ACCOUNT}/ca.crt"),
        "ca.crt": plane.authority.read_text(encoding="utf-8"),
    }


@contextmanager
def contained_agent(
    plane: ControlPlane, image: Image, folder: Path, git: GitHttpServer, *values: str
) -> Generator[tuple[InstalledAgent, str]]:
    """The agent and the name of its container, ready on entry; only its addresses are not those of the chart."""
    assert git.ca_file
    objects = objects_of_chart(git, *values)
    pod = pod_of(objects)
    user, name = pod["securityContext"]["runAsUser"], f"argosy-{secrets.token_hex(4)}"
    webhook, http = free_ports(2)
    own = {"WEBHOOK_HOST": "127.0.0.1", "WEBHOOK_PORT": webhook, "HTTP_HOST": "127.0.0.1", "HTTP_PORT": http}
    environment = variables(pod) | {f"ARGOSY_{key}": str(value) for key, value in own.items()}
    environment["ARGOSY_CERTIFICATE_NAMES"] = "127.0.0.1"
    (settings,) = (one["data"] for one in objects["ConfigMap"] if one["metadata"]["name"] == "argosy")
    configmaps = {
        "argosy": readable(folder / "settings", settings, user),
        AUTHORITY: readable(folder / "authority", {"ca.crt": git.ca_file.read_text(encoding="utf-8")}, user),
    }
    with installed_chart(plane, f"https://127.0.0.1:{webhook}/admit"):
        token = readable(folder / "account", account(plane), user)
        command = ["podman", "--runtime", "runc", "run", "--rm", f"--name={name}", "--network=host"]
        command += ["--ulimit=nofile=1024:1024", "--ulimit=nproc=1024:1024", *security(pod), *mounts(pod, configmaps)]
        command += [f"--volume={token}:{ACCOUNT}:ro", *(f"--env={key}={value}" for key, value in environment.items())]
        command += [NAME, *pod["containers"][0]["args"], f"--kubeconfig={ACCOUNT}/kubeconfig"]
        ports = {"webhook": webhook, "http": http}
        agent = InstalledAgent(folder, folder / "settings" / "settings.yaml", image.environment, command, ports)
        agent.launch()
        try:
            agent.wait_ready()
            yield agent, name
        finally:
            image.podman("rm", "--force", "--ignore", name)
            agent.process.wait()
