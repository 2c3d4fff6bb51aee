"""The pair that goes live on a real server, and what clients notice of it: nothing."""

from __future__ import annotations

import ssl
import time
import traceback
from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)

from argosy.agent.certificates import Made, Rotation, ServingCertificate
from argosy.agent.certificates.bundle import Pair
from argosy.agent.certificates.made import SETTLING_SECONDS
from argosy.agent.certificates.renewal import Due, renewed
from argosy.resolver.errors import Misconfigured, Reason
from tests.certificates.parts import NAMES, MemoryStore, MemoryTrust, bundle_at, key_lines, pair_at, serial_of
from tests.certificates.rsa_pairs import rsa_pair
from tests.certificates.servers import Clients, connect, serial_at, serial_shown, serve, trusting

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# The clients here are real, and so is the clock they judge certificates by.
NOW = time.time()
WHOLE = bundle_at(NOW)
GOOD = WHOLE.serving
OTHER = pair_at(NOW)


def test_no_request_fails_while_pairs_and_authorities_are_swapped() -> None:
    store, trust, serving = MemoryStore(), MemoryTrust(), ServingCertificate()
    rotation = Rotation(Made(store, NAMES, serving, trust))
    rotation.tick(NOW)
    renewals = (Due.SERVING, Due.AUTHORITY, Due.SERVING)
    bundles = [store.bundle()]
    for what in renewals:
        bundles.append(renewed(bundles[-1], what, NAMES, NOW))
    serials = [serial_of(bundle.serving.certificate) for bundle in bundles]

    with serve(serving) as port:
        context = trusting(bundles[-1].authorities)
        clients = Clients(port, context)
        with clients.asking():
            clients.wait_for_more()
            for bundle, serial in zip(bundles[1:], serials[1:], strict=True):
                store.put(bundle)
                rotation.tick(NOW)
                rotation.tick(NOW + SETTLING_SECONDS)
                assert serial_at(port, context) == serial
                clients.wait_for_more()

    assert clients.failures == []
    assert clients.kept == {serials[0]}
    assert clients.renewed == set(serials)


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
@pytest.mark.parametrize("name", ["argosy.argo.svc", "127.0.0.1", None])
def test_a_pair_is_found_with_and_without_a_name(version: ssl.TLSVersion, name: str | None) -> None:
    serving = ServingCertificate()
    serving.put(GOOD)
    context = trusting(WHOLE.authorities)
    context.check_hostname = name is not None
    context.minimum_version = context.maximum_version = version

    with serve(serving) as port, connect(port, context, name=name) as connection:
        assert serial_shown(connection) == serial_of(GOOD.certificate)
        assert connection.selected_alpn_protocol() == "http/1.1"


def test_handshakes_are_refused_until_there_is_a_pair() -> None:
    serving = ServingCertificate()

    with serve(serving) as port:
        with pytest.raises(OSError, match=r"EOF occurred|reset by peer|UNRECOGNIZED_NAME"):
            connect(port, trusting(WHOLE.authorities))
        assert not serving.is_valid(NOW)

        serving.put(GOOD)
        assert serial_at(port, trusting(WHOLE.authorities)) == serial_of(GOOD.certificate)
        assert serving.is_valid(NOW)


def test_a_client_that_trusts_only_the_former_authority_takes_what_it_signed() -> None:
    after = renewed(WHOLE, Due.AUTHORITY, NAMES, NOW)
    serving = ServingCertificate()

    with serve(serving) as port:
        for pair in (WHOLE.serving, after.serving):
            serving.put(pair)
            assert serial_at(port, trusting(after.authorities)) == serial_of(pair.certificate)
        with pytest.raises(ssl.SSLCertVerificationError):
            connect(port, trusting(WHOLE.authorities))


def _encrypted(key: bytes) -> bytes:
    loaded = load_pem_private_key(key, password=None)
    return loaded.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"s3cr3t"))


BAD_PAIRS = {
    "nothing": Pair(),
    "no key": Pair(OTHER.certificate),
    "another key": Pair(OTHER.certificate, GOOD.key),
    "half a key": Pair(OTHER.certificate, OTHER.key[: len(OTHER.key) // 2]),
    "half a certificate": Pair(OTHER.certificate[: len(OTHER.certificate) // 2], OTHER.key),
    "an encrypted key": Pair(OTHER.certificate, _encrypted(OTHER.key)),
    "a key that OpenSSL finds too small": rsa_pair(1024, NOW),
}


@pytest.mark.parametrize("pair", BAD_PAIRS.values(), ids=BAD_PAIRS.keys())
def test_a_bad_pair_never_goes_live_and_is_not_shown(pair: Pair) -> None:
    serving = ServingCertificate()
    serving.put(GOOD)
    before = serving.served

    with serve(serving) as port:
        with pytest.raises(Misconfigured) as caught:
            serving.put(pair)

        assert serial_at(port, trusting(WHOLE.authorities)) == serial_of(GOOD.certificate)
    assert serving.served is before
    assert caught.value.reason is Reason.CERTIFICATE_UNUSABLE
    shown = "".join(traceback.format_exception(caught.value))
    assert [line for line in key_lines(pair.key, OTHER.key) if line in shown] == []


def test_a_large_rsa_pair_is_served() -> None:
    pair = rsa_pair(2048, NOW)
    serving = ServingCertificate()
    serving.put(pair)

    with serve(serving) as port:
        assert serial_at(port, trusting(pair.certificate)) == serial_of(pair.certificate)


def test_the_same_pair_is_not_put_twice() -> None:
    serving = ServingCertificate()

    assert [serving.put(GOOD), serving.put(GOOD), serving.put(OTHER), serving.put(GOOD)] == [True, False, True, True]


def test_what_is_served_can_be_told() -> None:
    serving = ServingCertificate()
    serving.put(GOOD)

    assert serving.served is not None
    assert serving.served.serial == serial_of(GOOD.certificate)
    assert serving.served.not_after == int(NOW + 30 * 24 * 3600)
    assert serving.is_valid(serving.served.not_after - 1)
    assert not serving.is_valid(serving.served.not_after)


def _files_under(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if path.is_file())


def test_no_key_reaches_the_disk_in_clear_and_nothing_stays_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: dict[str, bytes] = {}
    modes: list[int] = []
    load = ssl.SSLContext.load_cert_chain

    def spy(context: ssl.SSLContext, chain: Path, key: Path, password: str) -> None:
        written.update({path.name: path.read_bytes() for path in _files_under(tmp_path)})
        modes.append(chain.parent.stat().st_mode & 0o777)
        load(context, chain, key, password)

    monkeypatch.setattr(ssl.SSLContext, "load_cert_chain", spy)
    ServingCertificate(temporary_folder=tmp_path).put(GOOD)

    assert (sorted(written), modes) == (["chain", "key"], [0o700])
    assert written["key"].startswith(b"-----BEGIN ENCRYPTED PRIVATE KEY-----")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    serving = ServingCertificate(temporary_folder=tmp_path / "absent")

    with pytest.raises(Misconfigured, match=f"{tmp_path / 'absent'}: No such file or directory"):
        serving.put(GOOD)

    assert serving.served is None


def test_old_protocols_are_not_spoken() -> None:
    assert ServingCertificate().context.minimum_version is ssl.TLSVersion.TLSv1_2
