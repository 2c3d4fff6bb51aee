"""What git says on stderr, told as an error of ours: one table, and no secret in any text."""

from __future__ import annotations

import errno
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from argosy.resolver.errors import ArgosyError, Denied, Misconfigured, Reason, RetryLater
from argosy.resolver.mirror.commands import Ending

if TYPE_CHECKING:
    from argosy.resolver.mirror.commands import Completed
    from argosy.resolver.mirror.credentials import Secrets

MAX_RETRY_AFTER_SECONDS = 600.0
_MAX_MESSAGE_LENGTH = 300


@dataclass(frozen=True, slots=True)
class Meaning:
    """How one family of messages is told."""

    pattern: re.Pattern[str]
    kind: type[ArgosyError]
    reason: Reason
    remedy: str
    delay: float = 5.0


def _means(pattern: str, kind: type[ArgosyError], reason: Reason, remedy: str, delay: float = 5.0) -> Meaning:
    return Meaning(re.compile(pattern, re.IGNORECASE), kind, reason, remedy, delay)


# The first that matches speaks, so the particular stands before the general.
MEANINGS = (
    _means(
        r"no space left on device|disk quota exceeded|file too large|died of signal 25|cannot allocate memory",
        RetryLater,
        Reason.DISK_FULL,
        "give the cache folder more room",
        30.0,
    ),
    _means(
        r"not our ref|server does not allow request for unadvertised object|couldn't find remote ref"
        r"|bad object [0-9a-f]{40}|did not send all necessary objects",
        Denied,
        Reason.VERSION_NOT_FOUND,
        "ask for a version that the repository has",
    ),
    _means(
        r"returned error: 429|too many requests|rate limit|returned error: 503.*retry",
        RetryLater,
        Reason.GIT_RATE_LIMITED,
        "ask less often: raise freshness",
        30.0,
    ),
    _means(
        r"authentication failed|could not read (?:username|password)|returned error: 40[13]|permission denied \("
        r"|access denied|bad permissions|unprotected private key|load key .*:|repository access denied",
        RetryLater,
        Reason.GIT_AUTHENTICATION,
        "check the credentials of the repository, and what they may read",
        15.0,
    ),
    _means(
        r"host key verification failed|no .*host key is known|remote host identification has changed",
        RetryLater,
        Reason.GIT_AUTHENTICATION,
        "put the host's key into the known hosts of the repository",
        60.0,
    ),
    _means(
        r"ssl certificate problem|certificate verif|server certificate|gnutls_handshake|error setting certificate"
        r"|unable to get local issuer|no alternative certificate subject",
        RetryLater,
        Reason.GIT_AUTHENTICATION,
        "name the authority of the server's certificate as the caFile of the repository",
        60.0,
    ),
    _means(
        r"unable to update url base from redirection|returned error: 30[0-9]|redirect",
        Misconfigured,
        Reason.GIT_PROTOCOL,
        "redirects are not followed: write the URL that the server redirects to",
    ),
    _means(
        r"repository '.*' not found|returned error: 404|does not appear to be a git repository"
        r"|no such file or directory|repository not found|project you were looking for could not be found",
        RetryLater,
        Reason.GIT_UNREACHABLE,
        "check the URL of the repository, and what its credentials may read",
        30.0,
    ),
    _means(
        r"detected dubious ownership",
        Misconfigured,
        Reason.INVALID_SETTINGS,
        "the repository's folder must belong to the user who reads it",
    ),
    _means(
        r"fsck error|fsck failed",
        Misconfigured,
        Reason.GIT_PROTOCOL,
        "the repository holds an object that is malformed: run git fsck on it",
    ),
    _means(
        r"early eof|unexpected disconnect|index-pack failed|hung up unexpectedly|invalid index-pack|pack has bad"
        r"|pack signature mismatch|rpc failed|premature end|bad pack header|protocol error|expected flush"
        r"|bad line length|unable to parse|invalid server response|not valid: is this a git repository"
        r"|inflate returned|pack is corrupted",
        RetryLater,
        Reason.GIT_PROTOCOL,
        "",
    ),
    _means(
        r"could not resolve|connection refused|failed to connect|couldn't connect|connection timed out|connection reset"
        r"|network is unreachable|no route to host|unable to access|could not read from remote repository|hung up",
        RetryLater,
        Reason.GIT_UNREACHABLE,
        "",
    ),
)

