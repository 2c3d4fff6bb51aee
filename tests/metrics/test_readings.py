"""What a scrape reads of a real resolver: its clones and its catalog."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from argosy.agent.metrics import Metrics, Readings, RepositoryReading, readings_of
from argosy.resolver.catalog import Lookups
from argosy.resolver.errors import RetryLater
from argosy.resolver.manifests import Namespace
from argosy.resolver.resolver import Resolver
from argosy.resolver.search import Question
from argosy.resolver.sources import RepositoryAlias
from tests.resolver.template_repositories import Bench, TemplateRepository, workflow

if TYPE_CHECKING:
    from pathlib import Path

QUESTION = Question(Namespace("default"))
MAIN = RepositoryAlias("main")


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path / "cache")


@pytest.fixture
def templates(tmp_path: Path) -> TemplateRepository:
    repository = TemplateRepository.create(tmp_path / "templates")
    repository.commit("v1.0.0", hello="image:1")
    return repository


def observed(resolver: Resolver, metrics: Metrics) -> Resolver:
    """As the agent wires them."""
    watched = Resolver(resolver.settings, replace(resolver.surroundings, fetched=metrics.fetched))
    metrics.read_from(lambda: readings_of(watched, resolver.surroundings.clock))
    return watched


def test_before_anything_was_fetched_there_is_nothing_to_read(bench: Bench, templates: TemplateRepository) -> None:
    resolver = bench.resolver(templates.configured())

    assert readings_of(resolver, bench.clock) == Readings(
        (RepositoryReading(MAIN, None, 0),), {"index": Lookups(0, 0), "manifest": Lookups(0, 0)}
    )


def test_the_age_of_the_refs_is_told_by_the_clock(bench: Bench, templates: TemplateRepository) -> None:
    resolver = bench.resolver(templates.configured())
    resolver.resolve(workflow("v1.0.0"), QUESTION)
    bench.clock.now += 42

    (reading,) = readings_of(resolver, bench.clock).repositories

    assert reading.refs_age_seconds == 42
    assert reading.clone_bytes > 0


def test_a_clone_from_the_future_is_of_now(bench: Bench, templates: TemplateRepository) -> None:
    resolver = bench.resolver(templates.configured())
    resolver.resolve(workflow("v1.0.0"), QUESTION)
    bench.clock.now -= 42

    assert [one.refs_age_seconds for one in readings_of(resolver, bench.clock).repositories] == [0]


def test_a_repository_that_cannot_be_used_hides_no_other(bench: Bench, templates: TemplateRepository) -> None:
    wrong = replace(templates.configured("wrong"), url="ext::sh -c true")
    resolver = bench.resolver(wrong, templates.configured())
    resolver.resolve(workflow("v1.0.0", repository="main"), QUESTION)

    readings = {one.alias: one.refs_age_seconds for one in readings_of(resolver, bench.clock).repositories}

    assert readings == {"wrong": None, "main": 0}


def test_what_a_resolver_does_is_counted(bench: Bench, templates: TemplateRepository) -> None:
    metrics = Metrics("1")
    resolver = observed(bench.resolver(templates.configured()), metrics)
    for _ in range(3):
        resolver.resolve(workflow("v1.0.0"), QUESTION)

    lines = metrics.exposition()[0].decode().splitlines()

    assert 'argosy_fetches_total{outcome="fetched",reason="",repository="main"} 1.0' in lines
    assert 'argosy_catalog_lookups_total{cache="manifest",result="hit"} 2.0' in lines
    assert 'argosy_catalog_lookups_total{cache="manifest",result="miss"} 1.0' in lines
    assert 'argosy_repository_up{repository="main"} 1.0' in lines


def test_a_repository_that_does_not_answer_is_counted_and_down(bench: Bench, tmp_path: Path) -> None:
    metrics = Metrics("1")
    gone = TemplateRepository(tmp_path / "gone")
    resolver = observed(bench.resolver(gone.configured()), metrics)
    with pytest.raises(RetryLater):
        resolver.resolve(workflow("v1.0.0"), QUESTION)

    lines = metrics.exposition()[0].decode().splitlines()

    assert 'argosy_fetches_total{outcome="failed",reason="GitUnreachable",repository="main"} 1.0' in lines
    assert 'argosy_repository_up{repository="main"} 0.0' in lines
