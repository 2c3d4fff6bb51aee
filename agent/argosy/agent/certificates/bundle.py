"""What is kept of certificates: the authorities that are trusted, and the pair that is served."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["AUTHORITIES_FILE", "KEY_FILES", "Bundle", "Pair"]

AUTHORITIES_FILE: Final = "ca.crt"
_AUTHORITY_KEY_FILE: Final = "ca.key"
_CERTIFICATE_FILE: Final = "tls.crt"
_KEY_FILE: Final = "tls.key"
KEY_FILES: Final = frozenset({_AUTHORITY_KEY_FILE, _KEY_FILE})


@dataclass(frozen=True, slots=True)
class Pair:
    """A certificate, with those between it and its authority, and its private key; both PEM."""

    certificate: bytes = b""
    key: bytes = field(default=b"", repr=False)

    @classmethod
    def of(cls, files: Mapping[str, bytes]) -> Pair:
        """The pair in files named as those of a Secret of type kubernetes.io/tls; what is absent is empty."""
        return cls(files.get(_CERTIFICATE_FILE, b""), files.get(_KEY_FILE, b""))


@dataclass(frozen=True, slots=True)
class Bundle:
    """All that replicas share, as it was read: nothing here is known to be whole, or ours."""

    authorities: bytes = b""
    """PEM; the one that signs comes first, those that signed before it follow while they are valid."""
    authority_key: bytes = field(default=b"", repr=False)
    serving: Pair = field(default_factory=Pair)

    @classmethod
    def of(cls, files: Mapping[str, bytes]) -> Bundle:
        """The bundle in files by name; what is absent is empty."""
        return cls(files.get(AUTHORITIES_FILE, b""), files.get(_AUTHORITY_KEY_FILE, b""), Pair.of(files))

    def files(self) -> dict[str, bytes]:
        """The content by file name, as a Secret of type kubernetes.io/tls has it, and cert-manager writes it."""
        return {
            AUTHORITIES_FILE: self.authorities,
            _AUTHORITY_KEY_FILE: self.authority_key,
            _CERTIFICATE_FILE: self.serving.certificate,
            _KEY_FILE: self.serving.key,
        }
