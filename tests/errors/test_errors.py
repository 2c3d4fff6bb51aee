"""Error texts: problem, place, remedy, and never a secret."""

from __future__ import annotations

import copy
import pickle
import time
from typing import TYPE_CHECKING

import pytest

from argosy.resolver.errors import ArgosyError, Denied, Reason, RetryLater, located, redacted

if TYPE_CHECKING:
    from collections.abc import Callable


def test_a_text_is_the_place_the_problem_and_the_remedy() -> None:
    error = Denied(Reason.TEMPLATE_NOT_FOUND, "there is no x", site="spec.templates[0]", remedy="did you mean y?")

    assert str(error) == "spec.templates[0]: there is no x; did you mean y?"


def test_an_error_without_a_place_gets_the_one_it_passes_first() -> None:
    with pytest.raises(RetryLater) as caught, located("outer"), located("inner"):
        raise RetryLater(Reason.GIT_TIMEOUT, "git is slow")

    assert caught.value.site == "inner"


def pickled(error: RetryLater) -> RetryLater:
    again = pickle.loads(pickle.dumps(error))  # noqa: S301  # pickled on this very line
    assert isinstance(again, RetryLater)
    return again


@pytest.mark.parametrize("again", [copy.copy, copy.deepcopy, pickled])
def test_a_copy_says_the_same(again: Callable[[RetryLater], RetryLater]) -> None:
    error = RetryLater(Reason.GIT_TIMEOUT, "git is slow", site="spec", remedy="wait", delay=7)

    copied = again(error)

    assert (str(copied), copied.reason, copied.delay) == ("spec: git is slow; wait", Reason.GIT_TIMEOUT, 7)


SECRETS = [
    "https://me:s3cr3t@git.example/a.git",
    "https://s3cr3t@git.example/a.git",
    "https://me:p@s3cr3t@git.example/a.git",
    "https://git:s3cr3t@git.example/a.git",
    "remote said: Authorization: Basic s3cr3t",
    "authorization=Bearer s3cr3t",
    "PRIVATE-TOKEN: s3cr3t",
    "X-Gitlab-Token: s3cr3t",
    "https://git.example/a.git?access_token=s3cr3t&x=1",
    "https://git.example/a.git?x=1&private_token=s3cr3t",
]


@pytest.mark.parametrize("text", SECRETS)
def test_a_secret_never_stands_in_an_error(text: str) -> None:
    error = ArgosyError(Reason.GIT_UNREACHABLE, f"cannot read {text}", remedy=f"look at {text}")

    assert "s3cr3t" not in str(error)
    assert "s3cr3t" not in repr(error)
    assert "s3cr3t" not in repr(error.__dict__)


@pytest.mark.parametrize(
    "text",
    ["https://git.example/team/a.git", "git@git.example:team/a.git", "ssh://git@git.example/a.git is down", "me@here"],
)
def test_what_is_no_secret_stays_readable(text: str) -> None:
    assert redacted(text) == text


@pytest.mark.parametrize("part", ["x-", "://", "a@", "https://a@", "authorization ", "?token=", "token: "])
def test_redacting_takes_no_longer_than_the_text_is_long(part: str) -> None:
    started = time.process_time()

    redacted(part * (200_000 // len(part)))

    # Some 50 ms; what grows with the square of the length takes a minute.
    assert time.process_time() - started < 5
