"""What the command line reads of the environment."""

from __future__ import annotations

from pathlib import Path

import pytest

from argosy.agent.cli.environment import cache_folder, wants_tracebacks


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({"HOME": "/home/me"}, "/home/me/.cache/argosy"),
        ({"HOME": "/home/me", "XDG_CACHE_HOME": "/var/me"}, "/var/me/argosy"),
        ({"HOME": "/home/me", "XDG_CACHE_HOME": ""}, "/home/me/.cache/argosy"),
        ({"HOME": "/home/me", "XDG_CACHE_HOME": "relative"}, "/home/me/.cache/argosy"),
        ({"HOME": "/home/me", "XDG_CACHE_HOME": "/var/me", "ARGOSY_CACHE": "/x"}, "/x"),
        ({"HOME": "/home/me", "ARGOSY_CACHE": ""}, "/home/me/.cache/argosy"),
    ],
)
def test_the_cache_folder_is_where_the_user_wants_it(environment: dict[str, str], expected: str) -> None:
    assert cache_folder(environment) == Path(expected)


@pytest.mark.parametrize(
    ("environment", "expected"), [({}, False), ({"ARGOSY_DEBUG": ""}, False), ({"ARGOSY_DEBUG": "1"}, True)]
)
def test_tracebacks_are_for_who_asks_for_them(environment: dict[str, str], expected: bool) -> None:  # noqa: FBT001  # a column of the table
    assert wants_tracebacks(environment) is expected
