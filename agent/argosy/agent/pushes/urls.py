"""Whether two URLs mean the same repository of a git host, however each is written.

=====================  ==================================================================
makes no difference    https, ssh or `git@host:path`; the ssh user; letter case; a final
                       `/` or `.git`; a port that is the scheme's own
makes a difference     the host, any other port, the path
means no repository    what a clone may not be made of either: user and password, a query
                       or fragment, blanks, control and non-ASCII characters
=====================  ==================================================================

Letter case is ignored in paths as well: GitHub and GitLab do so, and elsewhere the cost is a refresh too many.
"""

from __future__ import annotations

from typing import Final, NamedTuple
from urllib.parse import urlsplit

from argosy.resolver.errors import Misconfigured
from argosy.resolver.mirror.remotes import parse_remote

__all__ = ["same_repository"]

_PORTS: Final = {"https": 443, "http": 80, "ssh": 22, "git": 9418}
_MAX_LENGTH: Final = 2048


class _Address(NamedTuple):
    host: str
    port: int | None
    """None for the port that the scheme has anyway."""
    path: str


def same_repository(one: str, other: str) -> bool:
    """Whether both URLs mean the same repository; what means none equals nothing, itself included.

    >>> same_repository("git@git.example:platform/templates.git", "https://Git.Example/platform/templates")
    True
    >>> same_repository("https://git.example/a", "https://evil.example/?git.example/a")
    False
    """
    address = _address(one)
    return address is not None and address == _address(other)


def _address(url: str) -> _Address | None:
    if len(url) > _MAX_LENGTH:
        return None
    try:
        remote = parse_remote(url, frozenset(_PORTS))
    except Misconfigured:
        return None
    if "://" not in url:
        return _Address(remote.host, None, _path(_scp_path(url)))
    parts = urlsplit(url)
    port = None if parts.port == _PORTS[remote.scheme] else parts.port
    return _Address(remote.host, port, _path(parts.path))


def _scp_path(url: str) -> str:
    """What follows `user@host:`, where the host may be an IPv6 address in brackets."""
    _, bracketed, rest = url.rpartition("]:")
    return rest if bracketed else url.partition(":")[2]


def _path(path: str) -> str:
    return path.strip("/").removesuffix(".git").lower()
