"""Certificates and keys as they were written by anybody: read without trust, None or nothing for what is broken."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from argosy.agent.certificates.names import is_address

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes

__all__ = [
    "PrivateKey",
    "certificates_in",
    "is_authority",
    "is_for_servers",
    "is_issued_by",
    "is_key_of",
    "key_in",
    "lasts",
    "names_of",
]

PrivateKey: TypeAlias = "PrivateKeyTypes"

# What the parser raises for bytes that are no certificate, or one that it does not know how to read.
_BROKEN: Final = (
    InvalidSignature,
    TypeError,
    UnsupportedAlgorithm,
    ValueError,
    x509.DuplicateExtension,
    x509.ExtensionNotFound,
    x509.InvalidVersion,
    x509.UnsupportedGeneralNameType,
)


def certificates_in(pem: bytes) -> tuple[x509.Certificate, ...]:
    """The certificates in their order; none where one of them cannot be read."""
    try:
        return tuple(x509.load_pem_x509_certificates(pem))
    except _BROKEN:
        return ()


def key_in(pem: bytes) -> PrivateKey | None:
    """The private key, or None; a key that is encrypted cannot be read either."""
    try:
        return load_pem_private_key(pem, password=None)
    except _BROKEN:
        return None


def is_key_of(key: PrivateKey, certificate: x509.Certificate) -> bool:
    """Whether the certificate is about this key."""
    try:
        return key.public_key() == certificate.public_key()
    except _BROKEN:
        return False


def is_issued_by(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    """Whether the issuer's name and signature are on the certificate."""
    try:
        certificate.verify_directly_issued_by(issuer)
    except _BROKEN:
        return False
    return True


def is_authority(certificate: x509.Certificate, subject: x509.Name) -> bool:
    """Whether it is an authority of that name which answers for itself."""
    try:
        constraints = certificate.extensions.get_extension_for_class(x509.BasicConstraints).value
    except _BROKEN:
        return False
    return constraints.ca and certificate.subject == subject and is_issued_by(certificate, certificate)


def is_for_servers(certificate: x509.Certificate) -> bool:
    """Whether clients take it from a server: Go, and so the API server, holds to the extended usage where it is."""
    try:
        usage = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except x509.ExtensionNotFound:
        return True
    except _BROKEN:
        return False
    return (
        x509.oid.ExtendedKeyUsageOID.SERVER_AUTH in usage
        or x509.oid.ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE in usage
    )


def names_of(certificate: x509.Certificate) -> frozenset[str]:
    """The alternative names; the common name is none: Go does not look at it."""
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        hosts = names.get_values_for_type(x509.DNSName)
        addresses = names.get_values_for_type(x509.IPAddress)
    except _BROKEN:
        return frozenset()
    return frozenset([*(host for host in hosts if not is_address(host)), *map(str, addresses)])


def lasts(certificate: x509.Certificate, now: float, *, seconds: float = 0.0) -> bool:
    """Whether it is valid now and still will be in so many seconds."""
    begin, end = certificate.not_valid_before_utc.timestamp(), certificate.not_valid_after_utc.timestamp()
    return begin <= now and now + seconds < end
