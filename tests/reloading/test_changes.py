"""What differs between two settings, and what of it holds at once."""

from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from argosy.agent.settings import AgentSettings, Where, read_settings
from argosy.agent.settings.changes import AT_START, LIVE, change_between

if TYPE_CHECKING:
    from argosy.resolver.manifests import JsonObject

A: JsonObject = {"alias": "a", "url": "https://git.example/a.git"}
B: JsonObject = {"alias": "b", "url": "https://git.example/b.git"}


def settings(**keys: Any) -> AgentSettings:
    return read_settings({"repositories": [A, B], **keys}, {}, Where(Path("/etc/argosy"))).settings


def test_every_setting_holds_either_at_once_or_at_the_next_start() -> None:
    assert {*LIVE, *AT_START} == {one.name for one in fields(AgentSettings)}
    assert LIVE.keys() & AT_START.keys() == set()


def test_what_is_the_same_is_no_change() -> None:
    change = change_between(settings(), settings())

    assert (change.settings, change.at_once, change.at_start) == (settings(), (), ())


@pytest.mark.parametrize(
    ("keys", "told"),
    [
        ({"repositories": [A]}, ("repository b removed",)),
        ({"repositories": [A, B, {**A, "alias": "c"}]}, ("repository c added",)),
        ({"repositories": [{**A, "freshness": "1s"}, B]}, ("repository a changed",)),
        ({"repositories": [A, {**B, "credentials": {"tokenFile": "t"}}]}, ("repository b changed",)),
        ({"repositories": [{**A, "alias": "c"}, B]}, ("repository a removed", "repository c added")),
        ({"repositories": [B, A]}, ("order of repositories",)),
        ({"policy": {"rules": [{"namespaces": ["x"]}]}}, ("policy",)),
        ({"webhook": {"deadline": "1s"}}, ("webhook.deadline",)),
        ({"logs": {"format": "text", "level": "debug"}}, ("logs.format", "logs.level")),
        ({"templateTTL": "1h"}, ("templateTTL",)),
        ({"gracePeriod": "1h"}, ("gracePeriod",)),
    ],
)
def test_what_holds_at_once_is_taken_over(keys: dict[str, Any], told: tuple[str, ...]) -> None:
    wanted = settings(**keys)

    change = change_between(settings(), wanted)

    assert (change.settings, change.at_once, change.at_start) == (wanted, told, ())


@pytest.mark.parametrize(
    ("keys", "told"),
    [
        ({"cache": "/elsewhere"}, "cache"),
        ({"catalogBudgetBytes": 1}, "catalogBudgetBytes"),
        ({"webhook": {"port": 1}}, "webhook"),
        ({"webhook": {"maxBodyBytes": 1}}, "webhook.maxBodyBytes"),
        ({"http": {"host": "::1"}}, "http"),
        ({"certificate": {"folder": "/tls"}}, "certificate"),
        ({"pushes": {"port": 1, "gitlabTokenFile": "t"}}, "pushes"),
        ({"controller": {"namespace": "x"}}, "controller"),
        ({"sweepInterval": "1m"}, "sweepInterval"),
        ({"drain": "1s"}, "drain"),
        ({"namespaces": ["x"]}, "namespaces"),
        ({"installation": "x"}, "installation"),
    ],
)
def test_what_needs_a_start_stays_as_it_was(keys: dict[str, Any], told: str) -> None:
    change = change_between(settings(), settings(**keys))

    assert (change.settings, change.at_once, change.at_start) == (settings(), (), (told,))


def test_both_at_a_time_are_kept_apart() -> None:
    change = change_between(settings(), settings(drain="1s", webhook={"deadline": "1s", "port": 1}))

    assert change.settings == replace(settings(), deadline_seconds=1.0)
    assert (change.at_once, change.at_start) == (("webhook.deadline",), ("webhook", "drain"))
