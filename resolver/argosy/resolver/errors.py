"""What can go wrong, told by what to do next.

::

    ArgosyError
    ├── Denied          the author of the Workflow must change something; trying again changes nothing
    ├── RetryLater      git or the network is at fault; the same request may succeed after `delay` seconds
    └── Misconfigured   the operator must change the settings

Every text is a problem, the place it was met at, and a remedy. No text holds a secret: what looks like one is
taken out when the error is made.
"""

from __future__ import annotations

import re
from contextlib import contextmanager
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Generator

__all__ = ["ArgosyError", "Denied", "Misconfigured", "Reason", "RetryLater", "located", "redacted"]


class Reason(StrEnum):
    """The closed set of causes: what a program, a metric or an alert tells apart."""

    AMBIGUOUS_NAME = "AmbiguousName"
    AMBIGUOUS_VERSION = "AmbiguousVersion"
    CACHE_NOT_WRITABLE = "CacheNotWritable"
    CERTIFICATE_UNUSABLE = "CertificateUnusable"
    CLONE_DAMAGED = "CloneDamaged"
    CLUSTER_FORBIDDEN = "ClusterForbidden"
    CLUSTER_UNAVAILABLE = "ClusterUnavailable"
    DISK_FULL = "DiskFull"
    DUPLICATE_DEFINITION = "DuplicateDefinition"
    DYNAMIC_REFERENCE = "DynamicReference"
    FORBIDDEN_PATH = "ForbiddenPath"
    FORBIDDEN_REPOSITORY = "ForbiddenRepository"
    FORBIDDEN_VERSION = "ForbiddenVersion"
    GIT_AUTHENTICATION = "GitAuthentication"
    GIT_PROTOCOL = "GitProtocol"
    GIT_RATE_LIMITED = "GitRateLimited"
    GIT_TIMEOUT = "GitTimeout"
    GIT_UNREACHABLE = "GitUnreachable"
    IMAGE_NOT_IMPORTED = "ImageNotImported"
    INTERNAL = "Internal"
    INVALID_MANIFEST = "InvalidManifest"
    INVALID_SETTINGS = "InvalidSettings"
    INVALID_VERSION = "InvalidVersion"
    LABEL_MOVED = "LabelMoved"
    LIMIT_EXCEEDED = "LimitExceeded"
    MERGED_DIFFERENTLY = "MergedDifferently"
    MERGE_CONFLICT = "MergeConflict"
    NAME_TAKEN = "NameTaken"
    NOT_DELIVERED = "NotDelivered"
    NOT_FETCHED = "NotFetched"
    SHADOWED_BRANCH = "ShadowedBranch"
    STALE_VERSION = "StaleVersion"
    TAG_MOVED = "TagMoved"
    TEMPLATE_NOT_FOUND = "TemplateNotFound"
    UNFLATTENABLE = "Unflattenable"
    UNKNOWN_REPOSITORY = "UnknownRepository"
    UNSUPPORTED_REFERENCE = "UnsupportedReference"
    VARIABLE_NOT_IMPORTED = "VariableNotImported"
    VERSION_NOT_FOUND = "VersionNotFound"
    VOLUME_NOT_IMPORTED = "VolumeNotImported"


# What follows a scheme up to an "@" is a credential, but for the user that git servers have for ssh; so is the value
# of these headers and query parameters.
_USERINFO = re.compile(r"(?<=://)(?!git@)[^/\s@]+(?:@[^/\s@]+)*@")
_HEADER = re.compile(
    r"(?i)\b(authorization|private-token|x-[a-z-]{0,40}token)\s*[:=]\s*(?:(?:basic|bearer|token)\s+)?\S+"
)
_QUERY = re.compile(r"(?i)([?&](?:access_token|private_token|token|password|key|sig|signature)=)[^&\s'\"]+")


def redacted(text: str) -> str:
    """The text without URL credentials, authorization headers and tokens in queries.

    >>> redacted("cannot read https://me:s3cr3t@git.example/a.git?token=abc")
    'cannot read https://***@git.example/a.git?token=***'
    """
    if ":" not in text and "=" not in text:
        # Each of the patterns has one of them, and most texts have none.
        return text
    text = _USERINFO.sub("***@", text)
    text = _HEADER.sub(r"\1: ***", text)
    return _QUERY.sub(r"\1***", text)


class ArgosyError(Exception):
    """A problem with its machine-readable reason, the place it was met at (may come later), and a remedy."""

    def __init__(self, reason: Reason, problem: str, *, remedy: str = "", site: str = "") -> None:
        self.reason = reason
        self.problem = redacted(problem)
        self.remedy = redacted(remedy)
        self.site = site
        super().__init__(self.problem)

    def __reduce__(self) -> tuple[object, ...]:
        # As it is, for copies and other processes: what an exception is made of by default is its text alone.
        return _made_again, (type(self), self.args), self.__dict__

    def __str__(self) -> str:
        place = f"{self.site}: " if self.site else ""
        remedy = f"; {self.remedy}" if self.remedy else ""
        return f"{place}{self.problem}{remedy}"


def _made_again(kind: type[ArgosyError], arguments: tuple[object, ...]) -> ArgosyError:
    return kind.__new__(kind, *arguments)


class Denied(ArgosyError):
    """Final: the author of the Workflow must change something."""


class RetryLater(ArgosyError):
    """Git or the network is at fault: the same request may succeed in `delay` seconds."""

    def __init__(self, reason: Reason, problem: str, *, remedy: str = "", site: str = "", delay: float = 5.0) -> None:
        super().__init__(reason, problem, remedy=remedy, site=site)
        self.delay = delay


class Misconfigured(ArgosyError):
    """The operator must change the settings."""


@contextmanager
def located(site: str) -> Generator[None]:
    """Give an error that knows no place yet the place of the reference being resolved.

    >>> with located("spec.templates[0].steps[0][0].templateRef"):
    ...     raise Denied(Reason.TEMPLATE_NOT_FOUND, "no such template")
    Traceback (most recent call last):
    argosy.resolver.errors.Denied: spec.templates[0].steps[0][0].templateRef: no such template
    """
    try:
        yield
    except ArgosyError as error:
        error.site = error.site or site
        raise