DAMAGED = re.compile(
    r"not a git repository|object file .* is empty|(?:loose|packed) object .* is corrupt|unable to read tree"
    r"|packfile .* (?:cannot be accessed|does not match|claims to have|is far too short)|bad object (?:refs/|HEAD)"
    r"|index file .* is too small|non-monotonic index|(?:unexpected|unterminated) line in .*packed-refs"
    r"|missing object .* for refs/|cannot lock ref .*unable to resolve reference|unable to parse object"
    r"|is not a valid object|revision walk setup failed|could not parse commit|failed to traverse parents"
    r"|unable to read [0-9a-f]{40}|remote did not send all necessary|bad config line|bad ref for",
    re.IGNORECASE,
)

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
_NOT_WRITABLE = frozenset({errno.EACCES, errno.EEXIST, errno.EISDIR, errno.ENOTDIR, errno.EPERM, errno.EROFS})

_RETRY_AFTER = re.compile(r"retry-after:\s*(\d{1,6})\b", re.IGNORECASE)


def failure(action: str, completed: Completed, secrets: Secrets) -> ArgosyError:
    """The error that a command's end means; `action` is what was tried, with the repository's alias."""
    if completed.ending is Ending.DEADLINE:
        return RetryLater(Reason.GIT_TIMEOUT, f"{action} took too long", remedy="raise fetchTimeout if it always does")
    message = _message(completed, secrets)
    problem = f"{action} failed: {message}"
    for meaning in MEANINGS:
        if meaning.pattern.search(completed.messages):
            return _error(meaning, problem, completed)
    return RetryLater(Reason.GIT_PROTOCOL, problem)


def cache_failure(error: OSError) -> RetryLater | None:
    """The error that a refusal of the cache folder's disk means; None for what is no fault of that folder."""
    problem = f"the cache folder cannot be written: {error.strerror}: {error.filename}"
    if error.errno in _FULL:
        return RetryLater(Reason.DISK_FULL, problem, remedy="give the cache folder more room", delay=30.0)
    if error.errno in _NOT_WRITABLE:
        remedy = "give the folder to the account that runs this, on a disk that is not read-only"
        return RetryLater(Reason.CACHE_NOT_WRITABLE, problem, remedy=remedy, delay=30.0)
    return None


def is_damage(completed: Completed) -> bool:
    """Whether it is the clone, and not the server, that git complains about."""
    return completed.ending is Ending.EXITED and DAMAGED.search(completed.messages) is not None


def _error(meaning: Meaning, problem: str, completed: Completed) -> ArgosyError:
    if meaning.kind is not RetryLater:
        return meaning.kind(meaning.reason, problem, remedy=meaning.remedy)
    delay = _retry_after(completed.trace, meaning) or meaning.delay
    return RetryLater(meaning.reason, problem, remedy=meaning.remedy, delay=delay)


def _retry_after(trace: str, meaning: Meaning) -> float | None:
    if meaning.reason is not Reason.GIT_RATE_LIMITED:
        return None
    found = _RETRY_AFTER.findall(trace)
    return min(float(found[-1]), MAX_RETRY_AFTER_SECONDS) if found else None


def _message(completed: Completed, secrets: Secrets) -> str:
    """The line that tells most: the first fatal one, else the first error, else the last."""
    lines = [line.strip() for line in completed.messages.splitlines() if line.strip()]
    for mark in ("fatal:", "error:", "remote:"):
        chosen = [line for line in lines if line.lower().startswith(mark)]
        if chosen:
            return secrets.redact(chosen[0])[:_MAX_MESSAGE_LENGTH]
    return secrets.redact(lines[-1])[:_MAX_MESSAGE_LENGTH] if lines else f"git ended with status {completed.status}"
