"""The certificates of the control plane, written to files as its programs want them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import trustme

if TYPE_CHECKING:
    from pathlib import Path

HOSTS = ("127.0.0.1", "localhost", "kubernetes.default.svc")


@dataclass(frozen=True, slots=True)
class Certificates:
    """One authority, the API server's certificate, and the key that signs the tokens of service accounts."""

    authority: Path
    certificate: Path
    key: Path
    account_key: Path


def issue(folder: Path) -> Certificates:
    """Make new ones in a folder."""
    authority = trustme.CA()
    server = authority.issue_cert(*HOSTS)
    files = Certificates(*(folder / name for name in ("ca.pem", "server.pem", "server.key", "accounts.key")))
    authority.cert_pem.write_to_path(files.authority)
    files.certificate.write_bytes(b"".join(part.bytes() for part in server.cert_chain_pems))
    _write_secret(files.key, server.private_key_pem)
    _write_secret(files.account_key, authority.issue_cert("accounts").private_key_pem)
    return files


def _write_secret(path: Path, content: trustme.Blob) -> None:
    path.touch(mode=0o600)
    path.write_bytes(content.bytes())
