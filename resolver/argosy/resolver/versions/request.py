"""What a user wrote as a version, and everything it may mean.

==========================  =======================================================
40 hexadecimal digits       that commit, always
``refs/...``                the ref of that full name
``tag:`` ``branch:``        the tag or branch of that name, and nothing else
``commit:``                 the commit, whole or abbreviated
``latest``                  the highest stable semantic version among the tags
``HEAD``                    the default branch
``v1.2.3`` ``1.2.3``        the tag of that version, else as any other name
any other name              a tag, else a branch, else a range, else an abbreviated commit
``^1`` ``>=1.2 <2`` ...     a range: these cannot be names
==========================  =======================================================

Names are looked up among the refs that were fetched. No text reaches git's own parser of revisions.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from argosy.resolver.errors import Denied, Reason
from argosy.resolver.sources import CommitId
from argosy.resolver.versions.ranges import Range, parse_range
from argosy.resolver.versions.ref_names import is_ref_name
from argosy.resolver.versions.semver import parse_semver

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["MAX_LENGTH", "VersionRequest", "parse_version"]

MAX_LENGTH = 250
"""Characters of a version: git itself allows names of about this length on common file systems."""

_COMMIT = re.compile(r"[0-9a-fA-F]{40}")
_ABBREVIATION = re.compile(r"[0-9a-fA-F]{7,39}")
_REVISION_SYNTAX = re.compile(r"[~^:]|@\{|\.\.")


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionRequest:
    """The readings of a version; None and False are those that it does not have."""

    text: str
    """As it was written, without the space around it."""
    commit: CommitId | None = None
    """This very commit, which must be in the clone before `select` can answer."""
    ref: str | None = None
    """The full name of a ref that is neither tag nor branch, which must have been fetched by name."""
    version: str | None = None
    """A full semantic version without its `v`: the tag of it, as the tag format says."""
    tag: str | None = None
    branch: str | None = None
    range: Range | None = None
    abbreviation: str | None = None
    """The beginning of a commit id, in lower case."""
    latest: bool = False
    head: bool = False


@lru_cache(maxsize=1024)
def parse_version(text: str) -> VersionRequest:
    """The readings of what a user wrote; raises Denied(INVALID_VERSION) when there are none.

    >>> parse_version("branch:feature/x").branch
    'feature/x'
    """
    text = text.strip(" ")
    if not 0 < len(text) <= MAX_LENGTH:
        raise _refused(f"a version has 1 to {MAX_LENGTH} characters, not {len(text)}")
    if not text.isprintable():
        raise _refused(f"{text!r} holds characters that cannot be printed")
    if text.startswith("-"):
        raise _refused(f"{text!r} begins with a hyphen, as an option of a command does")
    prefix, colon, rest = text.partition(":")
    if colon and prefix in _TYPED:
        return _TYPED[prefix](text, rest)
    return _untyped(text)


def _untyped(text: str) -> VersionRequest:
    if _COMMIT.fullmatch(text):
        return VersionRequest(text=text, commit=CommitId(text.lower()))
    if text == "latest":
        return VersionRequest(text=text, latest=True)
    if text == "HEAD":
        return VersionRequest(text=text, head=True)
    if text.startswith("refs/"):
        return _full_name(text)
    return _name_or_range(text)


def _full_name(text: str) -> VersionRequest:
    if not is_ref_name(text):
        raise _refused_name(text, text)
    if text.startswith("refs/tags/"):
        return VersionRequest(text=text, tag=text.removeprefix("refs/tags/"))
    if text.startswith("refs/heads/"):
        return VersionRequest(text=text, branch=text.removeprefix("refs/heads/"))
    return VersionRequest(text=text, ref=text)


def _name_or_range(text: str) -> VersionRequest:
    name = text if is_ref_name(text) else None
    abbreviation = text.lower() if _ABBREVIATION.fullmatch(text) else None
    # Seven digits are a commit rather than a major number: nobody has released that often.
    versions = None if abbreviation else parse_range(text)
    if not name and not versions:
        raise _refused_name(text, text)
    return VersionRequest(
        text=text,
        version=text.removeprefix("v") if parse_semver(text) else None,
        tag=name,
        branch=name,
        range=versions,
        abbreviation=abbreviation,
    )


def _tag(text: str, name: str) -> VersionRequest:
    if not is_ref_name(name):
        raise _refused_name(text, name)
    return VersionRequest(text=text, tag=name)


def _branch(text: str, name: str) -> VersionRequest:
    if not is_ref_name(name):
        raise _refused_name(text, name)
    return VersionRequest(text=text, branch=name)


def _commit(text: str, digits: str) -> VersionRequest:
    if _COMMIT.fullmatch(digits):
        return VersionRequest(text=text, commit=CommitId(digits.lower()))
    if _ABBREVIATION.fullmatch(digits):
        return VersionRequest(text=text, abbreviation=digits.lower())
    raise _refused(f"{text!r} is no commit: an id has 40 hexadecimal digits, an abbreviation at least 7 of them")


_TYPED: Mapping[str, Callable[[str, str], VersionRequest]] = {"tag": _tag, "branch": _branch, "commit": _commit}


def _refused_name(text: str, name: str) -> Denied:
    if _REVISION_SYNTAX.search(name) or name == "@":
        return _refused(f"{text!r} is neither a name nor a range: git's revision syntax (~ ^ : @ ..) is not read")
    return _refused(f"{text!r} is neither a name that git allows nor a range of versions")


def _refused(problem: str) -> Denied:
    return Denied(
        Reason.INVALID_VERSION,
        problem,
        remedy="write a tag, a branch, a commit, a full ref name (refs/...), latest, or a range such as ^1.2 or 1.x",
    )
