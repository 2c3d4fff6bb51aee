"""The templates to be copied: all that is reached from the Workflow, each identity once, so that recursion ends."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from argosy.resolver.errors import Denied, Reason
from argosy.resolver.flatten.limits import too_deep, too_many_templates
from argosy.resolver.flatten.resolution import Base
from argosy.resolver.references import Form, Reference, answered_template
from argosy.resolver.variables import is_dynamic

if TYPE_CHECKING:
    from argosy.resolver.flatten.execution import Execution
    from argosy.resolver.flatten.holdings import Entry, Holding
    from argosy.resolver.flatten.resolution import Resolution
    from argosy.resolver.flattened import Identity

Calls: TypeAlias = "dict[str, Identity | None]"
"""What the references of one template, or of the Workflow, lead to, by their sites; None for one that stays."""

_RUNAWAY_FACTOR = 10
"""A closure is followed to its end to tell its size, but no further than this many times the limit."""


class Reached(NamedTuple):
    """A template to be copied."""

    site: str
    """That of the first reference to it."""
    holding: Holding
    entry: Entry
    calls: Calls


@dataclass(slots=True)
class Closure:
    """Walks breadth first, in reading order."""

    resolution: Resolution
    execution: Execution
    reserved: frozenset[str] = frozenset()
    reached: dict[Identity, Reached] = field(default_factory=dict)
    """In the order of identities, once all are found."""
    calls: Calls = field(default_factory=dict)
    """Those of the Workflow itself."""
    names_called: set[str] = field(default_factory=set)
    """Local names in the Workflow's templates and hooks: one without a template yet may get it from the controller's
    workflowDefaults."""
    called_by_defaults: list[str] = field(default_factory=list)
    """Sites of local names in the Workflow's templateDefaults."""
    _next: list[Identity] = field(default_factory=list)
    _known: frozenset[str] | None = None

    def walk(self) -> None:
        """Collect everything reachable; raises Denied where a reference cannot be followed."""
        self.execution.answered(lambda reference, base: self._note(reference, base, self.calls))
        depth = 1
        while self._next:
            level, self._next = self._next, []
            if depth > self.resolution.limits.max_depth:
                raise too_deep(self.resolution.limits, site=self.reached[level[0]].site)
            for identity in level:
                self._enter(identity)
            depth += 1
        self.reached = {identity: self.reached[identity] for identity in sorted(self.reached)}

    def _enter(self, identity: Identity) -> None:
        _, holding, entry, calls = self.reached[identity]
        if not entry.may_call:
            return
        base = Base(holding, identity.origin)

        def note(reference: Reference) -> None:
            self._note(reference, base, calls)

        answered_template(entry.template, entry.site, entry.asked, note)

    def _note(self, reference: Reference, base: Base, calls: Calls) -> None:
        if reference.form is Form.LOCAL and base.holding is None:
            self._note_local(reference, base)
            return
        identity = self.resolution.identity(reference, base)
        calls[reference.site] = identity
        if identity is None or identity in self.reached or self.execution.own_template(identity):
            return
        holding = self.resolution.holding_of(identity)
        entry = holding.entry(identity.template, site=reference.site)
        self.reached[identity] = Reached(reference.site, holding, entry, {})
        self._next.append(identity)
        limits = self.resolution.limits
        runaway = limits.max_templates * _RUNAWAY_FACTOR
        if len(self.reached) > runaway:
            raise too_many_templates(runaway, limits, site=self.execution.site)

    def _note_local(self, reference: Reference, base: Base) -> None:
        """The Workflow's own names never change. In what it adopted none may lead nowhere: Argo finds out late."""
        if reference.site.startswith(f"{self.execution.site}.templateDefaults."):
            self.called_by_defaults.append(reference.site)
        elif base.origin is None:
            self.names_called.add(reference.template)
        name = reference.template
        if base.origin is None or is_dynamic(name) or name in self.reserved:
            return
        if name not in self._own_names():
            raise Denied(
                Reason.TEMPLATE_NOT_FOUND,
                f"no template is named {name!r}",
                site=reference.site,
                remedy="correct the name in the WorkflowTemplate",
            )

    def _own_names(self) -> frozenset[str]:
        if self._known is None:
            self._known = frozenset(str(one.get("name")) for one in self.execution.spec.get("templates") or [])
        return self._known
