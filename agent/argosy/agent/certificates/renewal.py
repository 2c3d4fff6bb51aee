"""What is to be made anew now, and the bundle with it.

::

    authority   |- 1 h before ------------------------------ 365 d -|   renewed when 60 d are left
    serving     |- 1 h before --------- 30 d -|                         renewed when 10 d are left

A former authority stays trusted until it ends. What it signed ends before it does, so a replica that has not looked for
long still serves what is trusted.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from argosy.agent.certificates.bundle import Bundle
from argosy.agent.certificates.making import AUTHORITY_NAME, Authority, key_pem, new_authority, new_pair
from argosy.agent.certificates.names import normal_name
from argosy.agent.certificates.reading import (
    certificates_in,
    is_authority,
    is_for_servers,
    is_issued_by,
    is_key_of,
    key_in,
    lasts,
    names_of,
)

if TYPE_CHECKING:
    from collections.abc import Collection

    from cryptography import x509

__all__ = [
    "AUTHORITY_LOOKAHEAD_SECONDS",
    "AUTHORITY_SECONDS",
    "SERVING_LOOKAHEAD_SECONDS",
    "SERVING_SECONDS",
    "SKEW_SECONDS",
    "Due",
    "due",
    "due_at",
    "renewed",
]

_DAY: Final = 24 * 60 * 60.0
AUTHORITY_SECONDS: Final = 365 * _DAY
AUTHORITY_LOOKAHEAD_SECONDS: Final = 60 * _DAY
SERVING_SECONDS: Final = 30 * _DAY
SERVING_LOOKAHEAD_SECONDS: Final = 10 * _DAY
SKEW_SECONDS: Final = 60 * 60.0
"""How much the clocks of replicas and API servers may differ."""


class Due(StrEnum):
    """What is to be made anew; with the authority comes all that it signs."""

    NOTHING = "nothing"
    SERVING = "serving certificate"
    AUTHORITY = "authority"


def due(bundle: Bundle, names: Collection[str], now: float) -> Due:
    """What is absent, broken, somebody else's, for other names, not valid, or about to end."""
    authority = _authority(bundle)
    if authority is None or not lasts(authority.certificate, now, seconds=AUTHORITY_LOOKAHEAD_SECONDS):
        return Due.AUTHORITY
    return Due.NOTHING if _is_served_well(bundle, authority, names, now) else Due.SERVING


def due_at(bundle: Bundle) -> float:
    """When something of a whole bundle will be due, in seconds since the epoch."""
    authority, serving = certificates_in(bundle.authorities)[0], certificates_in(bundle.serving.certificate)[0]
    return min(
        authority.not_valid_after_utc.timestamp() - AUTHORITY_LOOKAHEAD_SECONDS,
        serving.not_valid_after_utc.timestamp() - SERVING_LOOKAHEAD_SECONDS,
    )


def renewed(bundle: Bundle, what: Due, names: Collection[str], now: float, *, trusted: bytes = b"") -> Bundle:
    """The bundle with what is due made anew; authorities that are still valid stay, and so do those of `trusted`.

    Raises Misconfigured for a name that is none.
    """
    if what is Due.NOTHING:
        return bundle
    begin = now - SKEW_SECONDS
    authority = _authority(bundle) if what is Due.SERVING else None
    authority = authority or new_authority(begin=begin, end=now + AUTHORITY_SECONDS)
    former = [*certificates_in(bundle.authorities), *certificates_in(trusted)]
    valid = [one for one in former if is_authority(one, AUTHORITY_NAME) and lasts(one, now)]
    return Bundle(
        authorities=b"".join(one.public_bytes(Encoding.PEM) for one in dict.fromkeys([authority.certificate, *valid])),
        authority_key=key_pem(authority.key),
        serving=new_pair(authority, names, begin=begin, end=now + SERVING_SECONDS),
    )


def _authority(bundle: Bundle) -> Authority | None:
    """What signs; None where an authority of somebody else is among them, or the key is not there."""
    certificates, key = certificates_in(bundle.authorities), key_in(bundle.authority_key)
    if not certificates or not isinstance(key, ec.EllipticCurvePrivateKey) or not is_key_of(key, certificates[0]):
        return None
    if not all(is_authority(one, AUTHORITY_NAME) for one in certificates):
        return None
    return Authority(certificates[0], key)


def _is_served_well(bundle: Bundle, authority: Authority, names: Collection[str], now: float) -> bool:
    certificates, key = certificates_in(bundle.serving.certificate), key_in(bundle.serving.key)
    if len(certificates) != 1 or key is None or not is_key_of(key, certificates[0]):
        return False
    return _fits(certificates[0], authority, names) and lasts(certificates[0], now, seconds=SERVING_LOOKAHEAD_SECONDS)


def _fits(certificate: x509.Certificate, authority: Authority, names: Collection[str]) -> bool:
    held = {normal_name(name) for name in names_of(certificate)}
    is_ours = is_issued_by(certificate, authority.certificate) and is_for_servers(certificate)
    return is_ours and held == {normal_name(name) for name in names}
