"""The folder that a standalone agent keeps its certificates in."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from argosy.agent.certificates import Conflict, FolderStore, Made, Rotation, ServingCertificate
from argosy.agent.certificates.renewal import Due, due
from argosy.resolver.errors import Misconfigured, Reason
from tests.certificates.parts import NAMES, NOW, bundle_at, key_lines, serial_of

if TYPE_CHECKING:
    from pathlib import Path

FIRST = bundle_at()
SECOND = bundle_at()


def test_what_is_written_is_read(tmp_path: Path) -> None:
    store = FolderStore(tmp_path / "made" / "here")

    assert store.read() is None
    store.write(FIRST, None)
    stored = store.read()
    assert stored is not None
    assert stored.bundle == FIRST
    store.write(SECOND, stored.version)

    after = store.read()
    assert after is not None
    assert after.bundle == SECOND
    assert after.version != stored.version


def test_keys_are_for_their_owner_and_nothing_else_is_left(tmp_path: Path) -> None:
    folder = tmp_path / "certificates"
    FolderStore(folder).write(FIRST, None)

    modes = {path.name: path.stat().st_mode & 0o777 for path in folder.iterdir()}
    assert modes == {"ca.crt": 0o644, "ca.key": 0o600, "tls.crt": 0o644, "tls.key": 0o600}
    assert folder.stat().st_mode & 0o777 == 0o700


def test_who_has_not_read_the_newest_writes_nothing(tmp_path: Path) -> None:
    store = FolderStore(tmp_path)
    store.write(FIRST, None)
    stored = store.read()
    assert stored is not None
    store.write(SECOND, stored.version)

    for version in (None, stored.version):
        with pytest.raises(Conflict):
            store.write(FIRST, version)

    after = store.read()
    assert after is not None
    assert after.bundle == SECOND


def test_agents_of_one_folder_serve_one_certificate(tmp_path: Path) -> None:
    servings = [ServingCertificate() for _ in range(4)]
    rotations = [Rotation(Made(FolderStore(tmp_path), NAMES, serving)) for serving in servings]
    threads = [threading.Thread(target=rotation.tick, args=(NOW,)) for rotation in rotations]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    stored = FolderStore(tmp_path).read()
    assert stored is not None
    expected = serial_of(stored.bundle.serving.certificate)
    assert [serving.served.serial for serving in servings if serving.served] == [expected] * 4


@pytest.mark.parametrize("name", ["ca.crt", "ca.key", "tls.crt", "tls.key"])
@pytest.mark.parametrize("content", [None, b"", b"half", "other"])
def test_what_a_crash_leaves_behind_is_made_anew(tmp_path: Path, name: str, content: bytes | str | None) -> None:
    store = FolderStore(tmp_path)
    store.write(FIRST, None)
    (tmp_path / name).unlink()
    if content is not None:
        (tmp_path / name).write_bytes(SECOND.files()[name] if isinstance(content, str) else content)

    rotation = Rotation(Made(store, NAMES, ServingCertificate()))
    rotation.tick(NOW)

    stored = store.read()
    assert rotation.problem is None
    assert stored is not None
    assert due(stored.bundle, NAMES, NOW) is Due.NOTHING


@pytest.mark.parametrize("action", ["read", "write"])
def test_a_folder_that_cannot_be_used_is_named(tmp_path: Path, action: str) -> None:
    folder = tmp_path / "file" / "below"
    (tmp_path / "file").write_text("no folder")
    store = FolderStore(folder if action == "write" else tmp_path)
    (tmp_path / "tls.key").mkdir()

    with pytest.raises(Misconfigured) as caught:
        store.read() if action == "read" else store.write(FIRST, None)

    assert caught.value.reason is Reason.CERTIFICATE_UNUSABLE
    assert str(store.folder) in str(caught.value)
    assert [line for line in key_lines(FIRST.serving.key) if line in str(caught.value)] == []


def test_a_link_in_the_place_of_a_key_is_replaced_not_followed(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_bytes(b"")
    folder = tmp_path / "certificates"
    folder.mkdir()
    (folder / "tls.key").symlink_to(elsewhere)

    FolderStore(folder).write(FIRST, None)

    assert elsewhere.read_bytes() == b""
    assert (folder / "tls.key").read_bytes() == FIRST.serving.key
