"""Which URLs mean the same repository, and which only look as if they did."""

from __future__ import annotations

import pytest

from argosy.agent.pushes.urls import same_repository

CONFIGURED = "https://github.com/acme/templates.git"


@pytest.mark.parametrize(
    "told",
    [
        "https://github.com/acme/templates.git",
        "https://github.com/acme/templates",
        "https://github.com/acme/templates/",
        "https://github.com/acme/templates.git/",
        "https://GitHub.com/acme/templates.git",
        "https://github.com/Acme/Templates.git",
        "https://github.com:443/acme/templates.git",
        "http://github.com/acme/templates.git",
        "git://github.com/acme/templates.git",
        "ssh://git@github.com/acme/templates.git",
        "ssh://git@github.com:22/acme/templates.git",
        "git@github.com:acme/templates.git",
        "git@GITHUB.COM:/acme/templates",
        "github.com:acme/templates.git",
        "org-1234@github.com:acme/templates.git",
    ],
)
def test_spellings_of_one_repository_are_the_same(told: str) -> None:
    assert same_repository(CONFIGURED, told)
    assert same_repository(told, CONFIGURED)


@pytest.mark.parametrize(
    "told",
    [
        "",
        "github.com/acme/templates",
        "https://github.com",
        "https://github.com/",
        "https://github.com/acme/templates.git.git",
        "https://github.com/acme/templates2",
        "https://github.com/acme/templates/wiki",
        "https://github.com/evil/acme/templates",
        "https://evil.com/?github.com/acme/templates.git",
        "https://evil.com/#https://github.com/acme/templates.git",
        "https://evil.com/github.com/acme/templates.git",
        "https://github.com/acme/templates.git?x=1",
        "https://github.com/acme/templates.git#x",
        "https://github.com@evil.com/acme/templates.git",
        "https://github.com:443@evil.com/acme/templates.git",
        "https://evil.com@github.com/acme/templates.git",
        "https://user:token@github.com/acme/templates.git",
        "https://github.com:8443/acme/templates.git",
        "ssh://git@github.com:443/acme/templates.git",
        "http://github.com:443/acme/templates.git",
        "https://github.com:0/acme/templates.git",
        "https://github.com:99999/acme/templates.git",
        "https://github.com:\u0664\u0664\u0663/acme/templates.git",
        "https://github.com.evil.com/acme/templates.git",
        "https://github.com./acme/templates.git",
        "https://gith\u057db.com/acme/templates.git",
        "https://\uff47ithub.com/acme/templates.git",
        "https://github\u3002com/acme/templates.git",
        "https://xn--github-.com/acme/templates.git",
        "https://github.com/acme/templat\u0435s.git",
        "https://github.com/acme/\u212aemplates.git",
        "https://github.com/acme/%74emplates.git",
        "https://github.com/x/../acme/templates.git",
        "https://github.com//acme//templates.git",
        "https://github.com\\acme\\templates.git",
        "https:\\\\github.com/acme/templates.git",
        "https://github.com/acme/templates.git\n",
        " https://github.com/acme/templates.git",
        "https://github.com/acme/templates.git\x00",
        "ext::https://github.com/acme/templates.git",
        "file://github.com/acme/templates.git",
        "file:///github.com/acme/templates.git",
        "-oProxyCommand=x@github.com:acme/templates.git",
        "git@evil.com:github.com:acme/templates.git",
        "https://github.com/acme/templates.git" + "/" * 3000,
        "https://[::1]/acme/templates.git",
        "https://[github.com/acme/templates.git",
    ],
)
def test_look_alikes_are_not_the_same(told: str) -> None:
    assert not same_repository(CONFIGURED, told)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("ssh://git@git.example:2222/a/b.git", "ssh://git@git.example:2222/a/b", True),
        ("ssh://git@git.example:2222/a/b.git", "git@git.example:a/b.git", False),
        ("git@[::1]:a/b.git", "ssh://git@[::1]/a/b.git", True),
        ("git@[::1]:a/b.git", "ssh://git@[::2]/a/b.git", False),
        ("git@git.example:~me/b.git", "ssh://git@git.example/~me/b", True),
        ("/srv/git/a.git", "/srv/git/a.git", False),
    ],
)
def test_ports_addresses_and_paths_are_told_apart(one: str, other: str, *, same: bool) -> None:
    assert same_repository(one, other) is same
