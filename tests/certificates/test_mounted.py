"""Pairs that Kubernetes mounts: what goes live, and what is refused by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from cryptography.x509.oid import ExtendedKeyUsageOID

from argosy.agent.certificates import Mounted, Rotation, ServingCertificate, folder
from argosy.agent.certificates.bundle import Pair
from argosy.agent.certificates.mounted import check_pair
from argosy.agent.certificates.names import missing_names
from argosy.agent.certificates.rotation import LOOK_SECONDS, RETRY_SECONDS
from argosy.resolver.errors import Misconfigured, Reason
from tests.certificates.parts import DAY, HOUR, NAMES, NOW, key_lines, pair_at, serial_of
from tests.certificates.rsa_pairs import rsa_pair

if TYPE_CHECKING:
    from pathlib import Path

GOOD = pair_at()
OTHER = pair_at()


def _mount(mount: Path, pair: Pair, generation: str) -> None:
    """What kubelet does: a folder for each version of the Secret, and one link that is swapped."""
    version = mount / f"..{generation}"
    version.mkdir(parents=True)
    for name, content in (("tls.crt", pair.certificate), ("tls.key", pair.key)):
        (version / name).write_bytes(content)
        if not (mount / name).is_symlink():
            (mount / name).symlink_to(f"..data/{name}")
    (mount / "..data_tmp").symlink_to(version.name)
    (mount / "..data_tmp").replace(mount / "..data")


def test_a_mounted_pair_is_served_and_followed(tmp_path: Path) -> None:
    serving = ServingCertificate()
    rotation = Rotation(Mounted(tmp_path, NAMES, serving))
    seen: list[int] = []

    for generation, pair in enumerate((GOOD, OTHER)):
        _mount(tmp_path, pair, str(generation))
        assert rotation.tick(NOW) == LOOK_SECONDS
        assert serving.served is not None
        seen.append(serving.served.serial)

    assert seen == [serial_of(GOOD.certificate), serial_of(OTHER.certificate)]


def test_a_mount_that_is_swapped_between_two_files_is_read_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _mount(tmp_path, GOOD, "1")
    read = folder._content

    def swap_after(path: Path) -> bytes:
        content = read(path)
        if path.name == "tls.crt":
            _mount(tmp_path, OTHER, "2")
        return content

    monkeypatch.setattr(folder, "_content", swap_after)

    assert Pair.of(folder.files_in(tmp_path)) == GOOD


def test_files_without_a_mount_are_served_too(tmp_path: Path) -> None:
    (tmp_path / "tls.crt").write_bytes(GOOD.certificate)
    (tmp_path / "tls.key").write_bytes(GOOD.key)
    serving = ServingCertificate()

    Rotation(Mounted(tmp_path, NAMES, serving)).tick(NOW)

    assert serving.is_valid(NOW)


def test_a_bad_pair_is_refused_and_the_old_one_stays(tmp_path: Path) -> None:
    serving = ServingCertificate()
    rotation = Rotation(Mounted(tmp_path, NAMES, serving))
    _mount(tmp_path, GOOD, "1")
    rotation.tick(NOW)
    before = serving.served
    _mount(tmp_path, Pair(OTHER.certificate, GOOD.key), "2")

    assert rotation.tick(NOW) == RETRY_SECONDS
    assert serving.served is before
    assert str(rotation.problem) == (
        f"{tmp_path}: tls.key is not the key of the first certificate in tls.crt; "
        "renew the Secret; what was served before goes on being served"
    )

    _mount(tmp_path, OTHER, "3")
    assert rotation.tick(NOW) == LOOK_SECONDS
    assert rotation.problem is None


def test_an_end_that_is_near_is_looked_at_sooner(tmp_path: Path) -> None:
    _mount(tmp_path, GOOD, "1")
    rotation = Rotation(Mounted(tmp_path, NAMES, ServingCertificate()))

    assert rotation.tick(NOW + 30 * DAY - 40) == 40.0
    assert rotation.tick(NOW + 30 * DAY) == RETRY_SECONDS


@pytest.mark.parametrize("absent", ["", "nowhere"])
def test_a_folder_without_a_pair_is_reported(tmp_path: Path, absent: str) -> None:
    rotation = Rotation(Mounted(tmp_path / absent, NAMES, ServingCertificate()))

    assert rotation.tick(NOW) == RETRY_SECONDS
    assert isinstance(rotation.problem, Misconfigured)
    assert rotation.problem.problem == "tls.crt is not there, or holds no certificate"


def test_a_folder_that_cannot_be_read_is_reported(tmp_path: Path) -> None:
    (tmp_path / "tls.crt").mkdir()
    rotation = Rotation(Mounted(tmp_path, NAMES, ServingCertificate()))

    rotation.tick(NOW)

    assert isinstance(rotation.problem, Misconfigured)
    assert rotation.problem.problem == f"the serving certificate cannot be read from {tmp_path}: Is a directory"


@pytest.mark.parametrize(
    ("pair", "now", "expected"),
    [
        (Pair(b"", GOOD.key), NOW, "holds no certificate"),
        (Pair(GOOD.key, GOOD.key), NOW, "holds no certificate"),
        (Pair(GOOD.certificate, b""), NOW, "holds no private key"),
        (Pair(GOOD.certificate, GOOD.certificate), NOW, "holds no private key"),
        (Pair(GOOD.certificate, OTHER.key), NOW, "is not the key of the first certificate"),
        (Pair(OTHER.certificate + GOOD.certificate, GOOD.key), NOW, "is not the key of the first certificate"),
        (GOOD, NOW - 1, "not now"),
        (GOOD, NOW + 30 * DAY, "not now"),
        (pair_at(names=("argosy.argo.svc",)), NOW, "does not hold the name 127.0.0.1"),
        (pair_at(names=("other.argo.svc", "127.0.0.1")), NOW, "does not hold the name argosy.argo.svc"),
        (rsa_pair(2048, NOW, ExtendedKeyUsageOID.CLIENT_AUTH), NOW, "is not for servers"),
    ],
)
def test_a_pair_that_clients_would_not_accept_is_refused(pair: Pair, now: float, expected: str) -> None:
    with pytest.raises(Misconfigured, match=expected) as caught:
        check_pair(pair, NAMES, now)

    assert caught.value.reason is Reason.CERTIFICATE_UNUSABLE
    assert [line for line in key_lines(GOOD.key, OTHER.key) if line in str(caught.value)] == []


@pytest.mark.parametrize(
    "pair",
    [
        GOOD,
        Pair(GOOD.certificate + OTHER.certificate, GOOD.key),
        pair_at(names=(*NAMES, "argosy.argo.svc.cluster.local")),
        rsa_pair(2048, NOW),
        rsa_pair(2048, NOW, ExtendedKeyUsageOID.SERVER_AUTH),
        rsa_pair(2048, NOW, ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE),
    ],
)
def test_a_pair_that_clients_accept_is_taken(pair: Pair) -> None:
    check_pair(pair, NAMES, NOW + HOUR)


@pytest.mark.parametrize(
    ("wanted", "held", "missing"),
    [
        (["a.argo.svc"], ["A.Argo.SVC"], ()),
        (["a.argo.svc"], ["*.argo.svc"], ()),
        (["a.b.argo.svc"], ["*.argo.svc"], ("a.b.argo.svc",)),
        (["argo.svc"], ["*.argo.svc"], ("argo.svc",)),
        (["svc"], ["*"], ("svc",)),
        (["::1"], ["0:0:0:0:0:0:0:1"], ()),
        (["10.0.0.1"], ["*.0.0.1"], ("10.0.0.1",)),
    ],
)
def test_names_are_matched_as_clients_do(wanted: list[str], held: list[str], missing: tuple[str, ...]) -> None:
    assert missing_names(wanted, held) == missing
