"""The one client of the API server that all parts share; threads may use it at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kubernetes.client import ApiClient, Configuration
from kubernetes.config import ConfigException, load_incluster_config, load_kube_config

from argosy.resolver.errors import Misconfigured, Reason

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["api_client"]

_CONNECTIONS: Final = 32
"""Kept open. More threads at once than this open connections that are closed after one request."""


def api_client(kubeconfig: Path | None = None) -> ApiClient:
    """A client of the cluster that a kubeconfig names, or of the one this pod runs in, whose token is read anew.

    Raises Misconfigured where there is none.
    """
    configuration = Configuration()
    configuration.connection_pool_maxsize = _CONNECTIONS
    # Whoever asks knows when to try again. By itself the client would sleep for as long as a Retry-After says, which
    # can be longer than an admission lasts.
    configuration.retries = False
    try:
        if kubeconfig:
            load_kube_config(str(kubeconfig), client_configuration=configuration)  # type: ignore[no-untyped-call]  # the client has no types here
        else:
            load_incluster_config(configuration)  # type: ignore[no-untyped-call]  # as above
    except (ConfigException, OSError) as error:
        raise Misconfigured(
            Reason.INVALID_SETTINGS,
            f"there is no cluster to be had: {error}",
            remedy="run in a pod with a service account, or give --kubeconfig or --standalone",
        ) from error
    return ApiClient(configuration)
