"""The versions that do have an object, told to whom asked for one that does not.

It is a courtesy at the end of a request that fails anyway, so it is bounded: the newest versions only, no network,
and only as long as `seconds`.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from argosy.resolver.errors import ArgosyError
from argosy.resolver.history import spans, versions_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from argosy.resolver.catalog import Entry
    from argosy.resolver.refs import Refs
    from argosy.resolver.sources import Revision

__all__ = ["versions_with"]

MAX_VERSIONS: Final = 40
MAX_SECONDS: Final = 0.3
MAX_SPANS: Final = 3


def versions_with(
    name: str,
    refs: Refs,
    tag_format: str,
    entries: Callable[[Revision], tuple[Entry, ...]],
    *,
    clock: Callable[[], float] = time.monotonic,
) -> str:
    """As `it is in v1.2.0 to v1.4.1 and on branch main`; empty where none is found in time.

    `entries` are the definitions at a version that the asker may use; where it raises, the version is passed over.
    """
    history = versions_of(refs, tag_format, name)
    has = _Has(entries, clock, clock() + MAX_SECONDS)
    branch = history.branches[:1] if refs.default_branch in refs.branches else ()
    on_branch = [f"on branch {one.name}" for one in branch if has(one)]
    newest = history.versions[:MAX_VERSIONS]
    held = {revision.ref for revision in newest if has(revision)}
    runs = spans(reversed(newest), lambda revision: revision.ref in held)
    told = [_run(first, last) for first, last in runs[-MAX_SPANS:]]
    places = [f"in {' and '.join(told)}"] if told else []
    return f"it is {' and '.join(places + on_branch)}" if places or on_branch else ""


@dataclass(frozen=True, slots=True)
class _Has:
    entries: Callable[[Revision], tuple[Entry, ...]]
    clock: Callable[[], float]
    deadline: float

    def __call__(self, revision: Revision) -> bool:
        try:
            return self.clock() < self.deadline and bool(self.entries(revision))
        except ArgosyError:
            return False


def _run(first: Revision, last: Revision) -> str:
    return first.name if first == last else f"{first.name} to {last.name}"
