"""Settings from environment variables, laid over those of a file.

`REPO_URL` alone is enough for one repository. The others are named after the keys they stand for; those of the agent
itself begin with ARGOSY_, since Kubernetes sets variables such as WEBHOOK_PORT by itself where a Service has that name.
"""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from argosy.agent.settings.tree import AgentSettings, agent_settings_from
from argosy.resolver.documents import DocumentError, load
from argosy.resolver.errors import Misconfigured, Reason
from argosy.resolver.settings import DEFAULT_ALIAS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from argosy.resolver.settings import ResolverSettings

__all__ = ["REPOSITORY_VARIABLES", "VARIABLES", "settings_of"]

REPOSITORY_VARIABLES: Final[Mapping[str, str]] = {
    "REPO_URL": "url",
    "REPO_ALIAS": "alias",
    "REPO_PATHS": "paths",
    "REPO_DEFAULT_VERSION": "defaultVersion",
    "REPO_TAG_FORMAT": "tagFormat",
    "REPO_PULL_POLICY": "pullPolicy",
    "REPO_FRESHNESS": "freshness",
    "REPO_STALENESS_LIMIT": "stalenessLimit",
    "REPO_FETCH_TIMEOUT": "fetchTimeout",
    "REPO_MOVED_TAG": "movedTag",
    "REPO_CA_FILE": "caFile",
    "REPO_PROXY": "proxy",
    "REPO_USERNAME": "credentials.username",
    "REPO_PASSWORD_FILE": "credentials.passwordFile",
    "REPO_TOKEN_FILE": "credentials.tokenFile",
    "REPO_BEARER_TOKEN_FILE": "credentials.bearerTokenFile",
    "REPO_SSH_KEY_FILE": "credentials.sshKeyFile",
    "REPO_KNOWN_HOSTS_FILE": "credentials.knownHostsFile",
}
"""Of the one repository that is named `REPO_ALIAS`, or `templates`. REPO_PATHS is a list with commas."""

VARIABLES: Final[Mapping[str, str]] = {
    "TEMPLATE_TTL": "templateTTL",
    "ARGOSY_CACHE": "cache",
    "ARGOSY_WEBHOOK_HOST": "webhook.host",
    "ARGOSY_WEBHOOK_PORT": "webhook.port",
    "ARGOSY_WEBHOOK_DEADLINE": "webhook.deadline",
    "ARGOSY_HTTP_HOST": "http.host",
    "ARGOSY_HTTP_PORT": "http.port",
    "ARGOSY_CERTIFICATE_FOLDER": "certificate.folder",
    "ARGOSY_CERTIFICATE_SECRET": "certificate.secret",
    "ARGOSY_CERTIFICATE_SERVICE": "certificate.service",
    "ARGOSY_PUSHES_HOST": "pushes.host",
    "ARGOSY_PUSHES_PORT": "pushes.port",
    "ARGOSY_GITHUB_SECRET_FILE": "pushes.githubSecretFile",
    "ARGOSY_GITLAB_TOKEN_FILE": "pushes.gitlabTokenFile",
    "ARGOSY_CONTROLLER_NAMESPACE": "controller.namespace",
    "ARGOSY_CONTROLLER_CONFIG_MAP": "controller.configMap",
    "ARGOSY_LOG_FORMAT": "logs.format",
    "ARGOSY_LOG_LEVEL": "logs.level",
    "ARGOSY_DRAIN": "drain",
    "ARGOSY_INSTALLATION": "installation",
}
_ALL: Final = {**REPOSITORY_VARIABLES, **VARIABLES}
_PREFIXES: Final = ("REPO_", "TEMPLATE_", "ARGOSY_")
_NUMBERS: Final = ("webhook.port", "http.port", "pushes.port")
_NEAR: Final = 0.87


def settings_of(
    environment: Mapping[str, str], file: Path | None, *, resolver: ResolverSettings | None = None
) -> AgentSettings:
    """The settings of a file, with those of the environment over them; `resolver` goes before the repositories of both.

    Raises Misconfigured, which names the variable or the key.
    """
    _check_names(environment)
    mapping = _read(file) if file else {}
    folder = file.absolute().parent if file else Path.cwd()
    for variable, path in VARIABLES.items():
        if environment.get(variable):
            _put(mapping, path, _value(path, environment[variable]))
    number = _with_repository(mapping, environment)
    try:
        return agent_settings_from(mapping, folder=folder, resolver=resolver)
    except Misconfigured as error:
        error.site = _named(error.site, environment, number, file)
        raise


def _read(file: Path) -> dict[str, Any]:
    try:
        mapping = load(file.read_bytes())
    except (OSError, DocumentError) as error:
        problem = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise Misconfigured(
            Reason.INVALID_SETTINGS,
            f"the settings file cannot be read: {problem}",
            site=str(file),
            remedy="see --config",
        ) from error
    if not isinstance(mapping, dict):
        raise Misconfigured(Reason.INVALID_SETTINGS, "the settings file is no mapping", site=str(file))
    return dict(mapping)


def _with_repository(mapping: dict[str, Any], environment: Mapping[str, str]) -> int:
    """Lay the REPO_ variables over the repository they mean; its position, or -1 when there are none."""
    given = {path: environment[name] for name, path in REPOSITORY_VARIABLES.items() if environment.get(name)}
    if not given:
        return -1
    repositories = list(mapping.get("repositories") or [])
    alias = given.get("alias", DEFAULT_ALIAS)
    aliases = [one.get("alias", DEFAULT_ALIAS) if isinstance(one, dict) else None for one in repositories]
    number = aliases.index(alias) if alias in aliases else len(repositories)
    repository: dict[str, Any] = dict(repositories[number]) if number < len(repositories) else {}
    for path, text in given.items():
        _put(repository, path, [part.strip() for part in text.split(",")] if path == "paths" else text)
    if "url" not in repository:
        raise Misconfigured(
            Reason.INVALID_SETTINGS,
            f"there is no repository {alias!r} to set this for",
            site="REPO_URL",
            remedy="set it",
        )
    mapping["repositories"] = [*repositories[:number], repository, *repositories[number + 1 :]]
    return number


def _put(mapping: dict[str, Any], path: str, value: Any) -> None:
    *outer, last = path.split(".")
    for key in outer:
        inner = mapping.get(key)
        mapping[key] = dict(inner) if isinstance(inner, dict) else {}
        mapping = mapping[key]
    mapping[last] = value


def _value(path: str, text: str) -> Any:
    return int(text) if path in _NUMBERS and text.isascii() and text.isdigit() else text


def _named(site: str, environment: Mapping[str, str], number: int, file: Path | None) -> str:
    """A wrong value by the variable it came from; else by the file and the key."""
    paths = {f"repositories[{number}].{path}": name for name, path in REPOSITORY_VARIABLES.items()}
    paths.update({path: name for name, path in VARIABLES.items()})
    variable = paths.get(site, "")
    if environment.get(variable):
        return variable
    return f"{file}: {site}" if file else site


def _check_names(environment: Mapping[str, str]) -> None:
    """Raise Misconfigured for a variable that is nearly one of ours: it would be left out without a word."""
    for name in sorted(environment):
        if not name.startswith(_PREFIXES) or name in _ALL:
            continue
        meant = [f"{name}_FILE"] if f"{name}_FILE" in _ALL else difflib.get_close_matches(name, _ALL, 1, _NEAR)
        if meant:
            raise Misconfigured(
                Reason.INVALID_SETTINGS,
                "there is no such variable" + (": secrets are read from files" if meant[0] == f"{name}_FILE" else ""),
                site=name,
                remedy=f"did you mean {meant[0]}?",
            )
