"""The commands on the chart's own page render: what they install is tried in tests/e2e/chart."""

from __future__ import annotations

import shlex

import pytest

from tests.docs.commands import ROOT, URL, commands
from tests.e2e.chart.rendering import HELMS, template

pytestmark = pytest.mark.needs("helm", "helm-3")

PAGE = ROOT / "helm" / "argosy" / "README.md"
COMMANDS = [command.text for command in commands(PAGE) if command.text.startswith(("helm install", "helm upgrade"))]
INSTALLING_ONLY = {"--create-namespace", "--reuse-values"}


@pytest.mark.parametrize("version", HELMS)
@pytest.mark.parametrize("text", COMMANDS)
def test_a_command_that_installs_renders(text: str, version: str) -> None:
    program, verb, release, chart, *options = shlex.split(text.replace("repo.url=...", f"repo.url={URL}"))
    kept = [option for option in options if option not in INSTALLING_ONLY]
    place = kept.index("--namespace")
    del kept[place : place + 2]
    before = [] if "--reuse-values" not in options else [f"--set=repo.url={URL}"]

    done = template(*before, *kept, version=version)

    assert (program, release, chart) == ("helm", "argosy", "helm/argosy"), verb
    assert (done.returncode, "kind: MutatingWebhookConfiguration" in done.stdout) == (0, True), done.stderr
