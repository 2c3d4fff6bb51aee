"""The settings of the agent as one frozen tree: what each means, its unit, its default and what follows from it."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from argosy.agent.logs import LogFormat

if TYPE_CHECKING:
    from argosy.resolver.settings import ResolverSettings

__all__ = [
    "AgentSettings",
    "CacheSettings",
    "CertificateSettings",
    "ControllerSettings",
    "EndpointSettings",
    "LogLevel",
    "LogSettings",
    "PushSettings",
    "TemplateSettings",
    "WebhookSettings",
]


class LogLevel(StrEnum):
    """The least grave lines that are written."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"

    @property
    def number(self) -> int:
        """As `logging` counts it."""
        return logging.getLevelNamesMapping()[self.upper()]


@dataclass(frozen=True, slots=True)
class CacheSettings:
    """Where clones and what was read of them are kept."""

    folder: Path = Path("/var/cache/argosy")
    """Must be writable, and for this agent alone; what it holds is made again when it is lost."""
    catalog_budget_bytes: int = 256 * 1024 * 1024
    """The disk that read manifests may take; beyond it those that were not used for longest are read again. The clones
    come on top: each has a limit of its own."""


@dataclass(frozen=True, slots=True)
class WebhookSettings:
    """The server that the API server calls, over TLS."""

    host: str = ""
    """The address it listens on; empty is all of them, IPv4 and IPv6."""
    port: int = 8443
    deadline_seconds: float = 8.0
    """Within which every admission is answered: beyond, the caller is told to try again. More than 0 and at most 25,
    and less than the `timeoutSeconds` of the webhook configuration, which the API server gives up at."""
    max_body_bytes: int = 8 * 1024 * 1024
    """A larger request is refused unread. The API server sends an object of up to 3 MiB, twice for an update."""


@dataclass(frozen=True, slots=True)
class CertificateSettings:
    """The serving certificate: mounted when there is a folder, else made by the replicas."""

    folder: Path | None = None
    """Holds `tls.crt` and `tls.key`, which somebody else renews, as cert-manager does; the rest but for `service` and
    `names` is then of no use."""
    secret: str = "argosy-webhook"  # noqa: S105 - the name of a Secret, not what is in it
    """The Secret, in the agent's own namespace, through which the replicas agree."""
    service: str = "argosy"
    """The Service by which the API server calls: the certificate holds `SERVICE.NAMESPACE.svc`."""
    names: tuple[str, ...] = ()
    """Further host names and addresses of the certificate, for an agent that is called by a URL."""
    webhook_configurations: tuple[str, ...] = ("argosy",)
    """The MutatingWebhookConfigurations whose `caBundle` is kept at the authorities of the made certificate."""
    validity_seconds: float = 30 * 86_400.0
    """How long a made certificate is valid; it is renewed when a third of that is left. From an hour to 60 days."""

    def names_in(self, namespace: str) -> tuple[str, ...]:
        """Every name that the certificate must hold when the agent runs in this namespace."""
        return (f"{self.service}.{namespace}.svc", *self.names)


@dataclass(frozen=True, slots=True)
class EndpointSettings:
    """The server of `/livez`, `/readyz` and `/metrics`, over plain HTTP."""

    host: str = ""
    """The address it listens on; empty is all of them, IPv4 and IPv6."""
    port: int = 8080


@dataclass(frozen=True, slots=True)
class PushSettings:
    """The receiver of the pushes that git hosts tell of, on the same addresses as the webhook, over plain HTTP."""

    port: int = 0
    """0 is no receiver: pushes are then found out by the age of the list of refs."""
    github_secret_file: Path | None = None
    """Without it GitHub is not served. Read at each push, so that rotation needs no restart."""
    gitlab_token_file: Path | None = None
    """Without it GitLab is not served. Read at each push, so that rotation needs no restart."""


@dataclass(frozen=True, slots=True)
class ControllerSettings:
    """The ConfigMap of Argo's workflow-controller, which says whether it runs flattened Workflows."""

    namespace: str = "argo"
    config_map: str = "workflow-controller-configmap"


@dataclass(frozen=True, slots=True)
class LogSettings:
    """What is written on stderr, and how."""

    format: LogFormat = LogFormat.JSON
    level: LogLevel = LogLevel.INFO
    """Of Argosy's own lines; those of libraries are written from `info` on, whatever is said here."""


@dataclass(frozen=True, slots=True)
class TemplateSettings:
    """What becomes of the WorkflowTemplates that the agent delivers."""

    ttl_seconds: float = 86_400.0
    """How long one that nobody uses is kept. More than 0."""


@dataclass(frozen=True, slots=True)
class AgentSettings:
    """All that the agent depends on besides git and the cluster themselves."""

    resolver: ResolverSettings
    cache: CacheSettings = field(default_factory=CacheSettings)
    webhook: WebhookSettings = field(default_factory=WebhookSettings)
    certificate: CertificateSettings = field(default_factory=CertificateSettings)
    endpoints: EndpointSettings = field(default_factory=EndpointSettings)
    pushes: PushSettings = field(default_factory=PushSettings)
    controller: ControllerSettings = field(default_factory=ControllerSettings)
    logs: LogSettings = field(default_factory=LogSettings)
    templates: TemplateSettings = field(default_factory=TemplateSettings)
    drain_seconds: float = 20.0
    """How long the admissions under way may take when the agent is told to stop; 0 gives them up at once. It must be
    less than the pod's `terminationGracePeriodSeconds`."""
    namespace: str = ""
    """The namespace that the agent runs in; empty is that of its service account."""
    installation: str = ""
    """What tells this installation's templates from another's, in the label `argosy-agent-INSTALLATION`; empty is the
    uid of the agent's namespace. With another value, the templates delivered so far are somebody else's."""
