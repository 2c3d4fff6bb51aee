"""The image, built by `make image` on a base that is made of Debian's packages, so that no registry is asked."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).parents[3]
PROGRAMS = ("mmdebstrap", "buildah", "podman", "runc")
NAME = "localhost/argosy:tested"
BASE = "localhost/argosy-base:tested"
INDEX = ("index-url", "extra-index-url", "trusted-host", "proxy")
"""What pip's configuration says of where packages come from."""
AUTHORITIES = "/run/secrets/authorities"
BUILDING_SECONDS = 1500.0
RUNNING_SECONDS = 120.0
HARDENED = (
    *("--read-only", "--read-only-tmpfs=false", "--cap-drop=all", "--security-opt=no-new-privileges"),
    *("--network=host", "--ulimit=nofile=1024:1024", "--ulimit=nproc=1024:1024"),
)
"""Nothing may be written but what is mounted; podman's own small folders in memory are left out too."""


def missing() -> str:
    """Why no image can be built here; empty where one can."""
    if os.geteuid() != 0:
        return "a base image can be made of Debian's packages by root only"
    absent = [name for name in PROGRAMS if shutil.which(name) is None]
    return f"no {' and no '.join(absent)} here; on Debian: apt-get install {' '.join(PROGRAMS)}" if absent else ""


@dataclass(frozen=True, slots=True)
class Image:
    """It is kept in a storage of its own, to which the environment leads."""

    environment: Mapping[str, str]

    def podman(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = ["podman", "--runtime", "runc", *arguments]
        return subprocess.run(
            command, env=self.environment, capture_output=True, text=True, check=False, timeout=RUNNING_SECONDS
        )

    def run(self, *arguments: str, options: tuple[str, ...] = ()) -> subprocess.CompletedProcess[str]:
        """Run a container to its end, as little allowed as can be."""
        return self.podman("run", "--rm", *HARDENED, *options, NAME, *arguments)

    def python(self, program: str, *options: str) -> str:
        """What a program prints that looks around in a container."""
        done = self.run("-c", program, options=("--entrypoint=python3", *options))
        assert done.returncode == 0, done.stderr
        return done.stdout


def build(folder: Path) -> Image:
    """Build it, with its storage in a folder."""
    image = Image({**os.environ, "CONTAINERS_STORAGE_CONF": str(_storage(folder))})
    _must(
        ["mmdebstrap", "--variant=essential", "--include=apt,ca-certificates", *_slim(), "bookworm", "base.tar"], folder
    )
    _must(["podman", "import", "--quiet", "base.tar", BASE], folder, image.environment)
    options = f"BUILD_OPTIONS=--isolation chroot {' '.join(_secrets(folder))}"
    _must(["make", f"--directory={ROOT}", "image", f"IMAGE={NAME}", f"BASE={BASE}", options], folder, image.environment)
    return image


def _storage(folder: Path) -> Path:
    """Where images lie: in layers, or in whole copies where the kernel mounts no layers here."""
    where = [f"--root={folder}/graph", f"--runroot={folder}/run", "--storage-driver=overlay"]
    layers = subprocess.run(["podman", *where, "info"], capture_output=True, check=False, timeout=RUNNING_SECONDS)
    driver = "vfs" if layers.returncode else "overlay"
    file = folder / "storage.conf"
    file.write_text(f'[storage]\ndriver = "{driver}"\ngraphroot = "{folder}/graph"\nrunroot = "{folder}/run"\n')
    return file


def _slim() -> list[str]:
    """What Debian's own slim images leave out."""
    folders = ("locale", "doc", "man")
    return ["--dpkgopt=force-unsafe-io", *(f"--dpkgopt=path-exclude=/usr/share/{name}/*" for name in folders)]


def _secrets(folder: Path) -> list[str]:
    """Where pip finds packages on this machine, and whom it trusts, as the build takes them."""
    done = subprocess.run([sys.executable, "-m", "pip", "config", "list"], capture_output=True, text=True, check=True)
    lines = sorted(done.stdout.splitlines(), key=lambda line: line.startswith(":env:"))
    pairs = (line.split("=", 1) for line in lines)
    own = {name.rpartition(".")[2]: str(ast.literal_eval(value)) for name, value in pairs}
    wanted = {name: value for name, value in own.items() if name in INDEX}
    secrets: list[str] = []
    if "cert" in own:
        wanted["cert"] = AUTHORITIES
        secrets.append(f"--secret id=authorities,src={own['cert']}")
    file = folder / "pip.conf"
    file.write_text("".join(["[global]\n", *(f"{name} = {value}\n" for name, value in wanted.items())]))
    return [*secrets, f"--secret id=pip,src={file}"]


def _must(command: list[str], folder: Path, environment: Mapping[str, str] | None = None) -> None:
    log = folder / "build.log"
    with log.open("ab") as output:
        done = subprocess.run(
            command, cwd=folder, env=environment, stdout=output, stderr=output, check=False, timeout=BUILDING_SECONDS
        )
    assert done.returncode == 0, f"{command[0]} failed: {log.read_text(errors='replace')[-4000:]}"
