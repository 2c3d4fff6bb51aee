"""What `--repo` may say, and what it must not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from argosy.agent.cli.places import Place, parse_place
from argosy.agent.cli.repositories import settings_of
from argosy.resolver.documents import dump
from argosy.resolver.errors import Misconfigured
from tests.resolver.template_repositories import TemplateRepository, workflow

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.command import Argosy


@pytest.mark.parametrize(
    ("text", "alias", "where", "local"),
    [
        (".", "", ".", True),
        ("..", "", "..", True),
        ("templates", "", "templates", True),
        ("/srv/a.git", "", "/srv/a.git", True),
        ("~/a", "", "~/a", True),
        ("./a=b", "", "./a=b", True),
        ("./a:b", "", "./a:b", True),
        ("a=.", "a", ".", True),
        ("a-1=b=c", "a-1", "b=c", True),
        ("https://git.example/a.git", "", "https://git.example/a.git", False),
        ("a=https://git.example/a.git", "a", "https://git.example/a.git", False),
        ("https://git.example/a.git?x=y", "", "https://git.example/a.git?x=y", False),
        ("ssh://git@git.example/a.git", "", "ssh://git@git.example/a.git", False),
        ("git@git.example:a/b.git", "", "git@git.example:a/b.git", False),
        ("a=git@git.example:a/b.git", "a", "git@git.example:a/b.git", False),
        ("file:///srv/a.git", "", "file:///srv/a.git", False),
    ],
)
def test_an_alias_is_told_from_a_url_and_a_url_from_a_path(text: str, alias: str, where: str, local: bool) -> None:  # noqa: FBT001  # a column of the table
    place = parse_place(text)

    assert (place, place.local) == (Place(alias, where), local)


@pytest.mark.parametrize("text", ["", " ", "-x", "--upload-pack=/bin/sh", "a=-x", "a= "])
def test_what_names_no_repository_is_refused(text: str) -> None:
    with pytest.raises(Misconfigured):
        parse_place(text)


@pytest.mark.parametrize(
    "where",
    [
        "ext::sh -c 'touch pwned'",
        "https://-x/a.git",
        "ssh://-oProxyCommand=touch/a.git",
        "-oProxyCommand=touch@git.example:a.git",
        "http://git.example/a.git",
        "git://git.example/a.git",
        "https://git.example/a.git\n",
        "https://",
        "foo://git.example/a.git",
    ],
)
def test_no_repository_makes_git_do_anything_else(where: str, argosy: Argosy, tmp_path: Path) -> None:
    ran = argosy("templates", f"--repo={where}", "--cache-dir", tmp_path / "cache")

    assert (ran.status, ran.stdout, "Traceback" in ran.stderr) == (2, "", False)


@pytest.mark.parametrize("where", ["https://me:s3cr3t@127.0.0.1:1/a.git", "https://s3cr3t@127.0.0.1:1/a.git"])
def test_credentials_in_a_url_are_refused_and_not_shown(where: str, argosy: Argosy) -> None:
    ran = argosy("resolve", "-", "--repo", where, stdin=dump(workflow("v1")).encode())

    assert (ran.status, ran.stdout, "s3cr3t" in ran.stderr) == (2, "", False)


def _settings(folder: Path) -> Path:
    settings = folder / "settings.yaml"
    settings.write_text(
        "repositories:\n"
        "- {alias: a, url: 'https://git.example/a.git', paths: ['x/*.yaml'], credentials: {tokenFile: token}}\n"
        "- {alias: b, url: 'https://git.example/b.git'}\n"
    )
    return settings


@pytest.mark.parametrize(
    ("repo", "expected"),
    [
        ([], ["a", "b"]),
        (["b"], ["b"]),
        (["b", "a"], ["b", "a"]),
        (["c=https://git.example/c.git"], ["a", "b", "c"]),
        (["a=https://git.example/c.git"], ["a", "b"]),
        (["a", "a=https://git.example/c.git"], ["a"]),
        (["https://git.example/c.git"], ["a", "b", "templates"]),
    ],
)
def test_options_choose_among_the_repositories_of_a_settings_file(
    repo: list[str], expected: list[str], tmp_path: Path
) -> None:
    assert [one.alias for one in settings_of(repo, _settings(tmp_path)).repositories] == expected


def test_credentials_of_a_settings_file_do_not_go_to_another_url(tmp_path: Path) -> None:
    first, _ = settings_of(["a=https://elsewhere.example/a.git"], _settings(tmp_path)).repositories

    assert (first.url, first.credentials.token_file, first.credentials.ambient) == (
        *("https://elsewhere.example/a.git", None),
        True,
    )
    assert first.paths == ("x/*.yaml",)


def test_paths_in_a_settings_file_start_at_its_folder(tmp_path: Path) -> None:
    first, _ = settings_of([], _settings(tmp_path)).repositories

    assert first.credentials.token_file == tmp_path / "token"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "settings.yaml: "),
        ("a: [", "line"),
        ("repositories: []", "repositories"),
        ("repositories: [{url: 'https://git.example/a.git', nope: 1}]", "repositories[0]"),
        ("repositories: [{url: 'https://git.example/a.git', fetchTimeout: 5}]", "repositories[0].fetchTimeout"),
    ],
)
def test_a_wrong_settings_file_is_told_by_its_name_and_the_place(
    text: str, told: str, argosy: Argosy, tmp_path: Path
) -> None:
    settings = tmp_path / "settings.yaml"
    settings.write_text(text)

    ran = argosy("templates", "--config", settings)

    assert (ran.status, ran.stdout) == (2, "")
    assert f"{settings}: " in ran.stderr
    assert told in ran.stderr


def test_a_shallow_clone_serves_what_it_has(argosy: Argosy, library: TemplateRepository, tmp_path: Path) -> None:
    library.git("clone", "--quiet", "--depth=1", library.folder.as_uri(), str(tmp_path / "shallow"))

    ran = argosy("templates", "--repo", tmp_path / "shallow")

    assert (ran.status, ran.stderr) == (0, "")


def test_a_linked_work_tree_is_read_as_what_is_checked_out_there(
    argosy: Argosy, library: TemplateRepository, tmp_path: Path
) -> None:
    library.git("clone", "--quiet", str(library.folder), str(tmp_path / "main"))
    main = TemplateRepository(tmp_path / "main")
    main.git("worktree", "add", "--quiet", "-b", "old", str(tmp_path / "linked"), "v1.0.0")

    assert argosy("templates", "--repo", tmp_path / "linked").stdout.count(" old ") == 2


def test_a_local_repository_under_a_path_with_odd_letters_is_read(argosy: Argosy, tmp_path: Path) -> None:
    repository = TemplateRepository.create(tmp_path / "ä b=c:d%20#?")
    repository.commit("v1", hello="image:1")

    assert argosy("templates", "--repo", repository.folder).stdout.count("\n") == 2
