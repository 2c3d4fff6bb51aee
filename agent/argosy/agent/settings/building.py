"""From the agent's keys, whose types are right, to its settings: units, ranges, and what excludes what."""

from __future__ import annotations

import logging
import re
from typing import TYPE_CHECKING, Final

from argosy.agent.certificates.names import alternative_names
from argosy.agent.settings.tree import Address, CertificateSettings, ControllerSettings, PushSettings
from argosy.resolver.errors import Misconfigured, Reason, located
from argosy.resolver.settings import path_in, seconds_in

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from pathlib import Path

    from argosy.agent.settings.keys import AgentKeys
    from argosy.resolver.manifests import JsonObject

__all__ = ["check_ports", "makers"]

MAX_DEADLINE_SECONDS: Final = 25.0
"""An API server waits 30 seconds at most: `timeoutSeconds` of a webhook."""
MIN_SWEEP_SECONDS: Final = 10.0
_ONLY_MADE: Final = ("secret", "webhookConfigurations")
_LABEL: Final = re.compile(r"[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?")
_SUBDOMAIN: Final = re.compile(rf"(?=.{{1,253}}\Z){_LABEL.pattern}(?:\.{_LABEL.pattern})*")
_INSTALLATION: Final = re.compile(r"[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,48}[A-Za-z0-9])?")


def makers(keys: AgentKeys, folder: Path, given: JsonObject) -> dict[str, Callable[[], object]]:
    """What makes each part of the settings but for the resolver's; each raises Misconfigured.

    Relative paths start at `folder`; `given` are the keys that somebody wrote.
    """
    return {
        "cache": lambda: _cache(keys, folder),
        "catalog_budget_bytes": lambda: keys.catalog_budget_bytes,
        "webhook": lambda: Address(keys.webhook.host, keys.webhook.port),
        "deadline_seconds": lambda: _deadline(keys),
        "max_body_bytes": lambda: keys.webhook.max_body_bytes,
        "http": lambda: Address(keys.http.host, keys.http.port),
        "certificate": lambda: _certificate(keys, folder, given.get("certificate") or {}),
        "pushes": lambda: _pushes(keys, folder),
        "controller": lambda: _controller(keys),
        "log_format": lambda: keys.logs.format,
        "log_level": lambda: logging.getLevelNamesMapping()[keys.logs.level.upper()],
        "template_ttl_seconds": lambda: _template_ttl(keys),
        "grace_period_seconds": lambda: seconds_in(keys.grace_period, "gracePeriod"),
        "sweep_interval_seconds": lambda: _sweep_interval(keys),
        "drain_seconds": lambda: seconds_in(keys.drain, "drain"),
        "namespaces": lambda: _namespaces(keys),
        "installation": lambda: _installation(keys),
    }


def check_ports(keys: AgentKeys) -> None:
    """Raise Misconfigured unless each server has a port of its own; 0 is any free one, or none."""
    seen: dict[int, str] = {}
    ports = {"webhook": keys.webhook.port, "http": keys.http.port, "pushes": keys.pushes.port}
    for key, port in ports.items():
        other = seen.setdefault(port, key)
        if port and other != key:
            raise _wrong(f"{key}.port", f"{port} is {other}.port as well", "give each server a port of its own")


def _cache(keys: AgentKeys, folder: Path) -> Path:
    path = path_in(keys.cache, folder)
    if path is None:
        raise _wrong("cache", "it is empty", "name a folder that can be written")
    return path


def _deadline(keys: AgentKeys) -> float:
    seconds = seconds_in(keys.webhook.deadline, "webhook.deadline")
    if not 0 < seconds <= MAX_DEADLINE_SECONDS:
        problem = f"{keys.webhook.deadline} is not within 0s and {MAX_DEADLINE_SECONDS:g}s"
        raise _wrong("webhook.deadline", problem, "the default is 8s")
    return seconds


def _certificate(keys: AgentKeys, folder: Path, given: Collection[str]) -> CertificateSettings:
    wire = keys.certificate
    unused = [key for key in _ONLY_MADE if key in given]
    if wire.folder and unused:
        raise _wrong(
            "certificate",
            f"folder and {' and '.join(unused)} exclude each other",
            "keep folder for a mounted certificate, leave it out for one that the agent makes",
        )
    _check_name("certificate.secret", wire.secret, _SUBDOMAIN)
    _check_name("certificate.service", wire.service, _LABEL)
    for number, name in enumerate(wire.webhook_configurations):
        _check_name(f"certificate.webhookConfigurations[{number}]", name, _SUBDOMAIN)
    if wire.names:
        with located("certificate.names"):
            alternative_names(wire.names)
    return CertificateSettings(
        path_in(wire.folder, folder), wire.secret, wire.service, wire.names, wire.webhook_configurations
    )


def _pushes(keys: AgentKeys, folder: Path) -> PushSettings:
    wire = keys.pushes
    secrets = path_in(wire.github_secret_file, folder), path_in(wire.gitlab_token_file, folder)
    if wire.port and not any(secrets):
        raise _wrong(
            "pushes",
            "there is a port for pushes and no secret to know their senders by",
            "give githubSecretFile or gitlabTokenFile",
        )
    return PushSettings(Address(wire.host, wire.port), *secrets)


def _controller(keys: AgentKeys) -> ControllerSettings:
    _check_name("controller.namespace", keys.controller.namespace, _LABEL)
    _check_name("controller.configMap", keys.controller.config_map, _SUBDOMAIN)
    return ControllerSettings(keys.controller.namespace, keys.controller.config_map)


def _template_ttl(keys: AgentKeys) -> float:
    seconds = seconds_in(keys.template_ttl, "templateTTL")
    if not seconds:
        raise _wrong("templateTTL", "templates would be gone before they are used", "the default is 24h")
    return seconds


def _sweep_interval(keys: AgentKeys) -> float:
    seconds = seconds_in(keys.sweep_interval, "sweepInterval")
    if seconds < MIN_SWEEP_SECONDS:
        problem = f"{keys.sweep_interval} is less than {MIN_SWEEP_SECONDS:g}s"
        raise _wrong("sweepInterval", problem, "the default is 1h")
    return seconds


def _namespaces(keys: AgentKeys) -> tuple[str, ...]:
    for number, name in enumerate(keys.namespaces):
        _check_name(f"namespaces[{number}]", name, _LABEL)
    return keys.namespaces


def _installation(keys: AgentKeys) -> str:
    # It stands in the value of a label, behind `argosy-agent-`.
    if keys.installation and not _INSTALLATION.fullmatch(keys.installation):
        problem = f"{keys.installation!r} cannot be part of a label"
        raise _wrong("installation", problem, "use at most 50 letters, digits, -, _ and .")
    return keys.installation


def _check_name(place: str, name: str, pattern: re.Pattern[str]) -> None:
    if not pattern.fullmatch(name):
        raise _wrong(place, f"{name!r} is not a name that Kubernetes takes", "use small letters, digits and -")


def _wrong(place: str, problem: str, remedy: str) -> Misconfigured:
    return Misconfigured(Reason.INVALID_SETTINGS, problem, site=place, remedy=remedy)
