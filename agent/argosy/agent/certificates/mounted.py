"""Certificates that somebody else renews, cert-manager for one, in a folder that Kubernetes mounts."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from argosy.agent.certificates.bundle import Pair
from argosy.agent.certificates.folder import files_in, translated
from argosy.agent.certificates.names import missing_names
from argosy.agent.certificates.reading import certificates_in, is_for_servers, is_key_of, key_in, lasts, names_of
from argosy.resolver.errors import Misconfigured, Reason, located

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from argosy.agent.certificates.tls import ServingCertificate

__all__ = ["Mounted", "check_pair"]

_LOGGER: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Mounted:
    """Serves the pair in a folder; nothing is made, and no caBundle is touched."""

    folder: Path
    names: tuple[str, ...]
    """Each is a name by which clients call: `NAME.NAMESPACE.svc` for an API server."""
    serving: ServingCertificate

    def look(self, now: float) -> float:
        """Serve the mounted pair when it is good; the seconds until it ends. Raises Misconfigured."""
        with translated("read from", self.folder):
            pair = Pair.of(files_in(self.folder))
        with located(str(self.folder)):
            check_pair(pair, self.names, now)
            if self.serving.put(pair):
                _LOGGER.info("serving a new certificate")
        return certificates_in(pair.certificate)[0].not_valid_after_utc.timestamp() - now


def check_pair(pair: Pair, names: Collection[str], now: float) -> None:
    """Raises Misconfigured for a pair that clients would not accept; who signed it is not looked at."""
    certificates, key = certificates_in(pair.certificate), key_in(pair.key)
    if not certificates:
        raise _refused("tls.crt is not there, or holds no certificate")
    if key is None:
        raise _refused("tls.key is not there, is encrypted, or holds no private key")
    leaf = certificates[0]
    if not is_key_of(key, leaf):
        raise _refused("tls.key is not the key of the first certificate in tls.crt")
    if not lasts(leaf, now):
        raise _refused(f"tls.crt is valid from {leaf.not_valid_before_utc} to {leaf.not_valid_after_utc}, not now")
    missing = missing_names(names, names_of(leaf))
    if missing:
        raise _refused(f"tls.crt does not hold the name {', '.join(missing)}")
    if not is_for_servers(leaf):
        raise _refused("tls.crt is not for servers")


def _refused(problem: str) -> Misconfigured:
    return Misconfigured(
        Reason.CERTIFICATE_UNUSABLE, problem, remedy="renew the Secret; what was served before goes on being served"
    )
