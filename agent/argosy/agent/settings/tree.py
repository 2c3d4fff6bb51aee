"""The settings of the agent as one frozen tree: what each means, its unit and what follows from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from argosy.agent.logs import LogFormat
    from argosy.resolver.settings import ResolverSettings

__all__ = ["Address", "AgentSettings", "CertificateSettings", "ControllerSettings", "PushSettings"]


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
    """In the agent's own namespace; the replicas agree through it."""
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
    """Not started when the port is 0: pushes are then found out by the age of the list of refs."""
    github_secret_file: Path | None
    """Without it GitHub is not served. Read at each push, so that rotation needs no restart."""
    gitlab_token_file: Path | None
    """As for GitHub."""


@dataclass(frozen=True, slots=True)
class ControllerSettings:
    """Where Argo's workflow-controller has its configuration, which says whether it runs flattened Workflows."""

    namespace: str
    config_map: str


@dataclass(frozen=True, slots=True)
class AgentSettings:
    """The whole tree."""

    resolver: ResolverSettings
    cache: Path
    """Where clones and what was read of them are kept; it must be writable, and what it holds may be lost."""
    catalog_budget_bytes: int
    """The disk that read manifests may take in the cache folder. The clones come on top, each with its own limit."""
    webhook: Address
    deadline_seconds: float
    """When an admission is answered with "try again" instead of waiting longer for git."""
    max_body_bytes: int
    """A larger AdmissionReview is refused."""
    http: Address
    """Probes and metrics, without TLS."""
    certificate: CertificateSettings
    pushes: PushSettings
    controller: ControllerSettings
    log_format: LogFormat
    log_level: int
    """Of Argosy's own lines, as `logging` counts it."""
    template_ttl_seconds: float
    """How long a delivered template that nobody uses is kept."""
    grace_period_seconds: float
    """How long before its deletion such a template is announced; 0: it is deleted without that."""
    sweep_interval_seconds: float
    """How often delivered templates are looked through for those that nobody uses."""
    drain_seconds: float
    """How long running admissions may go on after SIGTERM."""
    namespaces: tuple[str, ...]
    """In which templates are delivered and swept; empty: in all, and those of the whole cluster too."""
    installation: str
    """Tells this installation's objects from another's; empty: the uid of the agent's namespace."""
