"""Argo's server on loopback, asked as its clients ask it."""

from __future__ import annotations

import json
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import urllib3

from tests.controlplane.argo import NAMESPACE
from tests.controlplane.processes import free_ports, running
from tests.controlplane.programs import program

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping

    from tests.controlplane.cluster import ControlPlane

SECONDS = 30.0
ANSWERS = (HTTPStatus.OK, HTTPStatus.UNAUTHORIZED)


@dataclass(frozen=True, slots=True)
class ArgoServer:
    """A developer's way to it."""

    url: str
    http: urllib3.PoolManager

    def post(self, path: str, body: Mapping[str, object]) -> tuple[int, Any]:
        """The status and what is answered."""
        answer = self.http.request("POST", self.url + path, body=json.dumps(body), timeout=SECONDS, retries=False)
        return answer.status, json.loads(answer.data)


@contextmanager
def argo_server(plane: ControlPlane) -> Generator[ArgoServer]:
    """While a block runs, beside a controller, whose ConfigMap it reads."""
    (port,) = free_ports(1)
    url = f"http://127.0.0.1:{port}"
    command = [str(program("argo")), "server", "--secure=false", "--auth-mode=client", f"--port={port}"]
    command += [f"--namespace={NAMESPACE}"]
    config = json.loads(plane.kubeconfig("developer").read_text(encoding="utf-8"))
    headers = {"Authorization": f"Bearer {config['users'][0]['user']['token']}", "Content-Type": "application/json"}
    environment = {**plane.environment, "KUBECONFIG": str(plane.kubeconfig())}
    with urllib3.PoolManager(headers=headers) as http:

        def answers() -> bool:
            with suppress(urllib3.exceptions.HTTPError):
                return (
                    http.request("GET", f"{url}/api/v1/version", timeout=2, retries=False).status < 500
                )  # any answer of its own
            return False

        with running(command, plane.folder / "argo-server.log", answers, environment=environment):
            yield ArgoServer(url, http)
