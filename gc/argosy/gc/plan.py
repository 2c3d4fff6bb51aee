"""What becomes of each delivered template, and why: pure, with the time as an argument.

The first row that holds decides::

    holds                                              becomes     because
    -------------------------------------------------  ----------  ---------------
    another installation delivered it, or nobody       kept        NotOurs
    it is being deleted already                        kept        Ending
    it is delivered always                             kept        AlwaysDelivered
    a user keeps it by annotation                      kept        KeptByUser
    it was used within the time to live                kept        Fresh
    a Workflow or CronWorkflow uses it                 kept        InUse
    a template that is kept for a row above refers     kept        ReferredTo
    its announcement cannot be read                    announced   Unreadable
    it is announced for later, or was postponed        kept        Announced
    it is announced, and the time has come             deleted     Due
    it is not announced, and there is a grace period   announced   Unused
    it is not announced, and there is none             deleted     Unused

What would be deleted is kept as ReferredTo while a template that stays, be it announced, refers to it.
What is kept although the time of its announcement has come loses the announcement, so that it is announced anew when
it is no longer kept: see `Action.WITHDRAW`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from argosy.gc.templates import moment, seconds_of
from argosy.gc.uses import uses_key

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from argosy.gc.templates import DeliveredTemplate, TemplateKey

__all__ = ["Action", "Decision", "Rules", "Why", "plan"]


class Action(StrEnum):
    """What is to be done with a template."""

    KEEP = "keep"
    ANNOUNCE = "announce"
    WITHDRAW = "withdraw"
    """Keep, and take the announcement away, whose time has come."""
    DELETE = "delete"


class Why(StrEnum):
    """The closed set of reasons."""

    NOT_OURS = "NotOurs"
    ENDING = "Ending"
    ALWAYS_DELIVERED = "AlwaysDelivered"
    KEPT_BY_USER = "KeptByUser"
    FRESH = "Fresh"
    IN_USE = "InUse"
    REFERRED_TO = "ReferredTo"
    UNREADABLE = "Unreadable"
    ANNOUNCED = "Announced"
    DUE = "Due"
    UNUSED = "Unused"


_WITHDRAWN: Final = frozenset({Why.KEPT_BY_USER, Why.IN_USE, Why.REFERRED_TO})
_FOR_GOOD: Final = frozenset({Why.ALWAYS_DELIVERED, Why.KEPT_BY_USER, Why.FRESH, Why.IN_USE})
"""What keeps a template and all that it refers to, announced or not."""
_GOING: Final = frozenset({Why.NOT_OURS, Why.ENDING})
"""What keeps nothing else: it is not ours to know, or gone in a moment."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What the operator has set, and who this installation is."""

    runner: str
    ttl_seconds: float
    grace_seconds: float = 0.0
    """0: what is unused is deleted without being announced."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of one template."""

    template: DeliveredTemplate
    action: Action
    why: Why
    detail: str
    """The reason as people read it."""
    delete_at: str = ""
    """From when it is deleted, where that is announced or to be announced."""


def plan(
    now: float, templates: Collection[DeliveredTemplate], usage: Mapping[TemplateKey, str], rules: Rules
) -> tuple[Decision, ...]:
    """A decision for each template, in their order; what `usage` names is in use by whom it says."""
    decided = {one.key: _decided(now, one, usage, rules) for one in templates}
    for key, user in _referred(decided, {key for key, one in decided.items() if one.why in _FOR_GOOD}).items():
        decided[key] = _kept(now, decided[key].template, Why.REFERRED_TO, f"{user} refers to it")
    # One that goes later still needs what it refers to. That was announced as well, so it keeps its own announcement.
    staying = {key for key, one in decided.items() if one.action is not Action.DELETE and one.why not in _GOING}
    for key, user in _referred(decided, staying).items():
        if decided[key].action is Action.DELETE:
            detail = f"{user}, which is not deleted yet, refers to it"
            decided[key] = replace(decided[key], action=Action.KEEP, why=Why.REFERRED_TO, detail=detail)
    return tuple(decided.values())


def _decided(now: float, template: DeliveredTemplate, usage: Mapping[TemplateKey, str], rules: Rules) -> Decision:
    if kept := _reason_to_keep(now, template, usage, rules):
        return _kept(now, template, *kept)
    unused = f"not used since {moment(template.last_used_at)}"
    if template.delete_at:
        delete_at = seconds_of(template.delete_at)
        if delete_at is None:
            anew = moment(now + max(rules.grace_seconds, rules.ttl_seconds))
            detail = f"{template.delete_at[:40]!r} is no time; announced anew"
            return Decision(template, Action.ANNOUNCE, Why.UNREADABLE, detail, anew)
        if now < delete_at:
            detail = f"{unused}; announced for {moment(delete_at)}"
            return Decision(template, Action.KEEP, Why.ANNOUNCED, detail, template.delete_at)
        detail = f"{unused}; was announced for {moment(delete_at)}"
        return Decision(template, Action.DELETE, Why.DUE, detail, template.delete_at)
    if rules.grace_seconds > 0:
        return Decision(template, Action.ANNOUNCE, Why.UNUSED, unused, moment(now + rules.grace_seconds))
    return Decision(template, Action.DELETE, Why.UNUSED, unused)


def _reason_to_keep(
    now: float, template: DeliveredTemplate, usage: Mapping[TemplateKey, str], rules: Rules
) -> tuple[Why, str] | None:
    user = usage.get(template.key)
    is_fresh = template.last_used_at >= now - rules.ttl_seconds
    reasons = (
        (template.runner != rules.runner, Why.NOT_OURS, "not delivered by this installation"),
        (template.is_ending, Why.ENDING, "is being deleted already"),
        (template.is_always_delivered, Why.ALWAYS_DELIVERED, "its repository is always delivered"),
        (template.is_kept, Why.KEPT_BY_USER, "kept by annotation"),
        (is_fresh, Why.FRESH, f"used at {moment(template.last_used_at)}"),
        (user is not None, Why.IN_USE, f"{user} uses it"),
    )
    return next(((why, detail) for holds, why, detail in reasons if holds), None)


def _kept(now: float, template: DeliveredTemplate, why: Why, detail: str) -> Decision:
    delete_at = seconds_of(template.delete_at)
    is_over = bool(template.delete_at) and (delete_at is None or delete_at <= now)
    if why in _WITHDRAWN and is_over:
        return Decision(template, Action.WITHDRAW, why, detail)
    return Decision(template, Action.KEEP, why, detail)


def _referred(decided: Mapping[TemplateKey, Decision], users: set[TemplateKey]) -> dict[TemplateKey, TemplateKey]:
    """What these refer to, however many steps away, without themselves; and which one does."""
    by_label: dict[str, list[TemplateKey]] = {}
    for key in decided:
        by_label.setdefault(uses_key(key.kind, key.name), []).append(key)
    found: dict[TemplateKey, TemplateKey] = {}
    pending = list(users)
    while pending:
        user = pending.pop()
        for label in decided[user].template.uses:
            for key in by_label.get(label, ()):
                if key not in users and key not in found and _reaches(user, key):
                    pending.append(key)
                    found[key] = user
    return {key: user for key, user in found.items() if decided[key].why not in _GOING}


def _reaches(user: TemplateKey, key: TemplateKey) -> bool:
    """What one for the whole cluster refers to may be in any namespace: that of whichever Workflow uses it."""
    return not user.namespace or not key.namespace or user.namespace == key.namespace
