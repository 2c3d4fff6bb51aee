"""A resolver with new settings is as warm as the one before: mirrors, what was read, and the reading process stay."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from argosy.resolver.catalog.child import Child
from argosy.resolver.errors import Denied, Reason
from argosy.resolver.manifests import Namespace
from argosy.resolver.policy import Policy, Rule
from argosy.resolver.resolver import Resolver, Surroundings
from argosy.resolver.search import Question
from argosy.resolver.settings import ResolverSettings
from tests.resolver.template_repositories import Bench, Clock, TemplateRepository, images, workflow

if TYPE_CHECKING:
    from pathlib import Path

    from argosy.resolver.repositories import Repository

QUESTION = Question(Namespace("default"))


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path / "cache")


@pytest.fixture
def templates(tmp_path: Path) -> TemplateRepository:
    repository = TemplateRepository.create(tmp_path / "templates")
    repository.commit("v1.0.0", hello="image:1")
    return repository


def settings(*repositories: Repository, policy: Policy | None = None) -> ResolverSettings:
    return ResolverSettings(repositories, policy or Policy())


def test_only_what_changed_gets_another_mirror(bench: Bench, templates: TemplateRepository) -> None:
    same, changed, gone = (templates.configured(alias) for alias in ("same", "changed", "gone"))
    resolver = bench.resolver(same, changed, gone)
    before = {one.alias: resolver.mirror(one) for one in (same, changed, gone)}
    newer = replace(changed, freshness_seconds=1.0)

    renewed = resolver.with_settings(settings(same, newer))

    assert renewed.mirrors == (before[same.alias],)
    assert renewed.mirror(newer).repository == newer
    assert renewed.catalog is resolver.catalog
    assert set(renewed.repositories) == {same.alias, changed.alias}


def test_what_was_at_hand_stays_at_hand(bench: Bench, templates: TemplateRepository) -> None:
    resolver = bench.resolver(templates.configured())
    resolver.resolve(workflow("v1.0.0"), QUESTION)

    renewed = resolver.with_settings(settings(templates.configured(), templates.configured("other")))

    asked = workflow("v1.0.0", repository="main")
    assert images(renewed.resolve(asked, QUESTION, at_hand=True).manifest) == ["image:1"]


def test_a_new_policy_holds_for_what_is_at_hand_too(bench: Bench, templates: TemplateRepository) -> None:
    resolver = bench.resolver(templates.configured())
    resolver.resolve(workflow("v1.0.0"), QUESTION)

    renewed = resolver.with_settings(settings(templates.configured(), policy=Policy((Rule(namespaces=("prod",)),))))

    with pytest.raises(Denied) as caught:
        renewed.resolve(workflow("v1.0.0"), QUESTION, at_hand=True)
    assert caught.value.reason is Reason.FORBIDDEN_REPOSITORY


def test_the_former_one_goes_on_answering(bench: Bench, templates: TemplateRepository) -> None:
    resolver = bench.resolver(templates.configured())

    resolver.with_settings(settings(templates.configured("other")))

    assert images(resolver.resolve(workflow("v1.0.0"), QUESTION).manifest) == ["image:1"]


def test_the_reading_process_survives_and_is_ended_by_closing_any_of_them(
    tmp_path: Path, templates: TemplateRepository
) -> None:
    clock = Clock()
    surroundings = Surroundings(tmp_path / "cache", {"PATH": os.environ["PATH"]}, clock=clock, parse_in_child=True)
    with Resolver(settings(templates.configured()), surroundings) as resolver:
        resolver.resolve(workflow("v1.0.0"), QUESTION)
        child = resolver.catalog._reader
        assert isinstance(child, Child)
        pid = child.pid

        renewed = resolver.with_settings(settings(templates.configured()))
        templates.commit("v2.0.0", hello="image:2")
        clock.now += 60
        renewed.resolve(workflow("v2.0.0"), QUESTION)
        assert pid is not None
        assert child.pid == pid

    assert child.pid is None
    renewed.close()
    assert child.pid is None
