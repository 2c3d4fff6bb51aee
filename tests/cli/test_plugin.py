"""The program as a plugin of kubectl: the script that kubectl finds, and kubectl itself where it has been built."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.cli.command import ARGOSY
from tests.controlplane.programs import place

if TYPE_CHECKING:
    from tests.cli.command import Argosy
    from tests.resolver.template_repositories import TemplateRepository

SCRIPT = (str(ARGOSY.with_name("kubectl-argosy")),)
KUBECTL = (str(place("kubectl")), "argosy")
WAYS = [
    pytest.param(SCRIPT, id="the script"),
    pytest.param(
        KUBECTL,
        id="kubectl",
        # Tests without a cluster never build one: those in tests/e2e run it in any case.
        marks=pytest.mark.skipif(not Path(KUBECTL[0]).exists(), reason="kubectl has not been built"),
    ),
]


def _run(way: tuple[str, ...], argosy: Argosy, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [*way, *map(str, arguments)]
    return subprocess.run(command, env=argosy.environment, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("way", WAYS)
def test_its_usage_says_how_it_was_called(way: tuple[str, ...], argosy: Argosy) -> None:
    done = _run(way, argosy, "--help")

    assert (done.returncode, done.stdout.split("\n")[0].strip()) == (
        0,
        "Usage: kubectl argosy [OPTIONS] COMMAND [ARGS]...",
    )
    assert "--install-completion" not in done.stdout


@pytest.mark.parametrize("way", WAYS)
def test_its_commands_are_those_of_argosy(way: tuple[str, ...], argosy: Argosy, library: TemplateRepository) -> None:
    arguments = ("versions", "hello", "--repo", library.folder)

    assert _run(way, argosy, *arguments).stdout == argosy(*arguments).stdout != ""


@pytest.mark.parametrize("way", WAYS)
def test_its_exit_status_is_that_of_argosy(way: tuple[str, ...], argosy: Argosy, library: TemplateRepository) -> None:
    done = _run(way, argosy, "templates", "--repo", library.folder, "--version", "v9")

    assert (done.returncode, "[VersionNotFound]" in done.stderr) == (1, True)
