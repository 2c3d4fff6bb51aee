"""The names that a certificate holds: of hosts, and addresses."""

from __future__ import annotations

import ipaddress
import re
from typing import TYPE_CHECKING, Final

from cryptography import x509

from argosy.resolver.errors import Misconfigured, Reason

if TYPE_CHECKING:
    from collections.abc import Collection

__all__ = ["alternative_names", "is_address", "missing_names", "normal_name"]

_HOST: Final = re.compile(r"(?=.{1,253}\Z)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*")


def normal_name(name: str) -> str:
    """A host in small letters, an address in its shortest form: what differs after this is another name.

    >>> normal_name("Argosy.Argo.SVC"), normal_name("0:0::1")
    ('argosy.argo.svc', '::1')
    """
    return str(ipaddress.ip_address(name)) if is_address(name) else name.lower()


def is_address(name: str) -> bool:
    """Whether it is an address, which clients look for among addresses and never among hosts."""
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def alternative_names(names: Collection[str]) -> x509.SubjectAlternativeName:
    """The extension that holds the names; raises Misconfigured for what is neither a host nor an address."""
    if not names:
        raise Misconfigured(
            Reason.INVALID_SETTINGS,
            "the serving certificate is to have no name",
            remedy="name the Service that the API server calls",
        )
    return x509.SubjectAlternativeName([_general(name) for name in sorted({normal_name(name) for name in names})])


def _general(name: str) -> x509.GeneralName:
    if is_address(name):
        return x509.IPAddress(ipaddress.ip_address(name))
    if _HOST.fullmatch(name):
        return x509.DNSName(name)
    raise Misconfigured(
        Reason.INVALID_SETTINGS,
        f"{name!r} cannot be a name of the serving certificate",
        remedy="write a host name or an address, without a scheme or a port",
    )


def missing_names(wanted: Collection[str], held: Collection[str]) -> tuple[str, ...]:
    """The wanted names that a client would not accept by those held; `*.` stands for one label, as in RFC 6125.

    >>> missing_names(["a.argo.svc", "b.c.argo.svc"], ["*.argo.svc"])
    ('b.c.argo.svc',)
    """
    known = {normal_name(name) for name in held}
    return tuple(name for name in map(normal_name, wanted) if name not in known and _wildcard(name) not in known)


def _wildcard(name: str) -> str:
    _, dot, rest = name.partition(".")
    return "" if not dot or is_address(name) else f"*.{rest}"
