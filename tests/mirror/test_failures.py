"""What git says, in the words of several versions and servers, and what it means to us."""

from __future__ import annotations

import errno

import pytest

from argosy.resolver.errors import ArgosyError, Denied, Misconfigured, Reason, RetryLater
from argosy.resolver.mirror.commands import Completed, Ending
from argosy.resolver.mirror.credentials import Secrets
from argosy.resolver.mirror.failures import cache_failure, failure, is_damage


def _completed(messages: str, ending: Ending = Ending.EXITED, trace: str = "") -> Completed:
    return Completed(ending, 128, b"", messages, trace)


@pytest.mark.parametrize(
    ("messages", "kind", "reason"),
    [
        ("fatal: write error: No space left on device", RetryLater, Reason.DISK_FULL),
        ("error: unable to write file: Disk quota exceeded\nfatal: index-pack failed", RetryLater, Reason.DISK_FULL),
        ("fatal: remote error: upload-pack: not our ref 0123", Denied, Reason.VERSION_NOT_FOUND),
        ("error: Server does not allow request for unadvertised object 01", Denied, Reason.VERSION_NOT_FOUND),
        ("fatal: couldn't find remote ref refs/pull/9/head", Denied, Reason.VERSION_NOT_FOUND),
        ("fatal: unable to access 'x': The requested URL returned error: 429", RetryLater, Reason.GIT_RATE_LIMITED),
        ("remote: Too many requests\nfatal: early EOF", RetryLater, Reason.GIT_RATE_LIMITED),
        ("fatal: Authentication failed for 'x'", RetryLater, Reason.GIT_AUTHENTICATION),
        (
            "fatal: could not read Username for 'x': terminal prompts disabled",
            RetryLater,
            Reason.GIT_AUTHENTICATION,
        ),
        ("git@x: Permission denied (publickey).\nfatal: Could not read", RetryLater, Reason.GIT_AUTHENTICATION),
        ("Host key verification failed.\nfatal: Could not read from", RetryLater, Reason.GIT_AUTHENTICATION),
        (
            "fatal: unable to access 'x': SSL certificate problem: self-signed",
            RetryLater,
            Reason.GIT_AUTHENTICATION,
        ),
        ("fatal: repository 'https://x/' not found", RetryLater, Reason.GIT_UNREACHABLE),
        ("fatal: unable to access 'x': Could not resolve host: x", RetryLater, Reason.GIT_UNREACHABLE),
        ("fatal: unable to access 'x': The requested URL returned error: 302", Misconfigured, Reason.GIT_PROTOCOL),
        ("fatal: fsck error in packed object", Misconfigured, Reason.GIT_PROTOCOL),
        ("fatal: early EOF\nfatal: index-pack failed", RetryLater, Reason.GIT_PROTOCOL),
        ("fatal: a message of a later git", RetryLater, Reason.GIT_PROTOCOL),
        ("", RetryLater, Reason.GIT_PROTOCOL),
    ],
)
def test_messages_of_git_have_a_meaning(messages: str, kind: type[ArgosyError], reason: Reason) -> None:
    error = failure("fetching", _completed(messages), Secrets())

    assert (type(error), error.reason) == (kind, reason)


@pytest.mark.parametrize(
    "messages",
    [
        "fatal: https://me:s3cr3t@git.example/ is not there",
        "fatal: Authorization: Basic s3cr3t was refused",
        "fatal: bare value s3cr3t",
        "remote: you sent s3cr3t\n",
    ],
)
def test_no_message_shows_a_secret(messages: str) -> None:
    error = failure("fetching", _completed(messages), Secrets(values=("s3cr3t",)))

    assert "s3cr3t" not in f"{error} {error!r}"


def test_the_server_says_when_to_come_back() -> None:
    error = failure("fetching", _completed("returned error: 429", trace="<= Recv header: Retry-After: 42"), Secrets())

    assert isinstance(error, RetryLater)
    assert error.delay == 42


def test_a_deadline_is_told_as_such_whatever_git_said() -> None:
    error = failure("fetching", _completed("fatal: early EOF", Ending.DEADLINE), Secrets())

    assert error.reason is Reason.GIT_TIMEOUT


@pytest.mark.parametrize(
    ("number", "reason"),
    [
        (errno.EROFS, Reason.CACHE_NOT_WRITABLE),
        (errno.EACCES, Reason.CACHE_NOT_WRITABLE),
        (errno.EPERM, Reason.CACHE_NOT_WRITABLE),
        (errno.ENOSPC, Reason.DISK_FULL),
        (errno.EDQUOT, Reason.DISK_FULL),
        (errno.EMFILE, None),
    ],
)
def test_a_disk_that_takes_nothing_is_told_from_other_faults_of_the_machine(number: int, reason: Reason | None) -> None:
    error = cache_failure(OSError(number, "no", "/cache/a.lock"))

    assert (error.reason if error else None) is reason
    assert error is None or "/cache/a.lock" in error.problem


@pytest.mark.parametrize(
    ("messages", "damaged"),
    [
        ("fatal: not a git repository: '/cache/a.git'", True),
        ("error: object file objects/ab/cd is empty", True),
        ("fatal: bad object refs/heads/main", True),
        ("fatal: unterminated line in /cache/packed-refs: 0123", True),
        ("fatal: early EOF", False),
        ("fatal: '/srv/a.git' does not appear to be a git repository", False),
    ],
)
def test_damage_of_the_clone_is_told_from_faults_of_the_server(messages: str, damaged: bool) -> None:  # noqa: FBT001 - a column
    assert is_damage(_completed(messages)) is damaged
