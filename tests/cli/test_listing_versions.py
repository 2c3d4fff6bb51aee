"""`argosy versions`: in which versions a template is, and where it changed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tests.resolver.template_repositories import TemplateRepository, manifest_text

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.command import Argosy


def _told(argosy: Argosy, *arguments: str | Path) -> list[tuple[str, str]]:
    ran = argosy("versions", *arguments, "-o", "json")
    return [(row["version"], row["changed"]) for row in json.loads(ran.stdout)]


def test_the_table_tells_version_commit_date_and_change(argosy: Argosy, library: TemplateRepository) -> None:
    ran = argosy("versions", "hello", "--repo", library.folder)

    lines = [line.split() for line in ran.stdout.splitlines()]
    date = library.git("log", "-1", "--format=%cd", "--date=format-local:%Y-%m-%d", "v1.2.0")
    assert (ran.status, ran.stderr) == (0, "")
    assert lines[:2] == [
        ["VERSION", "COMMIT", "DATE", "CHANGED"],
        ["v1.2.0", library.git("rev-parse", "v1.2.0")[:12], date, "changed"],
    ]
    assert [(line[0], line[-1]) for line in lines[2:]] == [
        *(("v1.1.0", "same"), ("v1.0.0", "added"), ("main", "changed"), ("feature/x", "changed")),
    ]


def test_programs_get_json_with_the_whole_of_what_was_found(argosy: Argosy, library: TemplateRepository) -> None:
    ran = argosy("versions", "build", "--repo", library.folder, "-o", "json")

    first = json.loads(ran.stdout)[0]
    assert {key: value for key, value in first.items() if key not in ("date", "digest")} == {
        "version": "v1.2.0",
        "kind": "tag",
        "commit": library.git("rev-parse", "v1.2.0"),
        "changed": "same",
        "path": "build.yaml",
    }


def test_only_the_newest_so_many_are_told(argosy: Argosy, library: TemplateRepository) -> None:
    assert _told(argosy, "hello", "--repo", library.folder, "--limit", "2") == [
        ("v1.2.0", "changed"),
        ("v1.1.0", "same"),
    ]


def test_comments_and_layout_are_no_change(argosy: Argosy, tmp_path: Path) -> None:
    repository = TemplateRepository.create(tmp_path / "templates")
    repository.commit("v1.0.0", hello="image:1")
    (repository.folder / "hello.yaml").unlink()
    (repository.folder / "moved.yaml").write_text("# said better\n" + manifest_text("hello", '"image:1"'))
    repository.commit("v1.1.0")

    assert _told(argosy, "hello", "--repo", repository.folder)[0] == ("v1.1.0", "same")


def test_each_template_has_its_own_tags_where_the_tag_format_says_so(argosy: Argosy, tmp_path: Path) -> None:
    repository = TemplateRepository.create(tmp_path / "templates")
    repository.commit("hello/v1.0.0", "build/v3.0.0", hello="image:1", build="image:1")
    repository.commit("hello/v1.1.0", hello="image:2")
    settings = tmp_path / "settings.yaml"
    settings.write_text('repositories: [{url: "https://git.example/a.git", tagFormat: "{template}/v{version}"}]\n')

    told = _told(argosy, "hello", "--config", settings, "--repo", f"templates={repository.folder}")

    assert told == [("hello/v1.1.0", "changed"), ("hello/v1.0.0", "added"), ("main", "same")]


def test_a_file_that_cannot_be_read_at_one_version_does_not_end_the_list(argosy: Argosy, tmp_path: Path) -> None:
    repository = TemplateRepository.create(tmp_path / "templates")
    repository.commit("v1.0.0", hello="image:1")
    (repository.folder / "hello.yaml").write_text(manifest_text("hello", "image:1") + "  broken: [\n")
    repository.commit("v1.1.0")

    versions = [version for version, _ in _told(argosy, "hello", "--repo", repository.folder)]

    assert "v1.0.0" in versions


def test_a_name_that_no_version_has_is_denied(argosy: Argosy, library: TemplateRepository) -> None:
    ran = argosy("versions", "nope", "--repo", library.folder)

    assert (ran.status, ran.stdout) == (1, "")
    assert ran.stderr == (
        "error: no version of repository templates has WorkflowTemplate 'nope'; "
        "argosy templates lists the names at a version [TemplateNotFound]\n"
    )


def test_a_cluster_workflow_template_is_asked_for_as_such(argosy: Argosy, library: TemplateRepository) -> None:
    assert argosy("versions", "hello", "--repo", library.folder, "--cluster-scope").status == 1


def test_one_repository_is_looked_at(argosy: Argosy, library: TemplateRepository) -> None:
    ran = argosy("versions", "hello", "--repo", f"a={library.folder}", "--repo", f"b={library.folder}")

    assert (ran.status, "say which one with --repo a" in ran.stderr) == (2, True)


def test_a_repository_of_the_settings_is_meant_by_its_alias(
    argosy: Argosy, library: TemplateRepository, tmp_path: Path
) -> None:
    settings = tmp_path / "settings.yaml"
    row = '{{alias: {}, url: "https://git.example/a.git"}}'
    settings.write_text(f"repositories: [{row.format('a')}, {row.format('b')}]\n")

    told = _told(argosy, "build", "--config", settings, "--repo", "b", "--repo", f"b={library.folder}")

    assert told[0] == ("v1.2.0", "same")


def test_what_is_known_is_told_with_its_age_while_git_does_not_answer(argosy: Argosy, tmp_path: Path) -> None:
    repository = TemplateRepository.create(tmp_path / "templates")
    repository.commit("v1.0.0", hello="image:1")
    options = ("hello", "--repo", repository.folder.as_uri(), "--pull-policy", "Always")
    before = argosy("versions", *options)
    repository.folder.rename(tmp_path / "gone")

    after = argosy("versions", *options)

    assert (after.status, after.stdout) == (0, before.stdout)
    assert after.stderr.startswith("warning: the list of versions of repository templates is taken as it was ")
