"""The programs of the control plane, at the versions that the Go modules beside this file pin.

Each is built when it is first asked for, which takes minutes. `python -m tests.controlplane.programs` builds those that
every test needs, or those it is told.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from tests.golang.builds import CACHE, GoUnavailableError, built, digest, go

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

MODULES = Path(__file__).parent / "modules"
ARGO = "github.com/argoproj/argo-workflows/v4"
ARGO_3 = "github.com/argoproj/argo-workflows/v3"
EVERYWHERE, LOOPBACK = 'fmt.Sprintf(":%d", port)', 'fmt.Sprintf("127.0.0.1:%d", port)'
ASSETS = "KUBEBUILDER_ASSETS"
"""The variable that names a folder of etcd, kube-apiserver and kubectl, as Kubernetes' own test kit does."""


@dataclass(frozen=True, slots=True)
class Program:
    """A command of a Go module, and where it takes the version from that it says it has."""

    module: str
    package: str
    pinned: str
    """The path of the module whose version is that of the program."""
    stamp: str = ""
    """The variable that releases set while linking; without it, some clients think the server too old."""
    edition: str = ""
    """What is not as published, where something is not."""

    @property
    def folder(self) -> Path:
        return MODULES / self.module

    @property
    def version(self) -> str:
        return pinned(self.folder, self.pinned)


PROGRAMS = {
    "etcd": Program("etcd", "go.etcd.io/etcd/server/v3", "go.etcd.io/etcd/server/v3"),
    "kube-apiserver": Program(
        "kube-apiserver",
        "k8s.io/kubernetes/cmd/kube-apiserver",
        "k8s.io/kubernetes",
        "k8s.io/component-base/version.gitVersion",
    ),
    "kubectl": Program(
        "kube-apiserver",
        "k8s.io/kubernetes/cmd/kubectl",
        "k8s.io/kubernetes",
        "k8s.io/component-base/version.gitVersion",
    ),
    "workflow-controller": Program("workflow-controller", f"{ARGO}/cmd/workflow-controller", ARGO, f"{ARGO}.version"),
    "workflow-controller-3": Program(
        "workflow-controller-3", f"{ARGO_3}/cmd/workflow-controller", ARGO_3, f"{ARGO_3}.version"
    ),
    "argo": Program("workflow-controller", f"{ARGO}/cmd/argo", ARGO, f"{ARGO}.version", "-on-loopback"),
    "helm": Program("helm", "helm.sh/helm/v4/cmd/helm", "helm.sh/helm/v4", "helm.sh/helm/v4/internal/version.version"),
    "helm-3": Program(
        "helm-3", "helm.sh/helm/v3/cmd/helm", "helm.sh/helm/v3", "helm.sh/helm/v3/internal/version.version"
    ),
}
NEEDED = ("etcd", "kube-apiserver", "kubectl", "workflow-controller")
"""What every test of the control plane needs; for others, a test has the mark `needs`."""


def pinned(folder: Path, module: str) -> str:
    """The version of a module that a go.mod requires."""
    found = re.search(
        rf"^(?:require)?\s+{re.escape(module)} (v\S+)", (folder / "go.mod").read_text("utf-8"), re.MULTILINE
    )
    assert found is not None, f"{folder.name}/go.mod does not require {module}"
    return found[1]


@cache
def program(name: str) -> Path:
    """The path of a program; raises GoUnavailableError where it is not there and cannot be built."""
    one = PROGRAMS[name]
    return built(place(name), _build_argo if name == "argo" else lambda partial: _build(one, one.folder, partial))


def place(name: str) -> Path:
    """Where a program is, or is going to be."""
    assets = os.environ.get(ASSETS)
    if assets and (Path(assets) / name).is_file():
        return Path(assets) / name
    one = PROGRAMS[name]
    # A folder for each state, since clients name themselves after their file.
    return CACHE / "controlplane" / f"{one.version}-{digest(one.folder)}{one.edition}" / name


@cache
def argo_source(controller: str = "workflow-controller") -> Path:
    """The folder of Argo's module in Go's cache, with its CRDs and roles: they are read there, nothing is copied."""
    one = PROGRAMS[controller]
    return Path(json.loads(go("mod", "download", "-json", one.pinned, folder=one.folder))["Dir"])


def _build(one: Program, folder: Path, partial: Path) -> None:
    stamp = f" -X {one.stamp}={one.version}" if one.stamp else ""
    go("build", "-mod=readonly", f"-ldflags=-s -w{stamp}", "-o", str(partial), one.package, folder=folder)


def _build_argo(partial: Path) -> None:
    # The module as published lacks the pages of Argo's web interface, which the command line embeds: it is built in a
    # copy that has an empty page. In the copy, `argo server` listens on loopback instead of on every address.
    source = partial.with_suffix(".source")
    shutil.rmtree(source, ignore_errors=True)
    shutil.copytree(argo_source(), source, copy_function=shutil.copyfile)
    for folder in (source, source / "ui"):
        folder.chmod(0o755)
    (source / "ui" / "dist" / "app").mkdir(parents=True)
    (source / "ui" / "dist" / "app" / "index.html").write_text("<!doctype html>\n", encoding="utf-8")
    listening = source / "server" / "apiserver" / "argoserver.go"
    text = listening.read_text(encoding="utf-8")
    assert text.count(EVERYWHERE) == 1, f"{listening} does not listen where it did"
    listening.write_text(text.replace(EVERYWHERE, LOOPBACK), encoding="utf-8")
    _build(PROGRAMS["argo"], source, partial)
    for folder in source.glob("**/"):
        folder.chmod(0o755)
    shutil.rmtree(source)


def build(names: Iterable[str], say: Callable[[str], None]) -> None:
    """Build those of the programs that are not there, one after the other, and say how far it is."""
    for name in names:
        if not place(name).exists():
            started = time.monotonic()
            say(f"Building {name} {PROGRAMS[name].version}, which can take minutes")
            size = program(name).stat().st_size / 1e6
            say(f"Built {name}: {size:.0f} MB, {time.monotonic() - started:.0f} s")


def progress(line: str) -> None:
    """Say something while a build goes on."""
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


def main(names: tuple[str, ...]) -> int:
    """Print where programs are, once they are built; without `go`, the tests that need them are going to be skipped."""
    try:
        build(names or NEEDED, progress)
        sys.stdout.writelines(f"{program(name)}\n" for name in names or NEEDED)
    except GoUnavailableError as error:
        sys.stderr.write(f"{error}\n")
        return 1 if os.environ.get("CI") else 0
    return 0


if __name__ == "__main__":
    sys.exit(main(tuple(sys.argv[1:])))
