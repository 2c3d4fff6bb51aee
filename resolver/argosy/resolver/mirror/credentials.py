"""The secrets of one repository, read from their files at each use, and never shown."""

from __future__ import annotations

import base64
import shlex
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from argosy.resolver.errors import Misconfigured, Reason, redacted

if TYPE_CHECKING:
    from pathlib import Path

    from argosy.resolver.mirror.remotes import Remote
    from argosy.resolver.repositories import Credentials

MAX_SECRET_BYTES = 64 * 1024
_TOKEN_USER = "git"  # noqa: S105 - the name that goes with a token, not a token


@dataclass(frozen=True, slots=True)
class Secrets:
    """What git is to present, and every text that must not appear in an error."""

    header: str = field(default="", repr=False)
    """The HTTP header, name and value."""
    values: tuple[str, ...] = field(default=(), repr=False)
    """The secrets themselves, and their encoded forms."""

    def redact(self, text: str) -> str:
        """The text without the secrets, without what looks like one, and without URL credentials."""
        for value in self.values:
            text = text.replace(value, "***")
        return redacted(text)


def read_secrets(credentials: Credentials, remote: Remote, proxy: str = "") -> Secrets:
    """Read the files now; raises Misconfigured when they cannot be read, or do not suit the URL."""
    check_credentials(credentials, remote)
    user, file = _basic(credentials)
    values = _proxy_values(proxy)
    if file:
        secret = _read(file)
        encoded = base64.b64encode(f"{user}:{secret}".encode()).decode("ascii")
        return Secrets(f"Authorization: Basic {encoded}", _longest_first(secret, encoded, *values))
    if credentials.bearer_token_file:
        secret = _read(credentials.bearer_token_file)
        return Secrets(f"Authorization: Bearer {secret}", _longest_first(secret, *values))
    return Secrets(values=values)


def ssh_command(credentials: Credentials) -> str:
    """The ssh that git starts: no prompts, no configuration of a person, no host key that is not known."""
    options = {
        "BatchMode": "yes",
        "StrictHostKeyChecking": "yes",
        "ServerAliveInterval": "15",
        "ConnectTimeout": "15",
        "ControlMaster": "no",
        "ForwardAgent": "no",
        "ClearAllForwardings": "yes",
    }
    if credentials.known_hosts_file:
        options["UserKnownHostsFile"] = _option_path(credentials.known_hosts_file)
        options["GlobalKnownHostsFile"] = "/dev/null"
    command = ["ssh"]
    if not credentials.ambient:
        command += ["-F", "/dev/null"]
        options |= {"IdentityAgent": "none", "IdentitiesOnly": "yes"}
    if credentials.ssh_key_file:
        options["IdentityFile"] = _option_path(credentials.ssh_key_file)
    for name, value in options.items():
        command += ["-o", f"{name}={value}"]
    return shlex.join(command)


def _option_path(path: Path) -> str:
    text = str(path)
    if '"' in text or "\n" in text:
        raise _refused(f"the path {text!r} cannot be given to ssh")
    # ssh splits at blanks outside quotes, and replaces what begins with a percent sign.
    return f'"{text.replace("%", "%%")}"'


def _basic(credentials: Credentials) -> tuple[str, Path | None]:
    if credentials.token_file:
        return credentials.username or _TOKEN_USER, credentials.token_file
    return credentials.username, credentials.password_file


def check_credentials(credentials: Credentials, remote: Remote) -> None:
    """Raise Misconfigured for credentials that exclude each other or do not suit the URL; no file is read."""
    _, basic = _basic(credentials)
    chosen = [one for one in (basic, credentials.bearer_token_file, credentials.ssh_key_file) if one]
    if len(chosen) > 1 or (credentials.token_file and credentials.password_file):
        raise _refused("more than one of token, bearer token, password and ssh key is given")
    by_http = credentials.token_file or credentials.password_file or credentials.bearer_token_file
    if by_http and remote.scheme != "https":
        raise _refused(f"a token or a password must not go over {remote.scheme}://")
    if credentials.ssh_key_file and remote.scheme != "ssh":
        raise _refused(f"an ssh key does not suit {remote.scheme}://")
    if credentials.password_file and not credentials.username:
        raise _refused("a password is given without a user name")
    if remote.scheme == "ssh" and not credentials.ambient and not credentials.known_hosts_file:
        raise _refused("no known hosts are given for ssh, so no host key could be trusted")
    if ":" in credentials.username or not credentials.username.isprintable():
        raise _refused("the user name holds a colon or a control character")


def _read(path: Path) -> str:
    try:
        with path.open("rb") as file:
            data = file.read(MAX_SECRET_BYTES + 1)
    except OSError as error:
        raise _refused(f"the file {path} cannot be read: {error.strerror}") from error
    # Editors and `kubectl create secret --from-file` leave a line break at the end.
    data = data.rstrip(b"\r\n")
    if not data or len(data) > MAX_SECRET_BYTES:
        raise _refused(f"the file {path} is empty or too large")
    if not data.isascii() or not data.decode("ascii").isprintable():
        raise _refused(f"the file {path} holds a line break, a control character or a letter outside ASCII")
    return data.decode("ascii")


def _proxy_values(proxy: str) -> tuple[str, ...]:
    password = urlsplit(proxy).password if "@" in proxy else ""
    return (password,) if password else ()


def _longest_first(*values: str) -> tuple[str, ...]:
    return tuple(sorted(set(values), key=len, reverse=True))


def _refused(problem: str) -> Misconfigured:
    return Misconfigured(Reason.INVALID_SETTINGS, problem, remedy="correct the credentials of the repository")
