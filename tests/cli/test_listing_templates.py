"""`argosy templates`: what a repository has at a version."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.resolver.template_repositories import TemplateRepository

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.command import Argosy


def test_the_table_has_a_line_for_each_template(argosy: Argosy, library: TemplateRepository) -> None:
    ran = argosy("templates", "--repo", library.folder, "--version", "v1.0.0")

    commit = library.git("rev-parse", "v1.0.0")[:12]
    assert (ran.status, ran.stderr) == (0, "")
    assert [line.split() for line in ran.stdout.splitlines()] == [
        ["NAME", "KIND", "PATH", "VERSION", "COMMIT"],
        ["hello", "WorkflowTemplate", "hello.yaml", "v1.0.0", commit],
        ["other", "WorkflowTemplate", "other.yaml", "v1.0.0", commit],
    ]


def test_columns_are_aligned_and_lines_have_no_blanks_at_their_end(argosy: Argosy, library: TemplateRepository) -> None:
    lines = argosy("templates", "--repo", library.folder).stdout.splitlines()

    assert len({line.index("WorkflowTemplate") for line in lines[1:]} | {lines[0].index("KIND")}) == 1
    assert [line for line in lines if line != line.rstrip()] == []


@pytest.mark.parametrize(
    ("version", "names"),
    [
        ("v1.0.0", ["hello", "other"]),
        ("^1", ["build", "hello", "other"]),
        ("latest", ["build", "hello", "other"]),
        ("feature/x", ["hello", "other"]),
        ("", ["build", "hello", "other"]),
    ],
)
def test_programs_get_json(version: str, names: list[str], argosy: Argosy, library: TemplateRepository) -> None:
    ran = argosy("templates", "--repo", library.folder, "--version", version, "-o", "json")

    assert [row["name"] for row in json.loads(ran.stdout)] == names


def test_what_is_checked_out_in_a_local_repository_is_the_default(argosy: Argosy, tmp_path: Path) -> None:
    repository = TemplateRepository.create(tmp_path / "templates")
    repository.commit(hello="image:1")
    before = argosy("templates", "--repo", repository.folder, "-o", "json")
    repository.git("checkout", "--quiet", "-b", "work")
    repository.commit(build="image:1")

    after = argosy("templates", "--repo", repository.folder, "-o", "json")
    repository.git("checkout", "--quiet", "--detach", "main")
    detached = argosy("templates", "--repo", repository.folder, "-o", "json")

    names = [[row["name"] for row in json.loads(ran.stdout)] for ran in (before, after, detached)]
    assert names == [["hello"], ["build", "hello"], ["hello"]]


def test_several_repositories_are_told_apart(argosy: Argosy, library: TemplateRepository, tmp_path: Path) -> None:
    other = TemplateRepository.create(tmp_path / "other")
    other.commit(hello="image:1")

    ran = argosy("templates", "--repo", f"a={library.folder}", "--repo", f"b={other.folder}")

    assert [line.split()[:2] for line in ran.stdout.splitlines()] == [
        ["REPOSITORY", "NAME"],
        *(["a", "build"], ["a", "hello"], ["a", "other"], ["b", "hello"]),
    ]


def test_a_file_that_cannot_be_read_is_told_and_the_others_are_listed(argosy: Argosy, tmp_path: Path) -> None:
    repository = TemplateRepository.create(tmp_path / "templates")
    (repository.folder / "bad.yaml").write_text("kind: WorkflowTemplate\nmetadata: [\n")
    repository.commit(hello="image:1")

    ran = argosy("templates", "--repo", repository.folder)

    assert (ran.status, ran.stdout.count("\n")) == (0, 2)
    assert ran.stderr.startswith("bad.yaml: ")


@pytest.mark.parametrize(("version", "status"), [("v9", 1), ("a..b", 1), ("-x", 1)])
def test_a_version_that_is_not_there_is_denied(
    version: str, status: int, argosy: Argosy, library: TemplateRepository
) -> None:
    ran = argosy("templates", "--repo", library.folder, f"--version={version}")

    assert (ran.status, ran.stdout) == (status, "")
    assert ran.stderr.startswith("error: ")


def test_an_empty_repository_has_no_version(argosy: Argosy, tmp_path: Path) -> None:
    repository = TemplateRepository.create(tmp_path / "templates")

    ran = argosy("templates", "--repo", repository.folder)

    assert ran.status in (1, 75)
    assert ran.stderr.startswith("error: ")
    assert "Internal" not in ran.stderr
