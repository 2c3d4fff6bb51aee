"""The client of the API server, by kubeconfig and in a pod."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from kubernetes.client import CoreV1Api
from kubernetes.config import incluster_config

from argosy.agent.cluster.client import api_client
from argosy.agent.cluster.installation import installation
from argosy.resolver.errors import Misconfigured, Reason
from tests.cluster.scripted import Reply

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cluster.scripted import ScriptedApi

KUBECONFIG = """
apiVersion: v1
kind: Config
current-context: c
contexts: [{{name: c, context: {{cluster: c, user: u}}}}]
clusters: [{{name: c, cluster: {{server: "{url}"}}}}]
users: [{{name: u, user: {{token: t0k3n}}}}]
"""


def test_a_kubeconfig_leads_to_its_cluster(api: ScriptedApi, tmp_path: Path) -> None:
    file = tmp_path / "kubeconfig"
    file.write_text(KUBECONFIG.format(url=api.url))
    api.answers(Reply(200, {"metadata": {"name": "argosy", "uid": "705ab4f5"}}))

    assert installation(CoreV1Api(api_client(file)), "argosy") == "705ab4f5"
    assert api.took() == [("GET", "/api/v1/namespaces/argosy")]


def test_a_namespace_that_is_not_there_is_a_wrong_setting(api: ScriptedApi) -> None:
    api.answers(Reply(404))

    with pytest.raises(Misconfigured, match="there is no namespace 'argosy'"):
        installation(api.core(), "argosy")


def test_a_busy_api_server_is_not_waited_for_by_the_client_itself(api: ScriptedApi, tmp_path: Path) -> None:
    file = tmp_path / "kubeconfig"
    file.write_text(KUBECONFIG.format(url=api.url))
    api.answers(Reply(429, headers={"Retry-After": "3600"}), Reply(200, {"metadata": {"uid": "705ab4f5"}}))

    with pytest.raises(Exception, match="failed to get namespaces 'argosy': 429"):
        installation(CoreV1Api(api_client(file)), "argosy")


def test_who_is_in_no_cluster_is_told_what_to_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv(incluster_config.SERVICE_HOST_ENV_NAME, raising=False)

    for kubeconfig in (None, tmp_path / "absent"):
        with pytest.raises(Misconfigured, match="there is no cluster to be had") as caught:
            api_client(kubeconfig)
        assert caught.value.reason is Reason.INVALID_SETTINGS
