"""Every example comes out as the file beside it says; `make examples` writes those files anew."""

from __future__ import annotations

import io
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import full_circle
import pytest
import template_repository
from rich.console import Console

from argosy.resolver.documents import load
from argosy.resolver.manifests import Namespace
from argosy.resolver.policy import Policy
from argosy.resolver.repositories import Credentials, Repository
from argosy.resolver.resolver import Resolver, Surroundings
from argosy.resolver.search import Question
from argosy.resolver.settings import DEFAULT_ALIAS, ResolverSettings
from tests.cli.command import Argosy

if TYPE_CHECKING:
    from collections.abc import Iterator

EXAMPLES = Path(__file__).parents[2] / "examples"
FOLDERS = sorted(path.parent.name for path in EXAMPLES.glob("*/workflow.yaml"))
RENEW = bool(os.environ.get("ARGOSY_RENEW_EXAMPLES"))


@pytest.fixture(scope="module")
def resolver(tmp_path_factory: pytest.TempPathFactory) -> Resolver:
    folder = tmp_path_factory.mktemp("examples")
    url = str(template_repository.build(folder / "templates"))
    repository = Repository(DEFAULT_ALIAS, url, credentials=Credentials(ambient=True))
    settings = ResolverSettings((repository,), Policy())
    return Resolver(settings, Surroundings(folder / "cache", {"PATH": os.environ["PATH"]}))


@pytest.fixture(scope="module")
def repositories(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The repositories that the examples name, by their aliases."""
    folder = tmp_path_factory.mktemp("repositories")
    return {
        alias: template_repository.build(folder / alias, history)
        for alias, history in template_repository.HISTORIES.items()
    }


def _commands(name: str) -> Iterator[tuple[list[str], bool, Path]]:
    """The arguments of each command that a manifest tells of itself, whether it is denied, and the file beside it."""
    told = re.findall(r"^# argosy (.+?) (2?)> (\S+)$", (EXAMPLES / name / "workflow.yaml").read_text(), re.MULTILINE)
    for arguments, denied, file in told or [("resolve workflow.yaml", "", "expected.yaml")]:
        yield arguments.split(), bool(denied), EXAMPLES / name / file


@pytest.mark.parametrize(
    ("arguments", "denied", "expected"),
    [
        pytest.param(*command, id=f"{name} {command[2].stem}")  # one line for each file that comes out
        for name in FOLDERS
        for command in _commands(name)
    ],
)
def test_the_example_comes_out_as_expected(
    arguments: list[str],
    denied: bool,  # noqa: FBT001  # a column of the table
    expected: Path,
    repositories: dict[str, Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(expected.parent)
    aliases = _aliases(arguments)
    replaced = [part for alias in aliases for part in ("--repo", f"{alias}={repositories[alias]}")]

    ran = Argosy(tmp_path)(*arguments, *replaced)

    text = ran.stderr if denied else ran.stdout
    if RENEW:
        expected.write_text(text, encoding="utf-8")
    assert (ran.status, text) == (int(denied), expected.read_text(encoding="utf-8"))


def _aliases(arguments: list[str]) -> list[str]:
    """The repositories of the settings file that a command names; they are not to be asked over the network."""
    if "--config" not in arguments:
        return [DEFAULT_ALIAS]
    settings: Any = load(Path(arguments[arguments.index("--config") + 1]).read_bytes())
    return [repository["alias"] for repository in settings["repositories"]]


def test_the_index_and_the_folders_agree() -> None:
    index = (EXAMPLES / "README.md").read_text(encoding="utf-8")

    rows = re.findall(r"^\| \[([a-z-]+)\]\(([a-z-]+)/workflow\.yaml\) \| \S", index, re.MULTILINE)
    assert sorted(rows) == [(name, name) for name in FOLDERS]


def test_no_file_beside_an_example_is_of_no_command() -> None:
    there = {path for name in FOLDERS for path in (EXAMPLES / name).glob("*") if path.is_file()}
    read = {EXAMPLES / name / "workflow.yaml" for name in FOLDERS} | set(EXAMPLES.glob("*/settings.yaml"))

    assert there - read == {file for name in FOLDERS for *_, file in _commands(name)}


def test_the_workflow_of_the_readme_is_one_that_resolves(resolver: Resolver) -> None:
    readme = (EXAMPLES.parent / "README.md").read_text(encoding="utf-8")
    workflow = load(readme.split("```yaml\n")[1].split("```")[0].encode())

    flattened = resolver.resolve(workflow, Question(Namespace("default")))

    assert [found.version for found in flattened.taken] == ["v0.14.64"]


def test_the_demo_follows_a_template_from_use_to_its_end_and_back(resolver: Resolver) -> None:
    text = io.StringIO()
    workflow = load((EXAMPLES / "hello-world" / "workflow.yaml").read_bytes())

    full_circle.show(Console(file=text, width=300), resolver, workflow, 1_796_205_600.0)

    cells = [[cell.strip() for cell in line.split("│")[1:-1]] for line in text.getvalue().splitlines() if "│" in line]
    assert [(day, became.split(":")[0].split(",")[0], standing != "none") for day, _, became, standing in cells] == [
        ("0", "flattened", True),
        ("0.5", "flattened", True),
        ("1", "nothing is unused", True),
        ("2", "announced", True),
        ("3", "announced for 2026-12-15T10", True),
        ("10", "kept", True),
        ("14", "deleted", False),
        ("15", "flattened", True),
    ]
