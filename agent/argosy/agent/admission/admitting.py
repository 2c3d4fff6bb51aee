"""What is decided about one object: flattened, sent by reference, checked, left alone, or refused.

==============================  ==========================================================================
Workflow, plain controller      flattened; in reference mode where that cannot be, with a warning
Workflow, Strict or Secure      reference mode: such a controller refuses templates in a Workflow
CronWorkflow                    checked as its next Workflow will be, and left as it is
CronWorkflow, resolveAt         as a Workflow
  Creation
==============================  ==========================================================================
"""

from __future__ import annotations

from dataclasses import dataclass, replace
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
from argosy.resolver.notices import Notice
from argosy.resolver.search import Question

if TYPE_CHECKING:
    from collections.abc import Callable

    from argosy.agent.admission.reviews import AdmissionRequest
    from argosy.agent.delivery.using import Used
    from argosy.resolver.flatten import WorkflowDefaults
    from argosy.resolver.flattened import Flattened
    from argosy.resolver.manifests import Manifest
    from argosy.resolver.resolver import Resolver

__all__ = ["Admitter", "Controller", "Delivery"]

_SPEC: Final = "spec."
_FOR_REFERENCE_MODE: Final = frozenset({Reason.LIMIT_EXCEEDED, Reason.UNFLATTENABLE, Reason.DYNAMIC_REFERENCE})
"""Why a Workflow cannot be flattened that may well refer to its templates."""


class Controller(Protocol):
    """What matters of Argo's workflow-controller in this cluster."""

    @property
    def needs_references(self) -> bool:
        """Whether it is Strict or Secure, so that a Workflow may only refer to WorkflowTemplates."""
        ...

    @property
    def defaults(self) -> WorkflowDefaults | None:
        """Its workflowDefaults, which are merged into every Workflow; None where nobody knows them."""
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
        is_cron = request.kind == "CronWorkflow"
        if is_cron and resolve_at(request.manifest) is ResolveAt.TICK:
            return self._checked(request, deadline_seconds, at_hand=at_hand)
        flattened, mode = self._runnable(request, request.manifest, deadline_seconds, at_hand=at_hand)
        if mode is Mode.REFERENCE and flattened.deliveries and not request.dry_run:
            self.delivery.deliver(self._order(request, mode), flattened, at_hand=at_hand)
        outcome = Outcome.REFERENCED if mode is Mode.REFERENCE else Outcome.FLATTENED
        return self._changed(request, flattened, Outcome.PINNED if is_cron else outcome, mode)

    def _runnable(
        self, request: AdmissionRequest, manifest: Manifest, deadline_seconds: float, *, at_hand: bool
    ) -> tuple[Flattened, Mode]:
        """The form in which the controller will run it; what speaks against flattening is then a warning."""
        if self.controller().needs_references:
            return self._by_reference(request, manifest, deadline_seconds, at_hand=at_hand), Mode.REFERENCE
        try:
            return self._resolved(request, manifest, Mode.FLATTEN, deadline_seconds, at_hand=at_hand), Mode.FLATTEN
        except Denied as denied:
            if denied.reason not in _FOR_REFERENCE_MODE:
                raise
            unflattenable = denied
        try:
            flattened = self._by_reference(request, manifest, deadline_seconds, at_hand=at_hand)
        except Denied as error:
            raise _neither(unflattenable, error) from error
        text = f"it refers to delivered WorkflowTemplates instead of being flattened: {unflattenable.problem}"
        notice = Notice(unflattenable.reason, text, unflattenable.site)
        return replace(flattened, notices=(*flattened.notices, notice)), Mode.REFERENCE

    def _by_reference(
        self, request: AdmissionRequest, manifest: Manifest, deadline_seconds: float, *, at_hand: bool
    ) -> Flattened:
        flattened = self._resolved(request, manifest, Mode.REFERENCE, deadline_seconds, at_hand=at_hand)
        if flattened.deliveries:
            check_deliverable(flattened, self.resolver().repositories)
        return flattened

    def _checked(self, request: AdmissionRequest, deadline_seconds: float, *, at_hand: bool) -> Verdict:
        """Refused now, where somebody reads it, rather than at each tick, where nobody does."""
        tick = tick_of(request.manifest)
        try:
            flattened, _ = self._runnable(request, tick, deadline_seconds, at_hand=at_hand)
        except ArgosyError as error:
            error.site = _in_cron_workflow(error.site)
            raise
        delivered = without_undeliverable(flattened, self.resolver().repositories)
        if delivered.taken and not request.dry_run:
            self.delivery.deliver(self._order(request, Mode.FLATTEN), delivered, at_hand=at_hand)
        outcome = Outcome.CHECKED if flattened.taken else Outcome.UNCHANGED
        used = self._used(request, flattened, Mode.FLATTEN)
        return Verdict(outcome, notices=flattened.notices, taken=flattened.taken, used=used)

    def _changed(self, request: AdmissionRequest, flattened: Flattened, outcome: Outcome, mode: Mode) -> Verdict:
        if not flattened.taken:
            return Verdict(Outcome.UNCHANGED, notices=flattened.notices)
        used = self._used(request, flattened, mode)
        return Verdict(outcome, flattened.manifest, flattened.notices, flattened.taken, used=used)

    def _used(self, request: AdmissionRequest, flattened: Flattened, mode: Mode) -> Used | None:
        delivered = without_undeliverable(flattened, self.resolver().repositories)
        if request.dry_run or not delivered.taken:
            return None
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
            defaults=self.controller().defaults,
            at_hand=at_hand,
        )


def _neither(unflattenable: Denied, by_reference: Denied) -> Denied:
    """Why it can be run in neither form; what is wrong with it in both is told once."""
    if by_reference.reason is unflattenable.reason:
        return by_reference
    remedy = f"in reference mode, {by_reference}"
    return Denied(unflattenable.reason, unflattenable.problem, site=unflattenable.site, remedy=remedy)


def _in_cron_workflow(site: str) -> str:
    """A place in the Workflow of a tick, as its author knows it."""
    return f"spec.workflowSpec.{site.removeprefix(_SPEC)}" if site.startswith(_SPEC) else site
