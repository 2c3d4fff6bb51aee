"""A certificate that somebody else renews, swapped in its mounted folder while clients create Workflows."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING

import orjson
import pytest
import trustme

from tests.controlplane.processes import free_ports
from tests.e2e.admission.clients import counted, create_all, creating
from tests.e2e.admission.conftest import configured, served_templates
from tests.e2e.admission.installing import NAMESPACE, installed_chart, replica, wait_until
from tests.resolver.template_repositories import workflow

if TYPE_CHECKING:
    from pathlib import Path

    from tests.controlplane.cluster import ControlPlane

pytestmark = pytest.mark.needs("helm")

NAMES = ("127.0.0.1", f"argosy.{NAMESPACE}.svc")


def _mount(folder: Path, version: str, content: dict[str, bytes]) -> None:
    """Let the folder hold a version of the Secret, as the kubelet does: it swaps one link."""
    (folder / version).mkdir(parents=True)
    for name, part in content.items():
        (folder / version / name).write_bytes(part)
        if not (folder / name).is_symlink():
            (folder / name).symlink_to(f"..data/{name}")
    (folder / "..data_tmp").symlink_to(version)
    (folder / "..data_tmp").replace(folder / "..data")


def _pair(authority: trustme.CA) -> dict[str, bytes]:
    leaf = authority.issue_cert(*NAMES)
    chain = b"".join(part.bytes() for part in leaf.cert_chain_pems)
    return {"tls.crt": chain, "tls.key": leaf.private_key_pem.bytes()}


def _trust(plane: ControlPlane, authority: trustme.CA) -> None:
    """What cert-manager's cainjector does."""
    bundle = base64.b64encode(authority.cert_pem.bytes()).decode()
    paths = [f"/webhooks/{number}/clientConfig/caBundle" for number in range(2)]
    patch = [{"op": "add", "path": path, "value": bundle} for path in paths]
    plane.must("patch", "mutatingwebhookconfiguration/argosy", "--type=json", f"--patch={json.dumps(patch)}")


def test_a_mounted_pair_is_swapped_in_the_middle_and_one_that_does_not_fit_is_refused(
    own_control_plane: ControlPlane, tmp_path: Path
) -> None:
    plane, authority, folder = own_control_plane, trustme.CA(), tmp_path / "tls"
    first, second = _pair(authority), _pair(authority)
    _mount(folder, "1", first)
    namespace = plane.namespace()
    (port,) = free_ports(1)
    with (
        served_templates(tmp_path) as (git, _),
        installed_chart(plane, f"https://127.0.0.1:{port}/admit"),
    ):
        _trust(plane, authority)
        settings = tmp_path / "settings.yaml"
        settings.write_bytes(orjson.dumps({"repositories": [configured(git)], "certificate": {"folder": str(folder)}}))
        with replica(plane, tmp_path / "agent", settings, port=port) as agent:
            agent.wait_ready()
            before = agent.certificate()
            with creating(plane, namespace, workflow("v1.0.0"), clients=4) as answers:
                _mount(folder, "2", {**second, "tls.key": first["tls.key"]})
                wait_until(lambda: "tls.key is not the key" in agent.log(), agent.log)
                refused = agent.certificate()
                _mount(folder, "3", second)
                wait_until(lambda: agent.certificate() != before, agent.log)
                # Connections that are open go on with what they began with; these are new.
                create_all(plane, namespace, [workflow("v1.0.0")] * 40, clients=20)

            assert counted(answers) == {(201, "image:1"): len(answers)}
            assert (before, refused) == (first["tls.crt"].decode(), first["tls.crt"].decode())
            assert agent.certificate() == second["tls.crt"].decode()
