"""New authorities and new pairs signed by them: ECDSA P-256, whose handshakes cost half of those with RSA."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from argosy.agent.certificates.bundle import Pair
from argosy.agent.certificates.names import alternative_names

if TYPE_CHECKING:
    from collections.abc import Collection

__all__ = ["AUTHORITY_NAME", "Authority", "key_pem", "new_authority", "new_pair"]

AUTHORITY_NAME: Final = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "argosy-agent certificate authority")])
_SERVING_NAME: Final = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "argosy-agent")])


@dataclass(frozen=True, slots=True)
class Authority:
    """What signs serving certificates."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey = field(repr=False)


def new_authority(*, begin: float, end: float) -> Authority:
    """An authority that is valid between two times, in seconds since the epoch."""
    key = ec.generate_private_key(ec.SECP256R1())
    builder = (
        _builder(AUTHORITY_NAME, key.public_key(), begin, end)
        .issuer_name(AUTHORITY_NAME)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
    )
    return Authority(builder.sign(key, SHA256()), key)


def new_pair(authority: Authority, names: Collection[str], *, begin: float, end: float) -> Pair:
    """A serving certificate and its key, valid between two times in seconds since the epoch.

    Raises Misconfigured for a name that is none.
    """
    key = ec.generate_private_key(ec.SECP256R1())
    # Authorities that follow each other have one name: the identifiers tell clients which one signed.
    signed_by = x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.key.public_key())
    builder = (
        _builder(_SERVING_NAME, key.public_key(), begin, end)
        .issuer_name(authority.certificate.subject)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(alternative_names(names), critical=False)
        .add_extension(signed_by, critical=False)
    )
    certificate = builder.sign(authority.key, SHA256())
    return Pair(certificate.public_bytes(Encoding.PEM), key_pem(key))


def key_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    """The key as PKCS 8, not encrypted."""
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _builder(subject: x509.Name, key: ec.EllipticCurvePublicKey, begin: float, end: float) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime.fromtimestamp(begin, UTC))
        .not_valid_after(datetime.fromtimestamp(end, UTC))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )
