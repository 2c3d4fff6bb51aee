"""The environment git runs in: built from nothing, so that nothing of the machine or its user has a say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from argosy.resolver.mirror.credentials import ssh_command

if TYPE_CHECKING:
    from collections.abc import Mapping

    from argosy.resolver.mirror.credentials import Secrets
    from argosy.resolver.mirror.remotes import Remote
    from argosy.resolver.repositories import Repository

# What a person's own git, ssh and credential helpers need to work as they do in a shell.
_AMBIENT = (
    *("HOME", "USER", "LOGNAME", "SSH_AUTH_SOCK", "DISPLAY", "DBUS_SESSION_BUS_ADDRESS"),
    *("XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_RUNTIME_DIR"),
    *("GIT_CONFIG_GLOBAL", "GIT_SSL_CAINFO", "SSL_CERT_FILE", "SSL_CERT_DIR"),
    *("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy", "NO_PROXY", "no_proxy"),
)

_ALWAYS = {
    # Redirects would carry the header to another host.
    "http.followRedirects": "false",
    "http.sslVerify": "true",
    "protocol.version": "2",
    # Oddities that many old repositories have and that hurt nobody are let through.
    "transfer.fsckObjects": "true",
    "fetch.fsck.badTimezone": "ignore",
    "fetch.fsck.missingSpaceBeforeDate": "ignore",
    "fetch.fsck.zeroPaddedFilemode": "ignore",
    # Packs are kept as they come: one file to watch, to sweep and to count, and no unpacking in the request.
    "transfer.unpackLimit": "1",
    "fetch.unpackLimit": "1",
    "fetch.recurseSubmodules": "false",
    "fetch.showForcedUpdates": "false",
    "gc.auto": "0",
    "maintenance.auto": "false",
    "core.hooksPath": "/dev/null",
    "core.fsmonitor": "false",
    "core.askPass": "",
}

# A person's credential helpers stay out of it; an empty value clears the list.
_WITHOUT_HELPERS = {"credential.helper": ""}

_BASIC = {"LC_ALL": "C", "LANGUAGE": "C", "GIT_TERMINAL_PROMPT": "0", "GIT_SSH_VARIANT": "ssh"}
# A home that cannot hold a .netrc, a .gitconfig or a .ssh.
_ISOLATED = {"HOME": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": "/dev/null"}


def offline_environment(inherited: Mapping[str, str]) -> dict[str, str]:
    """For commands on the clone itself: no protocol is allowed, so a missing object is never fetched unasked."""
    configuration = _as_configuration(_ALWAYS | _WITHOUT_HELPERS)
    return _ISOLATED | _BASIC | _path(inherited) | {"GIT_ALLOW_PROTOCOL": "none"} | configuration


def _protocols(repository: Repository, remote: Remote) -> str:
    """That of the URL; a person's own configuration may also turn https into ssh and back (`insteadOf`)."""
    own = {"https", "ssh"} if repository.credentials.ambient else set[str]()
    return ":".join(sorted({remote.scheme} | own))


def remote_environment(
    repository: Repository, remote: Remote, secrets: Secrets, inherited: Mapping[str, str]
) -> dict[str, str]:
    """For commands that reach the remote, with its credentials bound to scheme, host and port."""
    configuration = dict(_ALWAYS)
    person = _ISOLATED
    if repository.credentials.ambient:
        person = {name: inherited[name] for name in _AMBIENT if name in inherited}
    else:
        configuration |= _WITHOUT_HELPERS
    if secrets.header:
        configuration[f"http.{remote.origin}.extraHeader"] = secrets.header
    if repository.proxy:
        configuration["http.proxy"] = repository.proxy
    environment = person | _BASIC | _path(inherited) | {"GIT_ALLOW_PROTOCOL": _protocols(repository, remote)}
    if remote.scheme == "ssh":
        environment["GIT_SSH_COMMAND"] = ssh_command(repository.credentials)
    if repository.ca_file:
        environment["GIT_SSL_CAINFO"] = str(repository.ca_file)
    return environment | _as_configuration(configuration)


def _path(inherited: Mapping[str, str]) -> dict[str, str]:
    return {"PATH": inherited["PATH"]} if "PATH" in inherited else {}


def _as_configuration(values: Mapping[str, str]) -> dict[str, str]:
    """Settings as git takes them from the environment (git-config(1), GIT_CONFIG_COUNT): unseen in `ps`."""
    environment = {"GIT_CONFIG_COUNT": str(len(values))}
    for number, (key, value) in enumerate(values.items()):
        environment[f"GIT_CONFIG_KEY_{number}"] = key
        environment[f"GIT_CONFIG_VALUE_{number}"] = value
    return environment
