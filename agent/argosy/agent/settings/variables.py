"""The variables of the environment, and the key of the settings file that each stands for.

`repositories[]` is the one repository that all `REPO_` variables together describe: see `overlay`. Those of the agent
itself begin with `ARGOSY_`: a Service that somebody calls `webhook` makes Kubernetes set `WEBHOOK_PORT` by itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path
from typing import TYPE_CHECKING, Final

from argosy.resolver.errors import Misconfigured, Reason

if TYPE_CHECKING:
    from argosy.resolver.manifests import JsonValue

__all__ = ["REPOSITORY", "VARIABLES", "Kind", "Variable", "value_of"]

REPOSITORY: Final = "repositories[]."
_MAX_DIGITS: Final = 18
_MAX_SHOWN: Final = 40


class Kind(Enum):
    """How the text of a variable is read."""

    TEXT = auto()
    NUMBER = auto()
    LIST = auto()
    """Split at commas."""
    PATH = auto()
    """A relative one starts at the working folder, while those of the file start at the folder of the file."""


@dataclass(frozen=True, slots=True)
class Variable:
    """What one variable stands for."""

    key: str
    kind: Kind = Kind.TEXT


VARIABLES: Final = {
    "REPO_URL": Variable("repositories[].url"),
    "REPO_ALIAS": Variable("repositories[].alias"),
    "REPO_PATHS": Variable("repositories[].paths", Kind.LIST),
    "REPO_DEFAULT_VERSION": Variable("repositories[].defaultVersion"),
    "REPO_TAG_FORMAT": Variable("repositories[].tagFormat"),
    "REPO_PULL_POLICY": Variable("repositories[].pullPolicy"),
    "REPO_FRESHNESS": Variable("repositories[].freshness"),
    "REPO_STALENESS_LIMIT": Variable("repositories[].stalenessLimit"),
    "REPO_FETCH_TIMEOUT": Variable("repositories[].fetchTimeout"),
    "REPO_MOVED_TAG": Variable("repositories[].movedTag"),
    "REPO_DELIVER": Variable("repositories[].deliver"),
    "REPO_DELIVER_TO": Variable("repositories[].deliverTo", Kind.LIST),
    "REPO_MAX_BLOB_BYTES": Variable("repositories[].maxBlobBytes", Kind.NUMBER),
    "REPO_MAX_CLONE_BYTES": Variable("repositories[].maxCloneBytes", Kind.NUMBER),
    "REPO_CA_FILE": Variable("repositories[].caFile", Kind.PATH),
    "REPO_PROXY": Variable("repositories[].proxy"),
    "REPO_USERNAME": Variable("repositories[].credentials.username"),
    "REPO_PASSWORD_FILE": Variable("repositories[].credentials.passwordFile", Kind.PATH),
    "REPO_TOKEN_FILE": Variable("repositories[].credentials.tokenFile", Kind.PATH),
    "REPO_BEARER_TOKEN_FILE": Variable("repositories[].credentials.bearerTokenFile", Kind.PATH),
    "REPO_SSH_KEY_FILE": Variable("repositories[].credentials.sshKeyFile", Kind.PATH),
    "REPO_KNOWN_HOSTS_FILE": Variable("repositories[].credentials.knownHostsFile", Kind.PATH),
    "TEMPLATE_TTL": Variable("templateTTL"),
    "GRACE_PERIOD": Variable("gracePeriod"),
    "SWEEP_INTERVAL": Variable("sweepInterval"),
    "ARGOSY_CACHE": Variable("cache", Kind.PATH),
    "ARGOSY_CATALOG_BUDGET_BYTES": Variable("catalogBudgetBytes", Kind.NUMBER),
    "ARGOSY_WEBHOOK_HOST": Variable("webhook.host"),
    "ARGOSY_WEBHOOK_PORT": Variable("webhook.port", Kind.NUMBER),
    "ARGOSY_WEBHOOK_DEADLINE": Variable("webhook.deadline"),
    "ARGOSY_WEBHOOK_MAX_BODY_BYTES": Variable("webhook.maxBodyBytes", Kind.NUMBER),
    "ARGOSY_HTTP_HOST": Variable("http.host"),
    "ARGOSY_HTTP_PORT": Variable("http.port", Kind.NUMBER),
    "ARGOSY_CERTIFICATE_FOLDER": Variable("certificate.folder", Kind.PATH),
    "ARGOSY_CERTIFICATE_SECRET": Variable("certificate.secret"),
    "ARGOSY_CERTIFICATE_SERVICE": Variable("certificate.service"),
    "ARGOSY_CERTIFICATE_NAMES": Variable("certificate.names", Kind.LIST),
    "ARGOSY_CERTIFICATE_WEBHOOK_CONFIGURATIONS": Variable("certificate.webhookConfigurations", Kind.LIST),
    "ARGOSY_PUSHES_HOST": Variable("pushes.host"),
    "ARGOSY_PUSHES_PORT": Variable("pushes.port", Kind.NUMBER),
    "ARGOSY_GITHUB_SECRET_FILE": Variable("pushes.githubSecretFile", Kind.PATH),
    "ARGOSY_GITLAB_TOKEN_FILE": Variable("pushes.gitlabTokenFile", Kind.PATH),
    "ARGOSY_CONTROLLER_NAMESPACE": Variable("controller.namespace"),
    "ARGOSY_CONTROLLER_CONFIG_MAP": Variable("controller.configMap"),
    "ARGOSY_LOG_FORMAT": Variable("logs.format"),
    "ARGOSY_LOG_LEVEL": Variable("logs.level"),
    "ARGOSY_DRAIN": Variable("drain"),
    "ARGOSY_NAMESPACES": Variable("namespaces", Kind.LIST),
    "ARGOSY_INSTALLATION": Variable("installation"),
}


def value_of(name: str, text: str, working_folder: Path) -> JsonValue:
    """What the settings file would hold in the variable's place; raises Misconfigured that names the variable."""
    kind = VARIABLES[name].kind
    if kind is Kind.NUMBER:
        if not (text.isascii() and text.isdecimal() and len(text) <= _MAX_DIGITS):
            problem = f"{text[:_MAX_SHOWN]!r} is not a whole number"
            raise Misconfigured(Reason.INVALID_SETTINGS, problem, site=name)
        return int(text)
    if kind is Kind.PATH:
        return str(working_folder / Path(text).expanduser())
    if kind is Kind.LIST:
        return [part.strip() for part in text.split(",") if part.strip()]
    return text
