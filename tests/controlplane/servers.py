"""Etcd and the API server on loopback."""

from __future__ import annotations

import http.client
import json
import os
import ssl
from contextlib import closing, contextmanager, suppress
from http import HTTPStatus
from typing import TYPE_CHECKING

from tests.controlplane.audit import POLICY
from tests.controlplane.kubeconfigs import token_file
from tests.controlplane.processes import free_ports, running
from tests.controlplane.programs import program

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping
    from pathlib import Path

    from tests.controlplane.certificates import Certificates

AUDIT_LOG = "audit.jsonl"
ISSUER = "https://kubernetes.default.svc"
PROBE_SECONDS = 2.0


@contextmanager
def servers(folder: Path, certificates: Certificates, tokens: Mapping[str, str]) -> Generator[str]:
    """Run both; gives the API server's URL once it is ready. Their data and logs stay in the folder."""
    client, peer, secure = free_ports(3)
    flags = _server_flags(folder, certificates, client, secure)
    context = ssl.create_default_context(cafile=str(certificates.authority))
    (folder / "users.csv").touch(mode=0o600)
    (folder / "users.csv").write_text(token_file(tokens), encoding="utf-8")
    (folder / "audit-policy.json").write_text(json.dumps(POLICY), encoding="utf-8")
    (folder / AUDIT_LOG).touch()
    with (
        _server("etcd", folder, _etcd_flags(folder, client, peer), lambda: _answers(client, "/health", None)),
        _server("kube-apiserver", folder, flags, lambda: _answers(secure, "/readyz", context)),
    ):
        yield f"https://127.0.0.1:{secure}"


@contextmanager
def _server(name: str, folder: Path, flags: list[str], ready: Callable[[], bool]) -> Generator[None]:
    environment = {"PATH": os.environ.get("PATH", ""), "HOME": str(folder)}
    with running([str(program(name)), *flags], folder / f"{name}.log", ready, environment=environment):
        yield


def _etcd_flags(folder: Path, client: int, peer: int) -> list[str]:
    return [
        f"--data-dir={folder / 'etcd'}",
        f"--listen-client-urls=http://127.0.0.1:{client}",
        f"--advertise-client-urls=http://127.0.0.1:{client}",
        f"--listen-peer-urls=http://127.0.0.1:{peer}",
        f"--initial-advertise-peer-urls=http://127.0.0.1:{peer}",
        f"--initial-cluster=default=http://127.0.0.1:{peer}",
        "--unsafe-no-fsync",  # nothing here must outlive a loss of power
    ]


def _server_flags(folder: Path, certificates: Certificates, client: int, secure: int) -> list[str]:
    return [
        f"--etcd-servers=http://127.0.0.1:{client}",
        "--bind-address=127.0.0.1",
        "--advertise-address=127.0.0.1",
        f"--secure-port={secure}",
        f"--cert-dir={folder}",
        f"--tls-cert-file={certificates.certificate}",
        f"--tls-private-key-file={certificates.key}",
        f"--service-account-issuer={ISSUER}",
        f"--service-account-key-file={certificates.account_key}",
        f"--service-account-signing-key-file={certificates.account_key}",
        "--service-cluster-ip-range=10.96.0.0/24",
        "--authorization-mode=RBAC",
        f"--token-auth-file={folder / 'users.csv'}",
        f"--audit-policy-file={folder / 'audit-policy.json'}",
        f"--audit-log-path={folder / AUDIT_LOG}",
        "--endpoint-reconciler-type=none",
        "--disable-admission-plugins=ServiceAccount",  # nobody makes the account that it would put into a pod
    ]


def _answers(port: int, path: str, context: ssl.SSLContext | None) -> bool:
    """Whether a server says that it is well; anybody may ask that, and no proxy is asked on the way."""
    host = "127.0.0.1"
    connection = (
        http.client.HTTPSConnection(host, port, timeout=PROBE_SECONDS, context=context)
        if context
        else http.client.HTTPConnection(host, port, timeout=PROBE_SECONDS)
    )
    with closing(connection), suppress(OSError, http.client.HTTPException):
        connection.request("GET", path)
        return connection.getresponse().status == HTTPStatus.OK
    return False
