"""The settings file: what it may hold, and how a wrong key is named."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from argosy.resolver.documents import load
from argosy.resolver.errors import Misconfigured, Reason
from argosy.resolver.repositories import Credentials, Deliver, MovedTag, Repository
from argosy.resolver.settings import settings_from
from argosy.resolver.sources import PullPolicy, RepositoryAlias

FOLDER = Path("/etc/argosy")
URL = "https://git.example/a.git"
SSH_URL = "git@git.example:a.git"


def test_a_url_is_enough() -> None:
    settings = settings_from({"repositories": [{"url": URL}]}, folder=FOLDER)

    assert settings.repositories == (Repository(RepositoryAlias("templates"), URL),)


def test_every_key_finds_its_place() -> None:
    row = {
        "alias": "platform",
        "url": SSH_URL,
        "credentials": {"sshKeyFile": "keys/platform", "knownHostsFile": "/etc/known-hosts"},
        "caFile": "ca.pem",
        "proxy": "http://proxy.example:3128",
        "paths": ["templates/**"],
        "defaultVersion": "^1",
        "tagFormat": "{template}/v{version}",
        "pullPolicy": "Never",
        "freshness": "1m",
        "stalenessLimit": "7d",
        "fetchTimeout": "2m",
        "movedTag": "Refuse",
        "deliver": "Always",
        "deliverTo": ["team-a", "team-b"],
        "maxBlobBytes": 10,
        "maxCloneBytes": 20,
    }

    settings = settings_from({"repositories": [row]}, folder=FOLDER)

    expected = Repository(
        RepositoryAlias("platform"),
        SSH_URL,
        credentials=Credentials(
            ssh_key_file=FOLDER / "keys/platform",
            known_hosts_file=Path("/etc/known-hosts"),
        ),
        ca_file=FOLDER / "ca.pem",
        proxy="http://proxy.example:3128",
        paths=("templates/**",),
        default_version="^1",
        tag_format="{template}/v{version}",
        pull_policy=PullPolicy.NEVER,
        freshness_seconds=60,
        staleness_limit_seconds=604_800,
        fetch_timeout_seconds=120,
        moved_tag=MovedTag.REFUSE,
        deliver=Deliver.ALWAYS,
        deliver_to=("team-a", "team-b"),
        max_blob_bytes=10,
        max_clone_bytes=20,
    )
    assert settings.repositories == (expected,)


def one(**changes: Any) -> Any:
    return {"repositories": [{"url": URL, **changes}]}


@pytest.mark.parametrize(
    ("mapping", "place", "problem"),
    [
        ([], "settings", "expected `object`, got `array`"),
        (None, "settings", "expected `object`, got `null`"),
        ({}, "settings", "object missing required field `repositories`"),
        ({"repositories": []}, "repositories", "there is no repository"),
        ({"repositories": {}}, "repositories", "expected `array`, got `object`"),
        ({"repositories": [{}]}, "repositories[0]", "object missing required field `url`"),
        ({"repo": []}, "settings", "object contains unknown field `repo`"),
        (one(urL="x"), "repositories[0]", "object contains unknown field `urL`"),
        (one(url=3), "repositories[0].url", "expected `str`, got `int`"),
        (one(paths="x"), "repositories[0].paths", "expected `array`, got `str`"),
        (one(fetchTimeout="60"), "repositories[0].fetchTimeout", "'60' is not a duration"),
        (one(fetchTimeout=60), "repositories[0].fetchTimeout", "expected `str`, got `int`"),
        (one(pullPolicy="always"), "repositories[0].pullPolicy", "invalid enum value 'always'"),
        (one(url="http://git.example/a.git"), "repositories[0].url", "has the scheme http, which is not allowed here"),
        (one(url="https://me:s3cr3t@git.example/a.git"), "repositories[0].url", "holds a user name or a password"),
        (one(url="/srv/a.git"), "repositories[0].url", "has the scheme file, which is not allowed here"),
        (one(paths=[]), "repositories[0].paths", "an empty list would match nothing"),
        (one(paths=["a", "**.yaml"]), "repositories[0].paths[1]", "** must stand alone between slashes"),
        (one(defaultVersion="a..b"), "repositories[0].defaultVersion", "a..b"),
        (one(maxBlobBytes=0), "repositories[0].maxBlobBytes", "expected `int` >= 1"),
        (one(credentials={"sshKeyFile": "a"}), "repositories[0].credentials", "an ssh key does not suit https://"),
        (one(url=SSH_URL, credentials={"tokenFile": "a"}), "repositories[0].credentials", "must not go over ssh://"),
        (
            one(url=SSH_URL, credentials={"sshKeyFile": "a"}),
            "repositories[0].credentials",
            "no known hosts are given for ssh",
        ),
        (one(tagFormat="v1"), "repositories[0].tagFormat", "must hold {version} once"),
        (
            one(credentials={"tokenFile": "a", "sshKeyFile": "b"}),
            "repositories[0].credentials",
            "tokenFile and sshKeyFile exclude each other",
        ),
        (one(credentials={"username": "a"}), "repositories[0].credentials", "go together"),
        (one(credentials={"token": "a"}), "repositories[0].credentials", "unknown field `token`"),
        (
            {"repositories": [{"url": URL, "alias": "a"}, {"url": URL, "alias": "a"}]},
            "repositories[1].alias",
            "the alias 'a' is that of repositories[0] as well",
        ),
        (one(deliver="always"), "repositories[0].deliver", "invalid enum value 'always'"),
        (one(deliver="Always", deliverTo=["a"]), "repositories[0].defaultVersion", "Always needs defaultVersion"),
        (one(deliver="Always", defaultVersion="^1"), "repositories[0].deliverTo", "Always needs deliverTo"),
        (
            one(deliver="Always", defaultVersion="^1", deliverTo=["a", "team-*"]),
            "repositories[0].deliverTo[1]",
            "'team-*' is not the name of a namespace",
        ),
        (one(deliverTo=["a"]), "repositories[0].deliverTo", "it is for deliver: Always, and deliver is OnUse"),
        (one() | {"policy": {"rule": []}}, "policy", "unknown field `rule`"),
    ],
)
def test_a_wrong_key_is_named_by_its_path(mapping: Any, place: str, problem: str) -> None:
    with pytest.raises(Misconfigured) as caught:
        settings_from(mapping, folder=FOLDER)

    assert (caught.value.site, caught.value.reason) == (place, Reason.INVALID_SETTINGS)
    assert problem in caught.value.problem
    assert "s3cr3t" not in str(caught.value)


def test_the_settings_of_the_documentation_are_accepted() -> None:
    page = (Path(__file__).parents[2] / "docs" / "settings.md").read_text(encoding="utf-8")
    mapping = load(page.split("```yaml\n")[1].split("```")[0].encode())

    settings = settings_from(mapping, folder=FOLDER)

    assert [repository.alias for repository in settings.repositories] == ["platform", "science"]
    assert len(settings.policy.rules) == 2


def test_the_policy_of_the_documentation_is_accepted() -> None:
    page = (Path(__file__).parents[2] / "docs" / "policy.md").read_text(encoding="utf-8")
    mapping = load(page.split("```yaml\n")[1].split("```")[0].encode())

    settings = settings_from({**one(), **mapping}, folder=FOLDER)

    assert (len(settings.policy.rules), len(settings.policy.default_versions)) == (2, 1)
