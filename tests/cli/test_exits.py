"""One table of exit statuses for every command."""

from __future__ import annotations

import re

import pytest

from argosy.agent.cli import exits
from argosy.agent.cli.exits import ExitStatus, gravest, status_of
from argosy.resolver.errors import ArgosyError, Denied, Misconfigured, Reason, RetryLater


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (Denied(Reason.VERSION_NOT_FOUND, "x"), 1),
        (Misconfigured(Reason.INVALID_SETTINGS, "x"), 2),
        (ArgosyError(Reason.INTERNAL, "x"), 70),
        (KeyError("x"), 70),
        (RetryLater(Reason.GIT_TIMEOUT, "x"), 75),
    ],
)
def test_the_class_of_an_error_is_its_status(error: Exception, status: int) -> None:
    assert status_of(error) == status


@pytest.mark.parametrize(
    ("statuses", "expected"),
    [([], 0), ([0, 0], 0), ([0, 75], 75), ([75, 1, 75], 1), ([1, 2], 2), ([70, 2], 70)],
)
def test_what_trying_again_cannot_mend_goes_before_what_it_can(statuses: list[int], expected: int) -> None:
    assert gravest(map(ExitStatus, statuses)) == expected


def test_the_table_names_every_status() -> None:
    assert {int(number) for number in re.findall(r"^(\d+) ", exits.__doc__ or "", re.MULTILINE)} == set(ExitStatus)
