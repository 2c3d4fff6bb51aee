"""`argosy config check`: what the agent would start with, and all that keeps it from starting."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.command import Argosy

URL = "https://git.example/a.git"


@pytest.fixture
def settings(tmp_path: Path) -> Path:
    """A file that is right, with each kind of file that settings can name."""
    (tmp_path / "settings.yaml").write_text(
        "repositories:\n"
        f"- {{url: '{URL}', credentials: {{tokenFile: token}}, caFile: ca.pem}}\n"
        "- {alias: b, url: 'git@git.example:b.git', credentials: {sshKeyFile: key, knownHostsFile: known}}\n"
        "certificate: {folder: tls}\n"
        "pushes: {port: 9000, githubSecretFile: github, gitlabTokenFile: gitlab}\n"
    )
    (tmp_path / "tls").mkdir()
    for name in ("token", "ca.pem", "key", "known", "github", "gitlab", "tls/tls.crt", "tls/tls.key"):
        (tmp_path / name).write_text("s3cr3t\n")
    return tmp_path / "settings.yaml"


def test_the_table_says_where_each_setting_comes_from(argosy: Argosy, settings: Path) -> None:
    ran = argosy("config", "check", "--config", settings, TEMPLATE_TTL="1h")

    assert (ran.status, ran.stderr) == (0, "")
    rows = [line.split() for line in ran.stdout.splitlines()]
    assert rows[0] == ["KEY", "VALUE", "FROM"]
    assert ["repositories[0].url", URL, "file"] in rows
    assert ["templateTTL", "1h", "TEMPLATE_TTL"] in rows
    assert ["webhook.port", "8443", "default"] in rows
    assert ["certificate.webhookConfigurations", "argosy", "default"] in rows
    assert ["installation", "-", "default"] in rows
    assert "s3cr3t" not in ran.stdout


def test_programs_get_json(argosy: Argosy, settings: Path) -> None:
    ran = argosy("config", "check", "--config", settings, "-o", "json", ARGOSY_DRAIN="1s")

    rows = {row["key"]: row for row in json.loads(ran.stdout)}
    assert rows["drain"] == {"key": "drain", "value": "1s", "from": "environment", "variable": "ARGOSY_DRAIN"}
    assert rows["pushes.port"] == {"key": "pushes.port", "value": 9000, "from": "file", "variable": ""}
    assert rows["certificate.names"] == {"key": "certificate.names", "value": [], "from": "default", "variable": ""}


def test_a_url_in_the_environment_is_enough(argosy: Argosy) -> None:
    ran = argosy("config", "check", REPO_URL=URL)

    assert (ran.status, ran.stderr) == (0, "")


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("token", "repositories[0].credentials.tokenFile"),
        ("ca.pem", "repositories[0].caFile"),
        ("key", "repositories[1].credentials.sshKeyFile"),
        ("known", "repositories[1].credentials.knownHostsFile"),
        ("github", "pushes.githubSecretFile"),
        ("gitlab", "pushes.gitlabTokenFile"),
        ("tls/tls.crt", "certificate.folder"),
        ("tls/tls.key", "certificate.folder"),
    ],
)
@pytest.mark.parametrize("how", ["missing", "empty", "a folder"])
def test_a_named_file_that_cannot_be_used_is_told(
    name: str, place: str, how: str, argosy: Argosy, settings: Path
) -> None:
    path = settings.parent / name
    path.unlink()
    if how == "empty":
        path.touch()
    elif how == "a folder":
        path.mkdir()

    ran = argosy("config", "check", "--config", settings)

    assert (ran.status, ran.stdout, ran.stderr.count("\n")) == (2, "", 1)
    assert ran.stderr.startswith(f"error: {settings}: {place}: the file {path} ")


def test_a_token_that_git_could_not_be_given_is_told_and_not_shown(argosy: Argosy, settings: Path) -> None:
    (settings.parent / "token").write_text("s3cr3t\ns3cr3t\n")

    ran = argosy("config", "check", "--config", settings)

    assert (ran.status, ran.stderr.count("\n")) == (2, 1)
    assert "repositories[0].credentials: " in ran.stderr
    assert "s3cr3t" not in ran.stderr


def test_a_named_file_is_told_by_the_variable_that_names_it(argosy: Argosy, tmp_path: Path) -> None:
    ran = argosy("config", "check", REPO_URL=URL, REPO_TOKEN_FILE=str(tmp_path / "nothing"))

    assert ran.status == 2
    assert ran.stderr.startswith("error: REPO_TOKEN_FILE: the file ")


def test_all_problems_are_told_at_once(argosy: Argosy, settings: Path) -> None:
    settings.write_text("repositories: [{url: 'x y'}]\ndrain: soon\nnope: 1\n")

    ran = argosy("config", "check", "--config", settings, REPO_TOKEN="s3cr3t", ARGOSY_HTTP_PORT="web")

    lines = ran.stderr.splitlines()
    assert (ran.status, ran.stdout) == (2, "")
    assert sorted(line.removeprefix("error: ").removeprefix(f"{settings}: ").split(": ")[0] for line in lines) == [
        *("ARGOSY_HTTP_PORT", "REPO_TOKEN", "drain", "repositories[0].url", "settings")
    ]
    assert "s3cr3t" not in ran.stderr


@pytest.mark.parametrize("text", ["a: [", "\x00", "- 1", "a: &a [*a]"])
def test_a_file_that_cannot_be_read_is_named(text: str, argosy: Argosy, settings: Path) -> None:
    settings.write_text(text)

    ran = argosy("config", "check", "--config", settings)

    assert (ran.status, ran.stdout) == (2, "")
    assert ran.stderr.startswith(f"error: {settings}: ")


def test_a_file_that_is_not_there_is_named(argosy: Argosy, tmp_path: Path) -> None:
    ran = argosy("config", "check", "--config", tmp_path / "nothing", REPO_URL=URL)

    assert ran.status == 2
    assert "No such file" in ran.stderr


def test_commands_that_only_resolve_take_the_file_of_the_agent(argosy: Argosy, settings: Path) -> None:
    manifest = settings.parent / "workflow.yaml"
    manifest.write_text("apiVersion: argoproj.io/v1alpha1\nkind: Workflow\nmetadata: {name: a}\nspec: {}\n")

    ran = argosy("resolve", manifest, "--config", settings)

    assert (ran.status, ran.stderr) == (0, "")


def test_help_ends_with_examples(argosy: Argosy) -> None:
    ran = argosy("config", "check", "--help")

    assert ran.status == 0
    assert "argosy config check --config settings.yaml" in ran.stdout
