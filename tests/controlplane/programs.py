"""The programs of the control plane, at the versions that the Go modules beside this file pin.

Each is built when it is first asked for, which takes minutes. `python -m tests.controlplane.programs` builds those that
the tests need ahead of them, or those it is told.
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

from tests.golang.builds import CACHE, GoUnavailableError, built, digest, go

MODULES = Path(__file__).parent / "modules"
ARGO = "github.com/argoproj/argo-workflows/v4"
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
    "argo": Program("workflow-controller", f"{ARGO}/cmd/argo", ARGO, f"{ARGO}.version"),
    "helm": Program("helm", "helm.sh/helm/v4/cmd/helm", "helm.sh/helm/v4", "helm.sh/helm/v4/internal/version.version"),
    "helm-3": Program(
        "helm-3", "helm.sh/helm/v3/cmd/helm", "helm.sh/helm/v3", "helm.sh/helm/v3/internal/version.version"
    ),
}
NEEDED = ("etcd", "kube-apiserver", "kubectl", "workflow-controller")
"""What the tests need at least."""


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
    given = Path(os.environ.get(ASSETS, "")) / name
    if os.environ.get(ASSETS) and given.is_file():
        return given
    one = PROGRAMS[name]
    build = _build_argo if name == "argo" else lambda partial: _build(one, one.folder, partial)
    # A folder for each state, since clients name themselves after their file.
    return built(CACHE / "controlplane" / f"{one.version}-{digest(one.folder)}" / name, build)


@cache
def argo_source() -> Path:
    """The folder of Argo's module in Go's cache, with its CRDs and roles: they are read there, nothing is copied."""
    return Path(json.loads(go("mod", "download", "-json", ARGO, folder=PROGRAMS["argo"].folder))["Dir"])


def _build(one: Program, folder: Path, partial: Path) -> None:
    stamp = f" -X {one.stamp}={one.version}" if one.stamp else ""
    go("build", "-mod=readonly", f"-ldflags=-s -w{stamp}", "-o", str(partial), one.package, folder=folder)


def _build_argo(partial: Path) -> None:
    # The module as published lacks the pages of Argo's web interface, which the command line embeds: it is built in a
    # copy that has an empty page.
    source = partial.with_suffix(".source")
    shutil.rmtree(source, ignore_errors=True)
    shutil.copytree(argo_source(), source, copy_function=shutil.copyfile)
    for folder in (source, source / "ui"):
        folder.chmod(0o755)
    (source / "ui" / "dist" / "app").mkdir(parents=True)
    (source / "ui" / "dist" / "app" / "index.html").write_text("<!doctype html>\n", encoding="utf-8")
    _build(PROGRAMS["argo"], source, partial)
    for folder in source.glob("**/"):
        folder.chmod(0o755)
    shutil.rmtree(source)


def main(names: tuple[str, ...]) -> int:
    """Build programs, and say on stderr how far it is."""
    try:
        for name in names or NEEDED:
            started = time.monotonic()
            sys.stderr.write(f"{name} {PROGRAMS[name].version}: ")
            sys.stderr.flush()
            path = program(name)
            sys.stderr.write(f"{path} ({path.stat().st_size / 1e6:.0f} MB, {time.monotonic() - started:.0f} s)\n")
    except GoUnavailableError as error:
        sys.stderr.write(f"{error}\n")
        return 1 if os.environ.get("CI") else 0
    return 0


if __name__ == "__main__":
    sys.exit(main(tuple(sys.argv[1:])))
