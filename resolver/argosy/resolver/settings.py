"""The resolver's part of the settings file: repositories and policies, checked as a whole before anything starts.

Wire structures mirror the file (camelCase, durations and paths as text); what the rest of the resolver sees are the
frozen dataclasses of `repositories` and `policy`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, TypeAlias

import msgspec

from argosy.resolver.durations import parse_duration
from argosy.resolver.errors import Misconfigured, Reason, located
from argosy.resolver.mirror.credentials import check_credentials
from argosy.resolver.mirror.remotes import parse_remote
from argosy.resolver.policy import Policy, policy_from
from argosy.resolver.policy.settings import check_patterns, check_version
from argosy.resolver.repositories import DEFAULT_PATHS, Credentials, Deliver, MovedTag, Repository
from argosy.resolver.sources import PullPolicy, RepositoryAlias
from argosy.resolver.structures import Structure, structured
from argosy.resolver.versions import check_tag_format

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "DEFAULT_ALIAS",
    "CredentialsWire",
    "RepositoryWire",
    "ResolverSettings",
    "SettingsWire",
    "check_aliases",
    "path_in",
    "repository_from",
    "seconds_in",
    "settings_from",
]

DEFAULT_ALIAS = RepositoryAlias("templates")
_REMEDY: Final = "the reference of settings lists every key"
_NAMESPACE: Final = re.compile(r"[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?")
_Bytes: TypeAlias = Annotated[int, msgspec.Meta(gt=0)]


class CredentialsWire(Structure, frozen=True):
    """The keys of `credentials`."""

    username: str = ""
    password_file: str = ""
    token_file: str = ""
    bearer_token_file: str = ""
    ssh_key_file: str = ""
    known_hosts_file: str = ""


class RepositoryWire(Structure, frozen=True):
    """The keys of each repository."""

    url: str
    alias: str = DEFAULT_ALIAS
    credentials: CredentialsWire = CredentialsWire()
    ca_file: str = ""
    proxy: str = ""
    paths: list[str] = msgspec.field(default_factory=lambda: list(DEFAULT_PATHS))
    default_version: str = ""
    tag_format: str = "{version}"
    pull_policy: PullPolicy | None = None
    freshness: str = "30s"
    staleness_limit: str = "24h"
    fetch_timeout: str = "60s"
    moved_tag: MovedTag = MovedTag.WARN
    deliver: Deliver = Deliver.ON_USE
    deliver_to: list[str] = msgspec.field(default_factory=list[str])
    max_blob_bytes: _Bytes = 1024 * 1024
    max_clone_bytes: _Bytes = 2 * 1024**3


class SettingsWire(Structure, frozen=True):
    """The keys at the top of the file."""

    repositories: list[Any]
    policy: dict[str, Any] = msgspec.field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ResolverSettings:
    """All that resolving depends on besides git itself."""

    repositories: tuple[Repository, ...]
    policy: Policy


def settings_from(mapping: object, *, folder: Path) -> ResolverSettings:
    """Settings from the data of a settings file; relative paths in it start at `folder`.

    Raises Misconfigured with the path of the wrong key, as `repositories[0].fetchTimeout`.
    """
    wire = structured(mapping, SettingsWire, "", remedy=_REMEDY)
    repositories = tuple(
        repository_from(row, f"repositories[{number}]", folder=folder) for number, row in enumerate(wire.repositories)
    )
    check_aliases(repositories)
    return ResolverSettings(repositories, policy_from(wire.policy, "policy"))


def repository_from(row: object, place: str, *, folder: Path) -> Repository:
    """One repository of a settings file; raises Misconfigured with the path of the wrong key below `place`."""
    wire = structured(row, RepositoryWire, place, remedy=_REMEDY)
    repository = _repository(wire, place, folder)
    with located(f"{place}.url"):
        remote = parse_remote(repository.url)
    with located(f"{place}.credentials"):
        check_credentials(repository.credentials, remote)
    return repository


def check_aliases(repositories: tuple[Repository, ...]) -> None:
    """Raise Misconfigured unless there is a repository and every alias is given once."""
    if not repositories:
        raise Misconfigured(
            Reason.INVALID_SETTINGS, "there is no repository", site="repositories", remedy="name at least one"
        )
    seen: dict[RepositoryAlias, int] = {}
    for number, repository in enumerate(repositories):
        first = seen.setdefault(repository.alias, number)
        if first != number:
            raise Misconfigured(
                Reason.INVALID_SETTINGS,
                f"the alias {repository.alias!r} is that of repositories[{first}] as well",
                site=f"repositories[{number}].alias",
                remedy="give each repository an alias of its own",
            )


def _repository(wire: RepositoryWire, place: str, folder: Path) -> Repository:
    check_patterns(wire.paths, f"{place}.paths")
    check_tag_format(wire.tag_format, f"{place}.tagFormat")
    if wire.default_version:
        check_version(wire.default_version, f"{place}.defaultVersion")
    _check_delivery(wire, place)
    return Repository(
        alias=RepositoryAlias(wire.alias or DEFAULT_ALIAS),
        url=wire.url,
        credentials=_credentials(wire.credentials, f"{place}.credentials", folder),
        ca_file=path_in(wire.ca_file, folder),
        proxy=wire.proxy,
        paths=tuple(wire.paths),
        default_version=wire.default_version,
        tag_format=wire.tag_format,
        pull_policy=wire.pull_policy,
        freshness_seconds=seconds_in(wire.freshness, f"{place}.freshness"),
        staleness_limit_seconds=seconds_in(wire.staleness_limit, f"{place}.stalenessLimit"),
        fetch_timeout_seconds=seconds_in(wire.fetch_timeout, f"{place}.fetchTimeout"),
        moved_tag=wire.moved_tag,
        deliver=wire.deliver,
        deliver_to=tuple(wire.deliver_to),
        max_blob_bytes=wire.max_blob_bytes,
        max_clone_bytes=wire.max_clone_bytes,
    )


def _check_delivery(wire: RepositoryWire, place: str) -> None:
    """Raise Misconfigured unless it can be told what is to be delivered always, and where to."""
    for number, namespace in enumerate(wire.deliver_to):
        if not _NAMESPACE.fullmatch(namespace):
            raise Misconfigured(
                Reason.INVALID_SETTINGS,
                f"{namespace!r} is not the name of a namespace",
                site=f"{place}.deliverTo[{number}]",
                remedy="name each namespace; there are no globs here",
            )
    if wire.deliver is not Deliver.ALWAYS:
        if wire.deliver_to:
            raise Misconfigured(
                Reason.INVALID_SETTINGS,
                f"it is for deliver: Always, and deliver is {wire.deliver}",
                site=f"{place}.deliverTo",
                remedy="leave it out: what is used is delivered where it is used",
            )
        return
    needed = {"defaultVersion": wire.default_version, "deliverTo": wire.deliver_to}
    for key, value in needed.items():
        if not value:
            raise Misconfigured(
                Reason.INVALID_SETTINGS,
                f"deliver: Always needs {key}",
                site=f"{place}.{key}",
                remedy="say which version is kept in the cluster, and in which namespaces",
            )


def _credentials(wire: CredentialsWire, place: str, folder: Path) -> Credentials:
    ways = [name for name in ("tokenFile", "bearerTokenFile", "passwordFile", "sshKeyFile") if _given(wire, name)]
    if len(ways) > 1:
        raise Misconfigured(
            Reason.INVALID_SETTINGS, f"{' and '.join(ways)} exclude each other", site=place, remedy="keep one of them"
        )
    if bool(wire.username) != bool(wire.password_file):
        raise Misconfigured(
            Reason.INVALID_SETTINGS,
            "username and passwordFile go together",
            site=place,
            remedy="give both, or tokenFile alone",
        )
    return Credentials(
        username=wire.username,
        password_file=path_in(wire.password_file, folder),
        token_file=path_in(wire.token_file, folder),
        bearer_token_file=path_in(wire.bearer_token_file, folder),
        ssh_key_file=path_in(wire.ssh_key_file, folder),
        known_hosts_file=path_in(wire.known_hosts_file, folder),
    )


def _given(wire: CredentialsWire, name: str) -> bool:
    as_mapping: Mapping[str, object] = msgspec.to_builtins(wire)
    return bool(as_mapping[name])


def path_in(text: str, folder: Path) -> Path | None:
    """The path that a settings file in `folder` means; None where it names none."""
    return folder / Path(text).expanduser() if text else None


def seconds_in(text: str, place: str) -> float:
    """The seconds of a duration; raises Misconfigured with its place."""
    try:
        return parse_duration(text)
    except ValueError as error:
        raise Misconfigured(Reason.INVALID_SETTINGS, str(error), site=place) from error
