"""The names a repository has for its commits, as they were at the last fetch."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from argosy.resolver.sources import CommitId


def _none() -> Mapping[str, CommitId]:
    return {}


@dataclass(frozen=True, slots=True)
class Refs:
    """Every tag and branch with the commit it points to (annotated tags peeled), and what is known of their past."""

    tags: Mapping[str, CommitId] = field(default_factory=_none)
    """Without `refs/tags/`."""
    branches: Mapping[str, CommitId] = field(default_factory=_none)
    """Without `refs/heads/`."""
    others: Mapping[str, CommitId] = field(default_factory=_none)
    """By full name, as `refs/pull/7/head`: only those that were asked for and fetched by name."""
    default_branch: str = ""
    fetched_at: float = 0.0
    """Epoch seconds of the last fetch that succeeded."""
    moved_tags: Mapping[str, CommitId] = field(default_factory=_none)
    """Tags that point elsewhere than they first did, with the commit they were first seen at."""
