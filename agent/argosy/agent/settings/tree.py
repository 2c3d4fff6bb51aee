"""The settings of the agent: the wire of the file, and the frozen tree that it becomes."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import msgspec

from argosy.agent.logs import LogFormat
from argosy.resolver.durations import parse_duration
from argosy.resolver.errors import Misconfigured, Reason
from argosy.resolver.settings import ResolverSettings, settings_from
from argosy.resolver.structures import Structure, structured

__all__ = ["AgentSettings", "CertificateSettings", "PushSettings", "agent_settings_from"]

MAX_DEADLINE_SECONDS: Final = 25.0
"""An API server waits 30 seconds at most: `timeoutSeconds` of a webhook."""
_LEVELS: Final = ("debug", "info", "warning", "error")


class _Webhook(Structure, frozen=True):
    host: str = ""
    port: int = 8443
    deadline: str = "8s"


class _Http(Structure, frozen=True):
    host: str = ""
    port: int = 8080


class _Certificate(Structure, frozen=True):
    folder: str = ""
    secret: str = "argosy-certificate"  # noqa: S105  # the name of a Secret
    service: str = "argosy"
    names: list[str] = msgspec.field(default_factory=list)
    webhook_configurations: list[str] = msgspec.field(default_factory=lambda: ["argosy"])


class _Pushes(Structure, frozen=True):
    host: str = ""
    port: int = 0
    github_secret_file: str = ""
    gitlab_token_file: str = ""


class _Controller(Structure, frozen=True):
    namespace: str = "argo"
    config_map: str = "workflow-controller-configmap"


class _Logs(Structure, frozen=True):
    format: LogFormat = LogFormat.JSON
    level: str = "info"


class _AgentWire(Structure, frozen=True):
    cache: str = "/var/cache/argosy"
    webhook: _Webhook = _Webhook()
    http: _Http = _Http()
    certificate: _Certificate = _Certificate()
    pushes: _Pushes = _Pushes()
    controller: _Controller = _Controller()
    logs: _Logs = _Logs()
    template_ttl: str = msgspec.field(default="24h", name="templateTTL")
    drain: str = "20s"
    installation: str = ""


@dataclass(frozen=True, slots=True)
class Address:
    """Where a server listens."""

    host: str
    """Empty for every address of the machine."""
    port: int
    """0 for any free one."""


@dataclass(frozen=True, slots=True)
class CertificateSettings:
    """Where the serving certificate comes from."""

    folder: Path | None
    """With `tls.crt` and `tls.key`, mounted; None: the agent makes its own and keeps it in the Secret."""
    secret: str
    service: str
    """The name of the agent's Service: the certificate is for `SERVICE.NAMESPACE.svc`."""
    names: tuple[str, ...]
    """More hosts and addresses that the certificate is for."""
    webhook_configurations: tuple[str, ...]
    """Whose caBundle the agent writes when it makes its own certificate."""


@dataclass(frozen=True, slots=True)
class PushSettings:
    """The receiver of pushes of git hosts."""

    address: Address
    """Not started when the port is 0."""
    github_secret_file: Path | None
    gitlab_token_file: Path | None


@dataclass(frozen=True, slots=True)
class ControllerSettings:
    """Where Argo's workflow-controller has its configuration."""

    namespace: str
    config_map: str


@dataclass(frozen=True, slots=True)
class AgentSettings:
    """The whole tree."""

    resolver: ResolverSettings
    cache: Path
    webhook: Address
    deadline_seconds: float
    """When an admission is answered with "try again" instead of waiting longer for git."""
    http: Address
    """Probes and metrics, without TLS."""
    certificate: CertificateSettings
    pushes: PushSettings
    controller: ControllerSettings
    log_format: LogFormat
    log_level: int
    template_ttl_seconds: float
    """How long a delivered template that nobody uses is kept."""
    drain_seconds: float
    """How long running admissions may go on after SIGTERM."""
    installation: str
    """Tells this installation's objects from another's; empty: the uid of the agent's namespace."""


def agent_settings_from(mapping: object, *, folder: Path, resolver: ResolverSettings | None = None) -> AgentSettings:
    """Settings from the data of a settings file; relative paths in it start at `folder`.

    With `resolver`, repositories and policy are those, and the mapping has none.

    Raises Misconfigured with the path of the wrong key, as `webhook.deadline`.
    """
    if not isinstance(mapping, dict):
        raise Misconfigured(Reason.INVALID_SETTINGS, "the settings are no mapping", site="settings")
    ours = {field.encode_name for field in msgspec.structs.fields(_AgentWire)}
    own: dict[str, Any] = {key: value for key, value in mapping.items() if key in ours}
    if resolver is None:
        resolver = settings_from({key: value for key, value in mapping.items() if key not in ours}, folder=folder)
    wire = structured(own, _AgentWire, "", remedy="the reference of settings lists every key")
    return AgentSettings(
        resolver=resolver,
        cache=folder / Path(wire.cache).expanduser(),
        webhook=_address(wire.webhook, "webhook"),
        deadline_seconds=_between(wire.webhook.deadline, "webhook.deadline", MAX_DEADLINE_SECONDS),
        http=_address(wire.http, "http"),
        certificate=_certificate(wire.certificate, folder),
        pushes=_pushes(wire.pushes, folder),
        controller=ControllerSettings(wire.controller.namespace, wire.controller.config_map),
        log_format=wire.logs.format,
        log_level=_level(wire.logs.level),
        template_ttl_seconds=_seconds(wire.template_ttl, "templateTTL"),
        drain_seconds=_seconds(wire.drain, "drain"),
        installation=wire.installation,
    )


def _certificate(wire: _Certificate, folder: Path) -> CertificateSettings:
    return CertificateSettings(
        folder=_path(wire.folder, folder),
        secret=wire.secret,
        service=wire.service,
        names=tuple(wire.names),
        webhook_configurations=tuple(wire.webhook_configurations),
    )


def _pushes(wire: _Pushes, folder: Path) -> PushSettings:
    address = _address(wire, "pushes")
    secrets = _path(wire.github_secret_file, folder), _path(wire.gitlab_token_file, folder)
    if address.port and not any(secrets):
        raise Misconfigured(
            Reason.INVALID_SETTINGS,
            "there is a port for pushes and no secret to know their senders by",
            site="pushes",
            remedy="give githubSecretFile or gitlabTokenFile",
        )
    return PushSettings(address, *secrets)


def _address(wire: _Webhook | _Http | _Pushes, place: str) -> Address:
    if not 0 <= wire.port < 2**16:
        raise Misconfigured(Reason.INVALID_SETTINGS, f"{wire.port} is no port", site=f"{place}.port")
    return Address(wire.host, wire.port)


def _level(text: str) -> int:
    if text not in _LEVELS:
        raise Misconfigured(
            Reason.INVALID_SETTINGS,
            f"{text!r} is no level",
            site="logs.level",
            remedy=f"use one of {', '.join(_LEVELS)}",
        )
    return logging.getLevelNamesMapping()[text.upper()]


def _between(text: str, place: str, most: float) -> float:
    seconds = _seconds(text, place)
    if not 0 < seconds <= most:
        raise Misconfigured(
            Reason.INVALID_SETTINGS, f"{text} is not within 0s and {most:g}s", site=place, remedy="the default is 8s"
        )
    return seconds


def _seconds(text: str, place: str) -> float:
    try:
        return parse_duration(text)
    except ValueError as error:
        raise Misconfigured(Reason.INVALID_SETTINGS, str(error), site=place) from error


def _path(text: str, folder: Path) -> Path | None:
    return folder / Path(text).expanduser() if text else None
