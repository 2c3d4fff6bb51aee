"""Every example comes out as the file beside it says; `make examples` writes those files anew."""

from __future__ import annotations

import io
import os
from pathlib import Path

import full_circle
import pytest
import template_repository
from rich.console import Console

from argosy.resolver.documents import dump, load
from argosy.resolver.manifests import Namespace
from argosy.resolver.policy import Policy
from argosy.resolver.repositories import Credentials, Repository
from argosy.resolver.resolver import Resolver, Surroundings
from argosy.resolver.search import Question
from argosy.resolver.settings import DEFAULT_ALIAS, ResolverSettings

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


@pytest.mark.parametrize("name", FOLDERS)
def test_the_example_comes_out_as_expected(name: str, resolver: Resolver) -> None:
    workflow = load((EXAMPLES / name / "workflow.yaml").read_bytes())
    expected = EXAMPLES / name / "expected.yaml"

    text = dump(resolver.resolve(workflow, Question(Namespace("default"))).manifest)

    if RENEW:
        expected.write_text(text, encoding="utf-8")
    assert text == expected.read_text(encoding="utf-8")


def test_every_example_is_in_the_index() -> None:
    index = (EXAMPLES / "README.md").read_text(encoding="utf-8")

    assert [name for name in FOLDERS if f"({name}/workflow.yaml)" not in index] == []


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
