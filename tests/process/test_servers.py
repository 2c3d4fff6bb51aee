"""How long the servers keep connections, against what API servers do."""

from __future__ import annotations

from typing import Any

from argosy.agent.process.servers import Server

IDLE_SECONDS_OF_API_SERVERS = 90
"""IdleConnTimeout of k8s.io/apimachinery/pkg/util/net."""


async def _silent(scope: Any, receive: Any, send: Any) -> None:
    """Asked for nothing here."""


def test_an_idle_connection_is_closed_by_the_api_server_first() -> None:
    server = Server(_silent, host="127.0.0.1", port=0)

    assert server.config.timeout_keep_alive > IDLE_SECONDS_OF_API_SERVERS
