"""What is decided about one object: flattened, sent by reference, checked, left alone, or refused.

==============================  ==========================================================================
Workflow, plain controller      flattened
Workflow, Strict or Secure      reference mode: such a controller refuses templates in a Workflow
CronWorkflow                    checked as its next Workflow will be, and left as it is
CronWorkflow, resolveAt         flattened, as a Workflow is
  Creation
==============================  ==========================================================================
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

from argosy.agent.admission.ticks import ResolveAt, resolve_at, tick_of
from argosy.agent.admission.verdicts import Verdict, refusal
from argosy.agent.delivery.deliverability import check_deliverable, without_undeliverable
from argosy.agent.delivery.delivering import Order
from argosy.agent.delivery.using import used_by
from argosy.agent.metrics import Outcome
from argosy.resolver import contract
from argosy.resolver.errors import ArgosyError, Denied, Reason
from argosy.resolver.flattened import Mode
from argosy.resolver.search import Question

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from argosy.agent.admission.reviews import AdmissionRequest
    from argosy.agent.delivery.using import Used
    from argosy.resolver.flattened import Flattened
    from argosy.resolver.manifests import Manifest
    from argosy.resolver.resolver import Resolver

__all__ = ["Admitter", "Controller", "Delivery"]

_SPEC: Final = "spec."


class Controller(Protocol):
    """What matters of Argo's workflow-controller in this cluster."""

    @property
    def needs_references(self) -> bool:
        """Whether it is Strict or Secure, so that a Workflow may only refer to WorkflowTemplates."""
        ...

    @property
    def reserved_template_names(self) -> Collection[str]:
        """The names of templates in its workflowDefaults, which are merged into every Workflow."""
        ...


class Delivery(Protocol):
    """Brings WorkflowTemplates into the cluster."""

    def deliver(self, order: Order, flattened: Flattened, *, at_hand: bool = False) -> None:
        """What the object refers to is in place on return. Raises RetryLater where it is not yet, and Denied; with
        `at_hand` Cold instead of waiting for anything.
        """
        ...


@dataclass(frozen=True, slots=True)
class Admitter:
    """Decides about requests; threads may share it."""

    resolver: Callable[[], Resolver]
    """The one of the settings that hold now."""
    controller: Callable[[], Controller]
    delivery: Delivery
    runner: str
    """This installation, as the label `workflows.pipekit.io/runner` names it."""
    ttl_seconds: Callable[[], float]
    """After how long without use a delivered template is swept."""

    def decide(self, request: AdmissionRequest, *, deadline_seconds: float, at_hand: bool = False) -> Verdict:
        """The verdict, whatever happens. With `at_hand` it raises Cold instead of waiting for anything."""
        try:
            return self._decided(request, deadline_seconds, at_hand=at_hand)
        except ArgosyError as error:
            return refusal(error)

    def _decided(self, request: AdmissionRequest, deadline_seconds: float, *, at_hand: bool) -> Verdict:
        if request.kind == "CronWorkflow":
            if resolve_at(request.manifest) is ResolveAt.TICK:
                return self._checked(request, deadline_seconds, at_hand=at_hand)
            flattened = self._resolved(request, request.manifest, Mode.FLATTEN, deadline_seconds, at_hand=at_hand)
            return self._changed(request, flattened, Outcome.PINNED)
        if self.controller().needs_references:
            return self._referenced(request, deadline_seconds, at_hand=at_hand)
        flattened = self._resolved(request, request.manifest, Mode.FLATTEN, deadline_seconds, at_hand=at_hand)
        return self._changed(request, flattened, Outcome.FLATTENED)

    def _referenced(self, request: AdmissionRequest, deadline_seconds: float, *, at_hand: bool) -> Verdict:
        flattened = self._resolved(request, request.manifest, Mode.REFERENCE, deadline_seconds, at_hand=at_hand)
        if flattened.deliveries:
            check_deliverable(flattened, self.resolver().repositories)
        if flattened.deliveries and not request.dry_run:
            self.delivery.deliver(self._order(request, Mode.REFERENCE), flattened, at_hand=at_hand)
        return self._changed(request, flattened, Outcome.REFERENCED)

    def _checked(self, request: AdmissionRequest, deadline_seconds: float, *, at_hand: bool) -> Verdict:
        """Refused now, where somebody reads it, rather than at each tick, where nobody does."""
        tick = tick_of(request.manifest)
        try:
            flattened = self._resolved(request, tick, Mode.FLATTEN, deadline_seconds, at_hand=at_hand)
        except ArgosyError as error:
            error.site = _in_cron_workflow(error.site)
            raise
        delivered = without_undeliverable(flattened, self.resolver().repositories)
        if delivered.taken and not request.dry_run:
            self.delivery.deliver(self._order(request, Mode.FLATTEN), delivered, at_hand=at_hand)
        outcome = Outcome.CHECKED if flattened.taken else Outcome.UNCHANGED
        used = self._used(request, flattened, outcome)
        return Verdict(outcome, notices=flattened.notices, taken=flattened.taken, used=used)

    def _changed(self, request: AdmissionRequest, flattened: Flattened, outcome: Outcome) -> Verdict:
        if not flattened.taken:
            return Verdict(Outcome.UNCHANGED, notices=flattened.notices)
        used = self._used(request, flattened, outcome)
        return Verdict(outcome, flattened.manifest, flattened.notices, flattened.taken, used=used)

    def _used(self, request: AdmissionRequest, flattened: Flattened, outcome: Outcome) -> Used | None:
        delivered = without_undeliverable(flattened, self.resolver().repositories)
        if request.dry_run or not delivered.taken:
            return None
        mode = Mode.REFERENCE if outcome is Outcome.REFERENCED else Mode.FLATTEN
        return used_by(delivered, request.namespace, request.uid, mode)

    def _order(self, request: AdmissionRequest, mode: Mode) -> Order:
        return Order(request.namespace, request.uid, mode, self.ttl_seconds())

    def _resolved(
        self, request: AdmissionRequest, manifest: Manifest, mode: Mode, deadline_seconds: float, *, at_hand: bool
    ) -> Flattened:
        if not request.namespace:
            raise Denied(Reason.INVALID_MANIFEST, "the request names no namespace", remedy="Workflows are namespaced")
        return self.resolver().resolve(
            manifest,
            Question(request.namespace, deadline_seconds=deadline_seconds),
            mode=mode,
            labels={contract.RUNNER: self.runner, contract.RUN_UUID: request.uid},
            reserved=self.controller().reserved_template_names,
            at_hand=at_hand,
        )


def _in_cron_workflow(site: str) -> str:
    """A place in the Workflow of a tick, as its author knows it."""
    return f"spec.workflowSpec.{site.removeprefix(_SPEC)}" if site.startswith(_SPEC) else site
