"""Commits and refs made up for choosing among them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from argosy.resolver.manifests import ResourceName
from argosy.resolver.refs import Refs
from argosy.resolver.sources import CommitId
from argosy.resolver.versions import Selection, parse_version, select

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence


def commit(number: int) -> CommitId:
    """The commit of a small number: its digits are at the end, and nothing begins with seven zeros but these."""
    return CommitId(f"{number:040x}")


@dataclass
class MemoryCommits:
    """A clone that holds these commits."""

    held: Sequence[CommitId] = ()
    asked: list[str] = field(default_factory=list)

    def contains(self, commit: CommitId) -> bool:
        return commit in self.held

    def expand(self, abbreviation: str) -> Sequence[CommitId]:
        self.asked.append(abbreviation)
        return [one for one in self.held if one.startswith(abbreviation)]


def refs_of(tags: Mapping[str, int] | None = None, branches: Mapping[str, int] | None = None) -> Refs:
    """Refs that point to the commits of small numbers."""
    return Refs(
        tags={name: commit(number) for name, number in (tags or {}).items()},
        branches={name: commit(number) for name, number in (branches or {}).items()},
        default_branch="main",
    )


def select_text(
    text: str,
    refs: Refs,
    *,
    tag_format: str = "{version}",
    resource: str = "greet",
    held: Sequence[CommitId] = (),
    tells: Callable[[str], bool] = lambda _: True,
) -> Selection:
    """What a text means among refs."""
    request = parse_version(text)
    commits = MemoryCommits(held)
    return select(request, refs, tag_format=tag_format, resource=ResourceName(resource), commits=commits, tells=tells)
