"""The keys of the settings file that are the agent's, with the types and defaults they have there."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Final, TypeAlias

import msgspec

from argosy.agent.logs import LogFormat
from argosy.resolver.structures import Structure

__all__ = ["AGENT_KEYS", "AgentKeys", "LogLevel", "resolver_part"]

Size: TypeAlias = Annotated[int, msgspec.Meta(gt=0)]
Port: TypeAlias = Annotated[int, msgspec.Meta(ge=0, le=65_535)]


class LogLevel(StrEnum):
    """The least grave lines that are written."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class WebhookKeys(Structure, frozen=True):
    """The keys of `webhook`."""

    host: str = ""
    port: Port = 8443
    deadline: str = "8s"
    max_body_bytes: Size = 8 * 1024 * 1024


class HttpKeys(Structure, frozen=True):
    """The keys of `http`."""

    host: str = ""
    port: Port = 8080


class CertificateKeys(Structure, frozen=True):
    """The keys of `certificate`."""

    folder: str = ""
    secret: str = "argosy-certificate"  # noqa: S105  # the name of a Secret
    service: str = "argosy"
    names: tuple[str, ...] = ()
    webhook_configurations: tuple[str, ...] = ("argosy",)


class PushKeys(Structure, frozen=True):
    """The keys of `pushes`."""

    host: str = ""
    port: Port = 0
    github_secret_file: str = ""
    gitlab_token_file: str = ""


class ControllerKeys(Structure, frozen=True):
    """The keys of `controller`."""

    namespace: str = "argo"
    config_map: str = "workflow-controller-configmap"


class LogKeys(Structure, frozen=True):
    """The keys of `logs`."""

    format: LogFormat = LogFormat.JSON
    level: LogLevel = LogLevel.INFO


class AgentKeys(Structure, frozen=True):
    """The keys at the top of the file that are the agent's; the others are the resolver's."""

    cache: str = "/var/cache/argosy"
    catalog_budget_bytes: Size = 256 * 1024 * 1024
    webhook: WebhookKeys = WebhookKeys()
    http: HttpKeys = HttpKeys()
    certificate: CertificateKeys = CertificateKeys()
    pushes: PushKeys = PushKeys()
    controller: ControllerKeys = ControllerKeys()
    logs: LogKeys = LogKeys()
    template_ttl: str = msgspec.field(default="24h", name="templateTTL")
    grace_period: str = "0"
    sweep_interval: str = "1h"
    drain: str = "20s"
    namespaces: tuple[str, ...] = ()
    installation: str = ""


AGENT_KEYS: Final = frozenset(field.encode_name for field in msgspec.structs.fields(AgentKeys))


def resolver_part(mapping: object) -> object:
    """The data of a settings file without the keys that only the agent reads: for commands that only resolve."""
    if not isinstance(mapping, dict):
        return mapping
    return {key: value for key, value in mapping.items() if key not in AGENT_KEYS}
