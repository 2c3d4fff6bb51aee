"""What the webhook costs beside a no-op in the same server, and beside the same webhook in Go, in turn."""

from __future__ import annotations

import statistics
from contextlib import ExitStack, closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from benchmarks.agents import ADMIT, bench_agent
from benchmarks.generator import load_generator
from benchmarks.golang import go_webhook
from benchmarks.load import Job
from benchmarks.measuring import ROUNDS, Medians, Row
from benchmarks.submissions import LARGE, SMALL, VERSION
from tests.golang.builds import GoUnavailableError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from benchmarks.agents import BenchAgent
    from benchmarks.generator import LoadGenerator
    from benchmarks.load import Measured
    from benchmarks.scene import Scene
    from benchmarks.submissions import Submission

CONNECTIONS = (1, 16, 64)
SECONDS = 0.7
_OPEN = 64
_GO = "warm req/s / those of the same webhook in Go, 3 KB, 16 connections"
_BUSY = 0.9
"""From here on the generator may be what is measured; such a row says so."""


def rows(scene: Scene) -> Iterator[Row]:
    with bench_agent(scene, "webhook") as agent, load_generator() as generator:
        for submission in (SMALL, LARGE):
            agent.warm(submission, VERSION)
            for connections in CONNECTIONS:
                yield from _beside_noop(agent, generator, submission, connections)
        yield _beside_go(scene, agent, generator)
        yield _memory(scene, agent)


@dataclass(frozen=True, slots=True)
class Rounds:
    """Two jobs that were done in turn."""

    measured: Sequence[Measured]
    reference: Sequence[Measured]

    def medians(self, of: Callable[[Measured], float]) -> Medians:
        return Medians(*(statistics.median(map(of, one)) for one in (self.measured, self.reference)))


def alternated(generator: LoadGenerator, measured: Job, reference: Job, rounds: int = ROUNDS) -> Rounds:
    """Do both jobs in turn, each as often."""
    both = [(generator.measure(measured), generator.measure(reference)) for _ in range(rounds)]
    return Rounds([one for one, _ in both], [other for _, other in both])


def rate_of(measured: Measured) -> float:
    """Answers a second."""
    return measured.answers / measured.seconds


def rates(medians: Medians) -> str:
    """How many answers a second there were, for the last column."""
    return f"{medians.measured:,.0f} / {medians.reference:,.0f} req/s"


def _beside_noop(
    agent: BenchAgent, generator: LoadGenerator, submission: Submission, connections: int
) -> Iterator[Row]:
    asked, idle = (job(submission, connections, SECONDS) for job in (agent.admission, agent.noop))
    found = alternated(generator, asked, idle)
    where = f"warm admission / no-op, {submission.name}, {connections} connection{'s' if connections > 1 else ''}"
    budget = {(SMALL, 1): 1.6, (LARGE, 1): 4.0}.get((submission, connections))
    half, tail = found.medians(lambda one: one.p50), found.medians(lambda one: one.p99)
    yield Row(f"{where}: p50", half.ratio, budget, detail=half.detail)
    yield Row(f"{where}: p99", tail.ratio, detail=tail.detail)
    if connections > 1:
        rate = found.medians(rate_of)
        budget = 0.45 if (submission, connections) == (SMALL, 16) else None
        limit = ", the generator at its limit" if found.medians(lambda one: one.busy).reference > _BUSY else ""
        yield Row(f"{where}: req/s", rate.ratio, budget, at_least=True, detail=f"{rates(rate)}{limit}")


def _beside_go(scene: Scene, agent: BenchAgent, generator: LoadGenerator) -> Row:
    with ExitStack() as stack:
        try:
            other = stack.enter_context(go_webhook(scene.folder))
        except GoUnavailableError:
            return Row(_GO, None, 1.5, at_least=True, detail="needs go")
        job = Job(other.port, ADMIT, SMALL.body(), str(other.ca_file), 16, SECONDS)
        rate = alternated(generator, agent.admission(SMALL, 16, SECONDS), job).medians(rate_of)
    return Row(_GO, rate.ratio, 1.5, at_least=True, detail=rates(rate))


def _memory(scene: Scene, agent: BenchAgent) -> Row:
    """After all of the load, with as many connections open as a busy API server has, twice over."""
    with ExitStack() as stack:
        for _ in range(_OPEN):
            client = stack.enter_context(closing(agent.client()))
            client.request("POST", ADMIT, SMALL.body())
            assert b'"patch":"' in client.getresponse().read()
        goal = f"MB resident, agent with its child, {scene.shape.templates} templates, {_OPEN} TLS connections"
        return Row(goal, agent.resident(), 200)
