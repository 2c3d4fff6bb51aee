"""One sweep: what is stale, who uses it, what is decided, and doing it.

::

    stale templates        listed by a selector that the API server evaluates: the cost follows them
    those of a namespace   planned together; those of the whole cluster last, when what referred to them may be gone
    who uses them          asked only where one of them is about to be announced or deleted
    who refers to them     asked for each of those, by label
    announce, delete       on the condition that it is as it was listed: a stamp in between wins

A namespace that fails is told, and left for the next sweep.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from enum import StrEnum
from math import ceil
from typing import TYPE_CHECKING, Final, Protocol

from argosy.gc.plan import Action, Decision, Rules, plan
from argosy.gc.templates import ALWAYS, delivered_template
from argosy.gc.usage import usage_of
from argosy.gc.uses import uses_selector
from argosy.resolver import contract
from argosy.resolver.errors import ArgosyError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from argosy.gc.templates import DeliveredTemplate, TemplateKey
    from argosy.gc.usage import Usage
    from argosy.resolver.manifests import JsonObject, Manifest, ResourceKind

__all__ = ["Cluster", "Outcome", "Report", "Result", "Row", "Sweep"]

KINDS: Final[tuple[ResourceKind, ...]] = ("WorkflowTemplate", "ClusterWorkflowTemplate")


class Outcome(StrEnum):
    """What the cluster did about a request that changes something."""

    DONE = "done"
    CHANGED = "changed"
    """Somebody has written to the object since it was listed, and it stays as it is."""
    GONE = "gone"
    """Somebody else has deleted it."""


class Cluster(Protocol):
    """Where delivered templates and their users are. Every method raises RetryLater and Misconfigured."""

    def templates(
        self, kind: ResourceKind, namespace: str, selector: str, *, whole: bool = False
    ) -> Iterator[JsonObject]:
        """With their metadata, or whole; an empty namespace means all of them. Read page by page."""
        ...

    def workflows(self, namespace: str) -> Iterator[Manifest]: ...

    def cron_workflows(self, namespace: str) -> Iterator[Manifest]: ...

    def announce(self, template: DeliveredTemplate, delete_at: str) -> Outcome:
        """Write from when it is deleted; an empty text takes the announcement away."""
        ...

    def delete(self, template: DeliveredTemplate) -> Outcome: ...


class Result(StrEnum):
    """What became of a decision."""

    KEPT = "kept"
    ANNOUNCED = "announced"
    WITHDRAWN = "withdrawn"
    DELETED = "deleted"
    CHANGED = "changed meanwhile"
    GONE = "gone meanwhile"
    PLANNED = "planned"
    """A dry run changes nothing."""
    FAILED = "failed"
    LEFT = "left"
    """Another one leads from now on."""


_DONE: Final = {Action.ANNOUNCE: Result.ANNOUNCED, Action.WITHDRAW: Result.WITHDRAWN, Action.DELETE: Result.DELETED}
_MISSED: Final = {Outcome.CHANGED: Result.CHANGED, Outcome.GONE: Result.GONE}
_GRAVE: Final = (Action.ANNOUNCE, Action.DELETE)


@dataclass(frozen=True, slots=True)
class Row:
    """One template that looked stale."""

    decision: Decision
    result: Result


@dataclass(slots=True)
class Report:
    """All that a sweep came to, in the order in which it happened."""

    rows: list[Row] = field(default_factory=list[Row])
    problems: list[tuple[str, ArgosyError]] = field(default_factory=list[tuple[str, ArgosyError]])
    """What failed, with the namespace; empty for the whole cluster."""
    was_stopped: bool = False


def _always() -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Sweep:
    """One sweep, to be run once."""

    cluster: Cluster
    rules: Rules
    now: float
    """Epoch seconds."""
    namespace: str = ""
    """The only one that is looked at, without what belongs to the whole cluster; empty for all."""
    is_dry: bool = False
    may_act: Callable[[], bool] = _always
    """Asked before each change: whoever no longer leads stops there."""
    report: Report = field(default_factory=Report)

    def run(self) -> Report:
        """Never raises ArgosyError: what fails is in the report."""
        groups = self._stale()
        for namespace in sorted(groups, key=lambda name: (not name, name)):
            if not self._goes_on():
                break
            try:
                decisions = self._decisions(namespace, groups[namespace])
            except ArgosyError as error:
                self.report.problems.append((namespace, error))
                self._note(plan(self.now, groups[namespace], {}, self.rules), Result.FAILED)
            else:
                self._act(namespace, decisions)
        return self.report

    def _stale(self) -> dict[str, list[DeliveredTemplate]]:
        """By namespace."""
        groups: dict[str, list[DeliveredTemplate]] = defaultdict(list)
        for kind in KINDS if not self.namespace else KINDS[:1]:
            try:
                for one in self._stale_of(kind):
                    groups[one.key.namespace].append(one)
            except ArgosyError as error:
                self.report.problems.append((self.namespace, error))
        return groups

    def _stale_of(self, kind: ResourceKind) -> Iterator[DeliveredTemplate]:
        ours = f"{contract.RUNNER}={self.rules.runner}"
        not_always = f"{contract.DELIVER}!={ALWAYS}"
        cutoff = ceil(self.now - self.rules.ttl_seconds)
        stale = f"{ours},{contract.LAST_USED_TIMESTAMP}<{cutoff},{not_always}"
        # What an earlier release delivered has no stamp, which no comparison finds, and no labels of what it uses.
        unstamped = f"{ours},!{contract.LAST_USED_TIMESTAMP},{not_always}"
        for selector, whole in ((stale, False), (unstamped, True)):
            for manifest in self.cluster.templates(kind, self.namespace, selector, whole=whole):
                yield delivered_template(kind, manifest)

    def _decisions(self, namespace: str, group: list[DeliveredTemplate]) -> tuple[Decision, ...]:
        """Planned with ever more knowledge, as long as something would be announced or deleted by what is known."""
        usage: Usage = {}
        for learn in (self._users, self._referring):
            decisions = plan(self.now, group, usage, self.rules)
            candidates = [one.template for one in decisions if one.action in _GRAVE]
            if not candidates:
                return decisions
            usage = {**learn(namespace, group, candidates), **usage}
        return plan(self.now, group, usage, self.rules)

    def _users(self, namespace: str, _: list[DeliveredTemplate], __: list[DeliveredTemplate]) -> Usage:
        return usage_of(self.cluster.workflows(namespace), self.cluster.cron_workflows(namespace))

    def _referring(self, _: str, group: list[DeliveredTemplate], candidates: list[DeliveredTemplate]) -> Usage:
        """Those of the same group are left out: the plan knows what becomes of them."""
        planned = {one.key for one in group}
        users = {one.key: self._referring_to(one.key, planned) for one in candidates}
        return {key: str(user) for key, user in users.items() if user}

    def _referring_to(self, key: TemplateKey, planned: set[TemplateKey]) -> TemplateKey | None:
        selector = f"{contract.RUNNER}={self.rules.runner},{uses_selector(key.kind, key.name)}"
        for kind in KINDS:
            namespace = key.namespace if kind == "WorkflowTemplate" else ""
            for manifest in self.cluster.templates(kind, namespace, selector):
                user = delivered_template(kind, manifest)
                if user.key not in planned and not user.is_ending:
                    return user.key
        return None

    def _act(self, namespace: str, decisions: tuple[Decision, ...]) -> None:
        pending = iter(decisions)
        for decision in pending:
            if decision.action is Action.KEEP:
                self._note([decision], Result.KEPT)
            elif self.is_dry:
                self._note([decision], Result.PLANNED)
            elif not self._goes_on():
                self._note([decision, *pending], Result.LEFT)
            else:
                try:
                    self._note([decision], self._done(decision))
                except ArgosyError as error:
                    # What one object of a namespace fails with, the next would most likely fail with too.
                    self.report.problems.append((namespace, error))
                    self._note([decision, *pending], Result.FAILED)

    def _done(self, decision: Decision) -> Result:
        if decision.action is Action.DELETE:
            outcome = self.cluster.delete(decision.template)
        else:
            outcome = self.cluster.announce(decision.template, decision.delete_at)
        return _MISSED.get(outcome, _DONE[decision.action])

    def _goes_on(self) -> bool:
        if not self.report.was_stopped and not self.may_act():
            self.report.was_stopped = True
        return not self.report.was_stopped

    def _note(self, decisions: Iterable[Decision], result: Result) -> None:
        """What is kept anyway did not fail."""
        self.report.rows.extend(Row(one, Result.KEPT if one.action is Action.KEEP else result) for one in decisions)
