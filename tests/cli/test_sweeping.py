"""What `argosy gc` refuses before it asks any cluster; the rest is in tests/e2e/sweeping."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.cli.command import Argosy


@pytest.mark.parametrize(
    ("until", "problem"),
    [
        ("2020-01-01", "has passed"),
        ("0", "has passed"),
        ("tomorrow", "is no time"),
        ("-7d", "is no time"),
        ("", "is no time"),
        ("99999-01-01", "is no time"),
    ],
)
def test_a_time_that_is_none_or_has_passed_is_refused(argosy: Argosy, until: str, problem: str) -> None:
    ran = argosy("gc", "postpone", "hello", f"--until={until}")

    assert (ran.status, problem in " ".join(ran.stderr.split())) == (2, True)


def test_a_template_of_the_cluster_has_no_namespace(argosy: Argosy) -> None:
    assert argosy("gc", "keep", "hello", "--cluster", "-n", "team").status == 2


@pytest.mark.parametrize("command", [("plan",), ("run",), ("keep", "hello")])
def test_without_a_cluster_it_says_how_to_name_one(argosy: Argosy, command: tuple[str, ...]) -> None:
    ran = argosy("gc", *command)

    assert (ran.status, "there is no cluster to be had" in ran.stderr) == (2, True)


def test_wrong_settings_are_told_as_the_agent_tells_them(argosy: Argosy) -> None:
    ran = argosy("gc", "plan", GRACE_PERIOD="week")

    assert (ran.status, "GRACE_PERIOD: 'week' is not a duration" in ran.stderr) == (2, True)
