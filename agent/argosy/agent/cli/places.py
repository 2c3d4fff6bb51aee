"""From `[ALIAS=]URL-OR-PATH` to a repository that can be read."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pygit2

from argosy.resolver.errors import Misconfigured, Reason
from argosy.resolver.repositories import Credentials, Repository
from argosy.resolver.sources import PullPolicy

if TYPE_CHECKING:
    from argosy.resolver.sources import RepositoryAlias

_NAMED: Final = re.compile(r"(?P<alias>[A-Za-z0-9][-A-Za-z0-9_.]*)=(?P<where>.+)", re.DOTALL)
# git's own rule: a colon before the first slash, where the text is not a URL.
_SCP_LIKE: Final = re.compile(r"[^/:]+:(?!//)")


@dataclass(frozen=True, slots=True)
class Place:
    """What one `--repo` says; the alias is empty where none was given."""

    alias: str
    where: str

    @property
    def local(self) -> bool:
        """Whether this is a folder of this machine."""
        return "://" not in self.where and not _SCP_LIKE.match(self.where)


def parse_place(text: str) -> Place:
    """The alias and the URL or path of one `--repo`.

    >>> parse_place("science=git@git.example:science/templates.git")
    Place(alias='science', where='git@git.example:science/templates.git')
    """
    named = _NAMED.fullmatch(text)
    place = Place(named["alias"], named["where"]) if named else Place("", text)
    if not place.where.strip() or place.where.startswith("-"):
        raise _wrong(
            f"{text!r} names no repository", "write a URL or a path, as https://git.example/templates.git or ."
        )
    return place


def repository_at(place: Place, alias: RepositoryAlias) -> Repository:
    """The repository, read with the git credentials of the person who runs the command.

    One on this machine is cheap to ask, so what was committed or tagged a moment ago is seen.
    """
    if place.local:
        url = _local_repository(place.where)
        ambient = Credentials(ambient=True)
        return Repository(alias, url, credentials=ambient, pull_policy=PullPolicy.ALWAYS, freshness_seconds=0)
    return Repository(alias, place.where, credentials=Credentials(ambient=True))


def checked_out(repository: Repository) -> str:
    """The version of what is checked out in a local repository now; empty for one elsewhere, or without commits.

    A clone learns the default branch of its repository once in a while; a person changes branches more often.
    """
    if not repository.url.startswith("/"):
        return ""
    opened = _opened(repository.url, repository.url)
    if opened.head_is_unborn:
        return ""
    return str(opened.head.target) if opened.head_is_detached else f"branch:{opened.head.shorthand}"


def _local_repository(where: str) -> str:
    """The absolute path of the repository that a folder is, or is in. Raises Misconfigured when it is in none."""
    folder = Path(where).expanduser()
    if not folder.is_dir():
        raise _wrong(f"there is no folder {where}", "write a URL, or the path of a git repository")
    opened = _opened(str(folder.absolute()), where)
    return str(Path(opened.workdir or opened.path))


def _opened(folder: str, shown: str) -> pygit2.Repository:
    try:
        found = pygit2.discover_repository(folder)
        if not found:
            raise _wrong(f"{shown} is not in a git repository", "write a URL, or the path of a git repository")
        return pygit2.Repository(found)
    except pygit2.GitError as error:
        raise _wrong(f"{shown} cannot be read as a git repository: {error}", "look at it with git status") from error


def _wrong(problem: str, remedy: str) -> Misconfigured:
    return Misconfigured(Reason.INVALID_SETTINGS, problem, site="--repo", remedy=remedy)
