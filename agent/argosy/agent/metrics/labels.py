"""The closed sets that labels take their values of, whatever a caller says."""

from __future__ import annotations

from enum import Enum, StrEnum
from typing import Final

__all__ = ["OTHER", "Delivered", "Kind", "Outcome", "Reloaded", "Swept", "bounded", "flag"]

OTHER: Final = "other"
"""Stands for every value outside its set."""


class Kind(StrEnum):
    """The objects that are admitted."""

    WORKFLOW = "Workflow"
    CRON_WORKFLOW = "CronWorkflow"


class Outcome(StrEnum):
    """What became of an admission."""

    FLATTENED = "flattened"
    REFERENCED = "referenced"
    """Sent through reference mode."""
    UNCHANGED = "unchanged"
    """Nothing in it asked for a version, or nothing was left to do."""
    PINNED = "pinned"
    """A CronWorkflow whose versions were taken when it was made."""
    CHECKED = "checked"
    """A CronWorkflow whose references resolve, and that stays as it is."""
    DENIED = "denied"
    RETRY = "retry"
    """Git or the API server is at fault: the same request may succeed later."""
    FAILED = "failed"
    """A fault of the agent's own, or of its settings."""


class Delivered(StrEnum):
    """What became of a WorkflowTemplate that was to be delivered."""

    CREATED = "created"
    UPDATED = "updated"
    STAMPED = "stamped"
    """It was there already, and its use was noted."""
    FOREIGN = "foreign"
    """Somebody else's object has that name, and it was left alone."""
    FAILED = "failed"


class Swept(StrEnum):
    """What became of a delivered WorkflowTemplate that looked unused."""

    DELETED = "deleted"
    ANNOUNCED = "announced"
    KEPT = "kept"
    """It turned out to be in use, or was used meanwhile."""
    FAILED = "failed"


class Reloaded(StrEnum):
    """What became of settings that were read anew."""

    APPLIED = "applied"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


def bounded(value: str | None, known: type[StrEnum]) -> str:
    """The value where it is one of the set; empty for None; `other` for all else.

    >>> bounded("flattened", Outcome), bounded("my-namespace", Outcome), bounded(None, Outcome)
    ('flattened', 'other', '')
    """
    if value is None:
        return ""
    return str(value) if value in known.__members__.values() else OTHER


def flag(*, on: bool) -> str:
    """A truth as Prometheus' own exporters write it."""
    return "true" if on else "false"


def name_of(member: Enum | None) -> str:
    """The name of a member of a closed set, in lower case; empty for None."""
    return member.name.lower() if member else ""
