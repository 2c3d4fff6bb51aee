"""The programs say that they are what they were built from."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from tests.controlplane.programs import ASSETS, NEEDED, PROGRAMS, place

if TYPE_CHECKING:
    from tests.controlplane.cluster import ControlPlane

QUESTIONS = {
    "etcd": ("--version",),
    "kube-apiserver": ("--version",),
    "kubectl": ("version", "--client"),
    "workflow-controller": ("version", "--short"),
    "argo": ("version", "--short"),
    "helm": ("version", "--short"),
    "helm-3": ("version", "--short"),
}


@pytest.mark.parametrize(
    "name", [name if name in NEEDED else pytest.param(name, marks=pytest.mark.needs(name)) for name in QUESTIONS]
)
def test_a_program_says_the_version_that_is_pinned(control_plane: ControlPlane, name: str) -> None:
    if str(place(name).parent) == os.environ.get(ASSETS):
        pytest.skip("this program was not built here")
    done = control_plane.run(name, *QUESTIONS[name])

    assert (done.returncode, PROGRAMS[name].version.removeprefix("v") in done.stdout) == (0, True)


@pytest.mark.needs("argo")
def test_argos_command_line_speaks_to_the_api_server(control_plane: ControlPlane) -> None:
    namespace = control_plane.namespace()
    done = control_plane.run("argo", "list", f"--namespace={namespace}", user="developer")

    assert (done.returncode, done.stdout) == (0, "No workflows found\n")


@pytest.mark.parametrize("name", [pytest.param(name, marks=pytest.mark.needs(name)) for name in ("helm", "helm-3")])
def test_helm_speaks_to_the_api_server(control_plane: ControlPlane, name: str) -> None:
    namespace = control_plane.namespace()
    done = control_plane.run(name, "list", f"--namespace={namespace}", "--output=json", user="developer")

    assert (done.returncode, done.stdout.strip()) == (0, "[]")
