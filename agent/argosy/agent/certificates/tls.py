"""The pair that is served now, and how it is swapped while connections are open.

One outer context, with no certificate, lives as long as the server. At each handshake it is asked for a name, or for
none, and hands over to the inner context of the pair that is served. A pair goes live as a whole, or not at all.
"""

from __future__ import annotations

import secrets
import ssl
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, PrivateFormat

from argosy.agent.certificates.folder import translated
from argosy.agent.certificates.reading import certificates_in, is_key_of, key_in
from argosy.resolver.errors import Misconfigured, Reason

if TYPE_CHECKING:
    from collections.abc import Callable

    from argosy.agent.certificates.bundle import Pair
    from argosy.agent.certificates.reading import PrivateKey

__all__ = ["Served", "ServingCertificate"]


@dataclass(frozen=True, slots=True)
class Served:
    """The certificate that new connections see."""

    pem: bytes
    serial: int
    not_after: float
    """Seconds since the epoch."""


@dataclass(slots=True)
class ServingCertificate:
    """Holds the TLS side of the server; `put` may be called by any thread."""

    temporary_folder: Path | None = None
    """Where a pair may stand for the moment in which OpenSSL reads it; None for the system's."""
    context: ssl.SSLContext = field(init=False, repr=False)
    """For the server: TLS 1.2 or later, HTTP/1.1; handshakes are refused while no pair is served."""
    _live: tuple[ssl.SSLContext, Served] | None = field(default=None, init=False, repr=False)

    def __post_init__(self) -> None:
        self.context = _context()
        self.context.sni_callback = self._choose

    @property
    def served(self) -> Served | None:
        """What is served now; None before the first pair."""
        live = self._live
        return live[1] if live else None

    def is_valid(self, now: float) -> bool:
        """Whether a client could be satisfied now."""
        served = self.served
        return served is not None and now < served.not_after

    def put(self, pair: Pair) -> bool:
        """Serve this pair to whoever connects from now on; False when it is the one already served.

        Raises Misconfigured, and goes on with what was served, for a pair that does not fit together.
        """
        served = self.served
        if served is not None and served.pem == pair.certificate:
            return False
        certificates, key = certificates_in(pair.certificate), key_in(pair.key)
        if not certificates or key is None or not is_key_of(key, certificates[0]):
            raise _unusable("the serving certificate and its key cannot be read, or do not belong together")
        context = self._inner(pair.certificate, key)
        leaf = certificates[0]
        self._live = context, Served(pair.certificate, leaf.serial_number, leaf.not_valid_after_utc.timestamp())
        return True

    def ssl_context_factory(self, _config: object, _default: Callable[[], ssl.SSLContext]) -> ssl.SSLContext:
        """What uvicorn's `Config(ssl_context_factory=...)` calls."""
        return self.context

    def _choose(self, connection: ssl.SSLObject, _name: str | None, _outer: ssl.SSLContext) -> int | None:
        live = self._live
        if live is None:
            return ssl.ALERT_DESCRIPTION_UNRECOGNIZED_NAME
        connection.context = live[0]
        return None

    def _inner(self, certificate: bytes, key: PrivateKey) -> ssl.SSLContext:
        context = _context()
        # OpenSSL takes files only. What a crash would leave of them cannot be read without the password.
        password = secrets.token_bytes(32).hex()
        encrypted = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(password.encode()))
        with ExitStack() as stack:
            stack.enter_context(
                translated("put for OpenSSL into", self.temporary_folder or Path("the temporary folder"))
            )
            folder = Path(stack.enter_context(TemporaryDirectory(dir=self.temporary_folder, prefix=".tls-")))
            (folder / "chain").write_bytes(certificate)
            (folder / "key").write_bytes(encrypted)
            _load(context, folder, password)
        return context


def _load(context: ssl.SSLContext, folder: Path, password: str) -> None:
    try:
        context.load_cert_chain(folder / "chain", folder / "key", password)
    except ssl.SSLError as error:
        raise _unusable(f"OpenSSL refuses the serving certificate: {error.reason}") from error


def _context() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["http/1.1"])
    # A resumed session would go on with the certificate that it began with.
    context.options |= ssl.OP_NO_TICKET
    context.num_tickets = 0
    return context


def _unusable(problem: str) -> Misconfigured:
    return Misconfigured(
        Reason.CERTIFICATE_UNUSABLE, problem, remedy="renew it; what was served before goes on being served"
    )
