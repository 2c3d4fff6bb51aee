"""Which URLs a clone may be made of. A URL is the operator's; it is checked as if it were not.

==================  ==================================================================
`https://host/path`  always
`ssh://user@host/path`, `user@host:path`  always
`/path`, `file:///path`  where local repositories are allowed
`http://`, `git://`  never, unless the caller asks for it; and never with credentials
==================  ==================================================================
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

from argosy.resolver.errors import Misconfigured, Reason

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

SECURE_SCHEMES = frozenset({"https", "ssh"})
LOCAL_SCHEMES = SECURE_SCHEMES | {"file"}
_KNOWN_SCHEMES = LOCAL_SCHEMES | {"http", "git"}

# Blanks and control characters break the protocols of git's own helpers, as they are or percent-encoded.
_FORBIDDEN = re.compile(r"[\x00-\x20\x7f-\U0010ffff\\]|%[01][0-9a-fA-F]|%7[fF]")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://")
_HELPER = re.compile(r"[A-Za-z0-9+._-]+::")
_HOST = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\]")
_SSH_USER = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]*")
_SCP_LIKE = re.compile(r"(?:(?P<user>[^@:/]*)@)?(?P<host>\[[^\]/]*\]|[^:/\[\]]+):(?P<path>.*)")


@dataclass(frozen=True, slots=True)
class Remote:
    """A checked URL, as git is given it."""

    url: str
    scheme: str
    host: str = ""

    @property
    def origin(self) -> str:
        """What credentials are bound to: scheme, host and port."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}/"


def parse_remote(url: str, schemes: AbstractSet[str] = SECURE_SCHEMES) -> Remote:
    """The remote a URL means; raises Misconfigured where it may not be used. Never shows the URL's credentials."""
    if url.startswith("/"):
        url = f"file://{quote(url)}"
    if not url or url.startswith("-") or _FORBIDDEN.search(url) or _HELPER.match(url):
        raise _refused("is not one that git may be given")
    scheme = _SCHEME.match(url)
    remote = _parse_url(url, scheme[1]) if scheme else _parse_scp_like(url)
    if remote.scheme not in schemes:
        raise _refused(f"has the scheme {remote.scheme}, which is not allowed here")
    return remote


def _parse_url(url: str, scheme: str) -> Remote:
    if scheme not in _KNOWN_SCHEMES:
        raise _refused(f"has the scheme {scheme}, which is not known")
    if "?" in url or "#" in url:
        raise _refused("has a query or a fragment")
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise _refused("has no host that can be asked") from error
    user, at, address = parts.netloc.rpartition("@")
    if scheme == "file":
        return _parse_file(url, parts.netloc, parts.path)
    if at and (scheme != "ssh" or not _SSH_USER.fullmatch(user)):
        raise _refused("holds a user name or a password", "write it into a file and name that under credentials")
    host, port = _split_port(address)
    if not _HOST.fullmatch(host) or not (port == "" or (port.isdecimal() and 0 < int(port) < 2**16)):
        raise _refused("has no host that can be asked")
    if parts.path.strip("/") == "" or parts.path.startswith("/-"):
        raise _refused("has no path of a repository")
    return Remote(url, scheme, host.lower())


def _parse_file(url: str, netloc: str, path: str) -> Remote:
    if netloc or not path.startswith("/"):
        raise _refused("is no absolute path")
    return Remote(url, "file")


def _parse_scp_like(url: str) -> Remote:
    match = _SCP_LIKE.fullmatch(url)
    if not match:
        raise _refused("is neither a URL nor an absolute path")
    user, host, path = match["user"], match["host"], match["path"]
    if (user is not None and not _SSH_USER.fullmatch(user)) or not _HOST.fullmatch(host):
        raise _refused("has no host that can be asked")
    if host in _KNOWN_SCHEMES or ":" in path:
        raise _refused("is neither a URL nor an absolute path")
    if not path.strip("/") or path.startswith("-"):
        raise _refused("has no path of a repository")
    return Remote(url, "ssh", host.lower())


def _split_port(address: str) -> tuple[str, str]:
    if address.startswith("["):
        host, bracket, rest = address.partition("]")
        return host + bracket, rest.removeprefix(":")
    host, _, port = address.partition(":")
    return host, port


def _refused(why: str, remedy: str = "") -> Misconfigured:
    return Misconfigured(
        Reason.INVALID_SETTINGS,
        f"the URL of the repository {why}",
        remedy=remedy or "use https://host/path, ssh://git@host/path or git@host:path",
    )
