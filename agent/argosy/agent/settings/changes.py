"""What differs between two settings, and from when on it holds: at once, or at the next start."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    from argosy.agent.settings.tree import AgentSettings
    from argosy.resolver.settings import ResolverSettings

__all__ = ["Change", "change_between"]

LIVE: Final = {
    "resolver": "",
    "deadline_seconds": "webhook.deadline",
    "log_format": "logs.format",
    "log_level": "logs.level",
    "template_ttl_seconds": "templateTTL",
    "grace_period_seconds": "gracePeriod",
}
"""What holds at once, by its key; the resolver's part is told in more detail."""
AT_START: Final = {
    "cache": "cache",
    "catalog_budget_bytes": "catalogBudgetBytes",
    "webhook": "webhook",
    "max_body_bytes": "webhook.maxBodyBytes",
    "http": "http",
    "certificate": "certificate",
    "pushes": "pushes",
    "controller": "controller",
    "sweep_interval_seconds": "sweepInterval",
    "drain_seconds": "drain",
    "namespaces": "namespaces",
    "installation": "installation",
}
"""What is read once: ports that are listened at, folders that are open, what replicas agreed on."""


@dataclass(frozen=True, slots=True)
class Change:
    """How new settings come to hold."""

    settings: AgentSettings
    """The new ones where they hold at once, and the old ones elsewhere: what a running agent can have."""
    at_once: tuple[str, ...] = ()
    """What differs and holds with `settings`, in words or as a key."""
    at_start: tuple[str, ...] = ()
    """The keys that differ and wait for the next start."""


def change_between(old: AgentSettings, new: AgentSettings) -> Change:
    """From what holds to what is wanted."""
    differing = [one.name for one in fields(old) if getattr(old, one.name) != getattr(new, one.name)]
    live = {name: getattr(new, name) for name in differing if name in LIVE}
    at_once = [*_differences(old.resolver, new.resolver), *(LIVE[name] for name in live if LIVE[name])]
    at_start = [AT_START[name] for name in differing if name in AT_START]
    return Change(replace(old, **live), tuple(at_once), tuple(at_start))


def _differences(old: ResolverSettings, new: ResolverSettings) -> Iterator[str]:
    before = {one.alias: one for one in old.repositories}
    after = {one.alias: one for one in new.repositories}
    for alias in sorted(before.keys() | after.keys()):
        if before.get(alias) != after.get(alias):
            how = "changed" if alias in before and alias in after else "added" if alias in after else "removed"
            yield f"repository {alias} {how}"
    if list(before) != list(after) and before.keys() == after.keys():
        yield "order of repositories"
    if old.policy != new.policy:
        yield "policy"
