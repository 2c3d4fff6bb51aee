"""A real sshd on loopback that runs git for whoever has the key."""

from __future__ import annotations

import getpass
import os
import shutil
import socket
import subprocess
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import pytest

if TYPE_CHECKING:
    from collections.abc import Generator

_STARTING_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class GitSshServer:
    """Where the server is, and the files a client needs."""

    url: str
    key_file: Path
    known_hosts_file: Path


def sshd_program() -> str:
    """Where sshd is; skips the test that asks where there is none, which in continuous integration is a failure."""
    program = shutil.which("sshd") or shutil.which("/usr/sbin/sshd")
    if not program or not shutil.which("ssh") or not shutil.which("ssh-keygen"):
        _unavailable("openssh-server is not installed: sshd, ssh and ssh-keygen are needed")
    return program


def _unavailable(reason: str) -> NoReturn:
    (pytest.fail if os.environ.get("CI") else pytest.skip)(reason)


@contextmanager
def serve_ssh(root: Path, folder: Path) -> Generator[GitSshServer]:
    """Serve the repositories below `root`; keys and settings go into `folder`."""
    program = sshd_program()
    for name in ("host", "client"):
        generate_key(folder / name)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    settings = folder / "sshd_config"
    settings.write_text(_settings(folder, port), "utf-8")
    known = folder / "known_hosts"
    known.write_text(f"[127.0.0.1]:{port} {(folder / 'host.pub').read_text('utf-8')}", "utf-8")
    # sshd refuses to start as root without the folder it drops its privileges in.
    with suppress(OSError):
        Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
    process = subprocess.Popen([program, "-D", "-e", "-f", str(settings)], stderr=subprocess.DEVNULL)
    try:
        _wait_for(port, process)
        yield GitSshServer(f"ssh://{getpass.getuser()}@127.0.0.1:{port}{root}", folder / "client", known)
    finally:
        process.terminate()
        process.wait()


def generate_key(path: Path, passphrase: str = "") -> None:
    """Write a fresh key pair."""
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", passphrase, "-f", str(path)], check=True)


def _settings(folder: Path, port: int) -> str:
    return "\n".join(
        (
            "ListenAddress 127.0.0.1",
            f"Port {port}",
            f"HostKey {folder / 'host'}",
            f"AuthorizedKeysFile {folder / 'client.pub'}",
            f"PidFile {folder / 'pid'}",
            "PasswordAuthentication no",
            "KbdInteractiveAuthentication no",
            "PermitRootLogin prohibit-password",
            "StrictModes no",
            "UsePAM no",
            "AcceptEnv GIT_PROTOCOL",
            "",
        )
    )


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + _STARTING_SECONDS
    while time.monotonic() < until and process.poll() is None:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.02)
    _unavailable(f"sshd does not start here (status {process.poll()})")
