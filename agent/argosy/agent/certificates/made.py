"""Certificates that the replicas make themselves, and agree on through a store."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Protocol

from argosy.agent.certificates.bundle import Bundle
from argosy.agent.certificates.reading import certificates_in
from argosy.agent.certificates.renewal import Due, due, due_at, renewed
from argosy.agent.certificates.stores import Conflict, Store
from argosy.resolver.errors import ArgosyError, Reason, RetryLater

if TYPE_CHECKING:
    from cryptography import x509

    from argosy.agent.certificates.tls import ServingCertificate

__all__ = ["SETTLING_SECONDS", "Made", "Trust"]

_LOGGER: Final = logging.getLogger(__name__)

SETTLING_SECONDS: Final = 30.0
"""API servers hear of a changed caBundle by a watch: so long, none is shown what a new authority signed."""
_ATTEMPTS: Final = 3


class Trust(Protocol):
    """Tells the clients whom to trust."""

    def trusted(self) -> bytes:
        """The authorities that are trusted now, whoever wrote them; raises Misconfigured or RetryLater."""
        ...

    def publish(self, authorities: bytes) -> None:
        """Let these authorities be trusted, and no others; raises Misconfigured or RetryLater."""
        ...


@dataclass(slots=True)
class Made:
    """Makes what is due, unless another replica has; trusts it everywhere first, and serves it then."""

    store: Store
    names: tuple[str, ...]
    serving: ServingCertificate
    trust: Trust | None = None
    """None where nobody is to be told: clients are given `ca.crt` by hand."""
    _seen: bytes = field(default=b"", init=False, repr=False)
    _served: x509.Certificate | None = field(default=None, init=False, repr=False)
    """The authority of the pair that is served."""
    _settling: tuple[x509.Certificate, float] | None = field(default=None, init=False, repr=False)
    """The authority that is about to take over, and since when it is trusted."""

    def look(self, now: float) -> float:
        """Agree on a bundle, publish its authorities, serve its pair; the seconds until something is due."""
        bundle = self._agreed(now)
        self._seen = bundle.authorities
        authority, *former = certificates_in(bundle.authorities)
        failure = self._publish(bundle)
        if failure is not None and authority != self._served:
            raise failure
        wait = self._wait(authority, former, now)
        if not wait:
            self._serve(bundle, authority)
        if failure is not None:
            raise failure
        return wait or due_at(bundle) - now

    def _agreed(self, now: float) -> Bundle:
        for _ in range(_ATTEMPTS):
            stored = self.store.read()
            bundle = stored.bundle if stored else Bundle()
            what = due(bundle, self.names, now)
            if what is Due.NOTHING:
                return bundle
            made = renewed(bundle, what, self.names, now, trusted=self._trusted(bundle))
            try:
                self.store.write(made, stored.version if stored else None)
            except Conflict:
                continue
            _LOGGER.info("made a new %s", what)
            return made
        raise RetryLater(
            Reason.CLUSTER_UNAVAILABLE,
            "somebody else changes the stored certificates all the time",
            remedy="see who writes to where they are kept",
        )

    def _trusted(self, bundle: Bundle) -> bytes:
        """What other replicas may serve still, even if somebody emptied the store and this replica has just started."""
        if self._seen or self.trust is None or certificates_in(bundle.authorities):
            return self._seen
        return self.trust.trusted()

    def _publish(self, bundle: Bundle) -> ArgosyError | None:
        try:
            if self.trust is not None:
                self.trust.publish(bundle.authorities)
        except ArgosyError as error:
            return error
        return None

    def _wait(self, authority: x509.Certificate, former: list[x509.Certificate], now: float) -> float:
        """How long the served pair must go on, because not every API server may know the new authority yet."""
        if self.trust is None or self._served not in former or not self.serving.is_valid(now):
            return 0.0
        if self._settling is None or self._settling[0] != authority:
            self._settling = authority, now
        since = self._settling[1]
        # A clock that was set back must not keep the new pair away.
        return max(0.0, since + SETTLING_SECONDS - now) if since <= now else 0.0

    def _serve(self, bundle: Bundle, authority: x509.Certificate) -> None:
        if self.serving.put(bundle.serving):
            _LOGGER.info("serving a new certificate")
        self._served, self._settling = authority, None
