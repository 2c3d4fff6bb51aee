"""How warm answers fare while all templates of other versions are read, in the agent's child process."""

from __future__ import annotations

import statistics
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from benchmarks.agents import bench_agent
from benchmarks.generator import load_generator
from benchmarks.measuring import ROUNDS, Medians, Row
from benchmarks.repository import Shape
from benchmarks.scene import scene
from benchmarks.submissions import SMALL, VERSION

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.agents import BenchAgent
    from benchmarks.generator import LoadGenerator

_SECONDS = 1.0
_SPARE = 3
"""Versions more than rounds, for machines that read one in less than a round."""


def rows(templates: int) -> Iterator[Row]:
    # Each commit changes every file, so that each version that nobody asked for has all of them to be read.
    shape = Shape(templates=templates, commits=ROUNDS + _SPARE + 1, changed=templates)
    # Nothing is held to a core: the agent, its child and the generator have what there is.
    with (
        scene(shape) as changing,
        bench_agent(changing, "indexing", core=None) as agent,
        load_generator(core=None) as generator,
    ):
        agent.warm(SMALL, VERSION)
        unseen = iter(shape.tags[1:])
        rounds = [(_idle(agent, generator), _indexing(agent, generator, unseen)) for _ in range(ROUNDS)]
    idle, busy = (statistics.median(times) for times in zip(*rounds, strict=True))
    medians = Medians(busy, idle)
    yield Row(f"warm p99 while {templates} templates are indexed / idle", medians.ratio, 4, detail=medians.detail)


def _idle(agent: BenchAgent, generator: LoadGenerator) -> float:
    return generator.measure(agent.admission(SMALL, 1, _SECONDS)).p99


def _indexing(agent: BenchAgent, generator: LoadGenerator, unseen: Iterator[str]) -> float:
    """Versions that were not seen are asked for, one after the other, until the warm answers are measured."""
    with ThreadPoolExecutor(1) as thread:
        measured = thread.submit(generator.measure, agent.admission(SMALL, 1, _SECONDS))
        while not measured.done():
            agent.warm(SMALL, next(unseen))
    return measured.result().p99
