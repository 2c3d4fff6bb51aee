"""Whether the files that settings name are there and hold what they must: more than the start of the agent looks at.

The agent reads credentials at each use, and a Secret may be mounted later: a file that is missing keeps one repository
from being read, and not the agent from starting.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from argosy.agent.settings.problems import Problems
from argosy.resolver.errors import Misconfigured, Reason, located
from argosy.resolver.mirror.credentials import read_secrets
from argosy.resolver.mirror.remotes import parse_remote

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from argosy.agent.settings.reading import Reading
    from argosy.agent.settings.tree import AgentSettings
    from argosy.resolver.repositories import Repository

__all__ = ["credential_files", "file_problems"]


def credential_files(repository: Repository) -> dict[str, Path]:
    """The files that a repository is read with, by their key."""
    named = repository.credentials
    files = {
        "caFile": repository.ca_file,
        "credentials.passwordFile": named.password_file,
        "credentials.tokenFile": named.token_file,
        "credentials.bearerTokenFile": named.bearer_token_file,
        "credentials.sshKeyFile": named.ssh_key_file,
        "credentials.knownHostsFile": named.known_hosts_file,
    }
    return {key: path for key, path in files.items() if path is not None}


def file_problems(reading: Reading) -> tuple[Misconfigured, ...]:
    """A problem for each file that the settings name and that cannot be used; what is in them stays unsaid."""
    settings, problems = reading.settings, Problems()
    for number, repository in enumerate(settings.resolver.repositories):
        before = len(problems.found)
        for key, path in credential_files(repository).items():
            with problems.collected():
                _check_readable(path, f"repositories[{number}].{key}")
        if len(problems.found) == before:
            with problems.collected(), located(f"repositories[{number}].credentials"):
                read_secrets(repository.credentials, parse_remote(repository.url), repository.proxy)
    for key, path in _other_files(settings):
        with problems.collected():
            _check_readable(path, key)
    return tuple(reading.where.placed(problem, reading.variables) for problem in problems.found)


def _other_files(settings: AgentSettings) -> Iterator[tuple[str, Path]]:
    if settings.pushes.github_secret_file:
        yield "pushes.githubSecretFile", settings.pushes.github_secret_file
    if settings.pushes.gitlab_token_file:
        yield "pushes.gitlabTokenFile", settings.pushes.gitlab_token_file
    if settings.certificate.folder:
        yield "certificate.folder", settings.certificate.folder / "tls.crt"
        yield "certificate.folder", settings.certificate.folder / "tls.key"


def _check_readable(path: Path, place: str) -> None:
    try:
        with path.open("rb") as file:
            is_empty = not file.read(1)
    except OSError as error:
        raise _unusable(path, f"cannot be read: {error.strerror}", place) from error
    if is_empty:
        raise _unusable(path, "is empty", place)


def _unusable(path: Path, problem: str, place: str) -> Misconfigured:
    remedy = "mount the Secret that holds it, readable for the account that runs the agent"
    return Misconfigured(Reason.INVALID_SETTINGS, f"the file {path} {problem}", site=place, remedy=remedy)
