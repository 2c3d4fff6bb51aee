"""`argosy lint`: findings on stdout, the sum on stderr, errors in the exit status."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.resolver.template_repositories import TemplateRepository, manifest_text

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.command import Argosy

BAD = manifest_text("bad", "alpine") + "  entrypoint: nope\n"
DOUBTFUL = manifest_text("Doubtful".lower(), "alpine").replace("name: main", "name: Main")


def test_good_templates_have_no_findings(argosy: Argosy, tmp_path: Path) -> None:
    (tmp_path / "good.yaml").write_text(manifest_text("good", "alpine"))

    ran = argosy("lint", tmp_path)

    assert (ran.status, ran.stdout, ran.stderr) == (0, "", "no errors, no warnings\n")


def test_an_error_is_told_in_one_line_as_compilers_tell_it(argosy: Argosy, tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "bad.yaml").write_text(f"# about\n{BAD}")

    ran = argosy("lint", tmp_path)

    assert (ran.status, ran.stderr) == (1, "1 error, no warnings\n")
    assert ran.stdout == (
        f"{tmp_path}/sub/bad.yaml:2: error: WorkflowTemplate bad: spec.entrypoint: this object has no template 'nope'; "
        "add it, or mend the name [dangling-reference]\n"
    )


def test_warnings_alone_are_no_failure(argosy: Argosy, tmp_path: Path) -> None:
    (tmp_path / "doubtful.yaml").write_text(DOUBTFUL)

    ran = argosy("lint", tmp_path)

    assert (ran.status, ran.stderr) == (0, "no errors, 1 warning\n")


def test_programs_get_json(argosy: Argosy, tmp_path: Path) -> None:
    (tmp_path / "bad.yaml").write_text(BAD)

    ran = argosy("lint", tmp_path, "-o", "json")

    assert (ran.status, ran.stderr) == (1, "")
    assert json.loads(ran.stdout) == [
        {
            "path": f"{tmp_path}/bad.yaml",
            "line": 1,
            "site": "spec.entrypoint",
            "rule": "dangling-reference",
            "severity": "error",
            "text": "this object has no template 'nope'",
            "remedy": "add it, or mend the name",
            "subject": "WorkflowTemplate bad",
        }
    ]


def test_a_single_file_can_be_linted(argosy: Argosy, tmp_path: Path) -> None:
    (tmp_path / "bad.txt").write_text(BAD)

    assert argosy("lint", tmp_path / "bad.txt").status == 1


def test_a_folder_is_read_as_it_is_on_disk_and_a_repository_as_it_is_committed(argosy: Argosy, tmp_path: Path) -> None:
    repository = TemplateRepository.create(tmp_path / "templates")
    repository.commit("v1", hello="image:1")
    (repository.folder / "bad.yaml").write_text(BAD)

    on_disk = argosy("lint", repository.folder).status
    committed = argosy("lint", "--repo", repository.folder, "--version", "v1").status
    repository.commit("v2")

    assert (on_disk, committed, argosy("lint", "--repo", repository.folder).status) == (1, 0, 1)


def test_links_and_the_folder_of_git_are_left_alone(argosy: Argosy, tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "bad.yaml").write_text(BAD)
    (tmp_path / "elsewhere").write_text(BAD)
    (tmp_path / "link.yaml").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "nowhere.yaml").symlink_to(tmp_path / "not-there")
    (tmp_path / "round").symlink_to(tmp_path)

    assert argosy("lint", tmp_path).status == 0


def test_several_repositories_are_told_apart(argosy: Argosy, tmp_path: Path) -> None:
    places: list[str] = []
    for alias in ("a", "b"):
        repository = TemplateRepository.create(tmp_path / alias)
        (repository.folder / "bad.yaml").write_text(BAD)
        repository.commit()
        places += ["--repo", f"{alias}={repository.folder}"]

    ran = argosy("lint", *places)

    assert [line.split(" ")[0] for line in ran.stdout.splitlines()] == ["a:bad.yaml:1:", "b:bad.yaml:1:"]


@pytest.mark.parametrize(
    "arguments", [[], [".", "--repo", "."], ["/nowhere"], [".", "-o", "xml"], [".", "--version", "v1"]]
)
def test_a_wrong_command_line_ends_with_two(arguments: list[str], argosy: Argosy) -> None:
    assert argosy("lint", *arguments).status == 2


def test_a_name_from_a_file_cannot_steer_the_terminal(argosy: Argosy, tmp_path: Path) -> None:
    (tmp_path / "\x1b[2J.yaml").write_text(BAD.replace("name: bad", 'name: "\\e]0;x\\a\u202e"'), encoding="utf-8")

    ran = argosy("lint", tmp_path)

    assert ran.status == 1
    assert {one for one in ran.stdout if not one.isprintable()} == {"\n"}
