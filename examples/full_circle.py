"""Shows the life of a delivered template: submitted, delivered, used, announced, postponed, gone, and back again.

Everything is real but the cluster, which is in memory, and the time, which is moved instead of waited for.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.table import Table

from argosy.agent.delivery import MemoryTemplates, UseDelivery
from argosy.agent.delivery.settling import Settling
from argosy.agent.delivery.using import used_by
from argosy.agent.metrics import Metrics
from argosy.agent.sweeping.memory_objects import MemoryObjects
from argosy.gc.plan import Rules
from argosy.gc.sweeping import Sweep
from argosy.gc.templates import delivered_template, moment
from argosy.resolver.flattened import Mode
from argosy.resolver.manifests import Namespace
from argosy.resolver.search import Question

if TYPE_CHECKING:
    from collections.abc import Callable

    from rich.console import Console

    from argosy.resolver.manifests import Manifest
    from argosy.resolver.resolver import Resolver

HOUR = 3600.0
DAY = 24 * HOUR
RULES = Rules("argosy-agent-demo", ttl_seconds=DAY, grace_seconds=7 * DAY)
TEAM = Namespace("team")


@dataclass(slots=True)
class Clock:
    """Epoch seconds, moved by hand."""

    now: float

    def __call__(self) -> float:
        return self.now


@dataclass(frozen=True, slots=True)
class Circle:
    """An agent's delivery and sweeper over one memory."""

    resolver: Resolver
    clock: Clock
    templates: MemoryTemplates
    uses: UseDelivery

    def submit(self, workflow: Manifest) -> str:
        """What the agent does once a Workflow was admitted."""
        flattened = self.resolver.resolve(workflow, Question(TEAM))
        self.uses.take(used_by(flattened, TEAM, "run-1", Mode.FLATTEN))
        self.uses.tick()
        names = ", ".join(found.resource.name for found in flattened.taken)
        return f"flattened, with {names} delivered and stamped"

    def sweep(self) -> str:
        """One sweep, and what it says."""
        report = Sweep(MemoryObjects(self.templates), RULES, self.clock.now).run()
        return "; ".join(f"{row.result}: {row.decision.detail}" for row in report.rows) or "nothing is unused"

    def postpone(self, days: float) -> str:
        """As `argosy gc postpone` does it."""
        until = moment(self.clock.now + days * DAY)
        objects = MemoryObjects(self.templates)
        for one in objects.templates("WorkflowTemplate", TEAM, f"workflows.pipekit.io/runner={RULES.runner}"):
            objects.announce(delivered_template("WorkflowTemplate", one), until)
        return f"announced for {until}"


def show(console: Console, resolver: Resolver, workflow: Manifest, started: float) -> None:
    """Print a line for each thing that happens, with what stands in the cluster afterwards."""
    clock = Clock(started)
    templates, metrics = MemoryTemplates(clock), Metrics("demo")
    uses = UseDelivery(
        templates,
        RULES.runner,
        clock,
        Settling(settle_seconds=0),
        metrics.delivered,
        metrics.use_dropped,
        publish=console.print,
    )
    circle = Circle(resolver, clock, templates, uses)
    table = Table("day", "what happens", "what becomes of it", "delivered templates afterwards", expand=True)
    steps: tuple[tuple[float, str, Callable[[], str]], ...] = (
        (0.0, "a Workflow is submitted", lambda: circle.submit(workflow)),
        (0.5, "it is submitted again", lambda: circle.submit(workflow)),
        (1.0, "the sweeper runs", circle.sweep),
        (2.0, "the sweeper runs", circle.sweep),
        (3.0, "a user postpones", lambda: circle.postpone(10)),
        (10.0, "the sweeper runs", circle.sweep),
        (14.0, "the sweeper runs", circle.sweep),
        (15.0, "the Workflow is submitted again", lambda: circle.submit(workflow)),
    )
    for day, what, action in steps:
        clock.now = started + day * DAY
        outcome = action()
        table.add_row(f"{day:g}", what, outcome, _standing(templates))
    console.rule("[bold]From use to sweep: TEMPLATE_TTL=24h, GRACE_PERIOD=7d")
    console.print(table)


def _standing(templates: MemoryTemplates) -> str:
    standing = (delivered_template("WorkflowTemplate", {**one}) for one in templates.listed())
    return "\n".join(f"{one.key.name}, used {moment(one.last_used_at)}" for one in standing) or "none"
