"""Certificates, stores and clocks for tests."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from argosy.agent.certificates.bundle import Bundle, Pair
from argosy.agent.certificates.making import new_authority, new_pair
from argosy.agent.certificates.reading import certificates_in
from argosy.agent.certificates.renewal import Due, renewed
from argosy.agent.certificates.stores import Conflict, Store, Stored

if TYPE_CHECKING:
    from collections.abc import Callable

    from argosy.resolver.errors import ArgosyError

NOW = 1_790_000_000.0
HOUR = 3600.0
DAY = 24 * HOUR
NAMES = ("argosy.argo.svc", "127.0.0.1")


def bundle_at(now: float = NOW, *, names: tuple[str, ...] = NAMES) -> Bundle:
    """A bundle all of which was made at this time."""
    return renewed(Bundle(), Due.AUTHORITY, names, now)


def pair_at(now: float = NOW, *, names: tuple[str, ...] = NAMES, seconds: float = 30 * DAY) -> Pair:
    """A pair of an authority that nobody knows."""
    return new_pair(new_authority(begin=now, end=now + seconds), names, begin=now, end=now + seconds)


def serial_of(pem: bytes) -> int:
    """Of the first certificate."""
    return certificates_in(pem)[0].serial_number


def key_lines(*keys: bytes) -> list[str]:
    """What must appear in no text: each line of keys, but for those around them."""
    return [line for key in keys for line in key.decode().splitlines() if line and "-----" not in line]


@dataclass(slots=True)
class MemoryStore(Store):
    """Keeps a bundle as a Secret would; `before_write` is what another replica does at the worst moment."""

    stored: Stored | None = None
    writes: int = 0
    before_write: Callable[[], None] | None = None

    def read(self) -> Stored | None:
        return self.stored

    def write(self, bundle: Bundle, version: str | None) -> None:
        if self.before_write is not None:
            meanwhile, self.before_write = self.before_write, None
            meanwhile()
        if version != (self.stored.version if self.stored else None):
            raise Conflict
        self.writes += 1
        self.stored = Stored(bundle, str(self.writes))

    def bundle(self) -> Bundle:
        """What is stored; fails where nothing is."""
        assert self.stored is not None
        return self.stored.bundle

    def put(self, bundle: Bundle) -> None:
        """What a person does who writes over everything."""
        self.writes += 1
        self.stored = Stored(bundle, str(self.writes))


@dataclass(slots=True)
class MemoryTrust:
    """Remembers what was published; fails with `failure` while there is one."""

    published: list[bytes] = field(default_factory=list[bytes])
    failure: ArgosyError | None = None

    def trusted(self) -> bytes:
        return self.published[-1] if self.published else b""

    def publish(self, authorities: bytes) -> None:
        if self.failure is not None:
            raise self.failure
        if not self.published or self.published[-1] != authorities:
            self.published.append(authorities)
