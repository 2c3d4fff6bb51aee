"""What is at hand is answered without git and without reading; anything else is Cold, never half an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from argosy.resolver.cold import Cold
from argosy.resolver.manifests import Namespace
from argosy.resolver.search import Question
from tests.resolver.template_repositories import Bench, TemplateRepository, images, workflow

if TYPE_CHECKING:
    from pathlib import Path

QUESTION = Question(Namespace("default"))


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path / "cache")


@pytest.fixture
def templates(tmp_path: Path) -> TemplateRepository:
    repository = TemplateRepository.create(tmp_path / "templates")
    repository.commit("v1.0.0", hello="image:1")
    return repository


@pytest.mark.parametrize("version", ["v1.0.0", "tag:v1.0.0", "main", "^1", "latest"])
def test_what_was_resolved_once_is_at_hand_even_when_the_repository_is_gone(
    bench: Bench, templates: TemplateRepository, version: str
) -> None:
    resolver = bench.resolver(templates.configured())
    with pytest.raises(Cold):
        resolver.resolve(workflow(version), QUESTION, at_hand=True)
    first = resolver.resolve(workflow(version), QUESTION)
    templates.folder.rename(templates.folder.with_name("gone"))

    assert resolver.resolve(workflow(version), QUESTION, at_hand=True) == first
    assert images(first.manifest) == ["image:1"]


def test_a_commit_is_at_hand_by_its_id_and_by_the_beginning_of_it(bench: Bench, templates: TemplateRepository) -> None:
    resolver = bench.resolver(templates.configured())
    commit = templates.git("rev-parse", "HEAD")
    resolver.resolve(workflow(commit), QUESTION)

    for version in (commit, commit[:8]):
        assert images(resolver.resolve(workflow(version), QUESTION, at_hand=True).manifest) == ["image:1"]


@pytest.mark.parametrize("version", ["v9.9.9", "main", "0123456789abcdef0123456789abcdef01234567", "refs/pull/1/head"])
def test_what_git_must_be_asked_for_is_cold(bench: Bench, templates: TemplateRepository, version: str) -> None:
    resolver = bench.resolver(templates.configured())
    resolver.resolve(workflow("v1.0.0"), QUESTION)
    bench.clock.now += 3600

    with pytest.raises(Cold):
        resolver.resolve(workflow(version), QUESTION, at_hand=True)


def test_a_damaged_clone_is_not_mended_by_who_must_not_wait(bench: Bench, templates: TemplateRepository) -> None:
    resolver = bench.resolver(templates.configured())
    resolver.resolve(workflow("v1.0.0"), QUESTION)
    mirror = resolver.mirror(templates.configured())
    mirror.path.rename(mirror.path.with_name("gone"))

    with pytest.raises(Cold):
        resolver.resolve(workflow("v1.0.0"), QUESTION, at_hand=True)
    assert not mirror.path.exists()


def test_a_workflow_that_asks_for_nothing_is_always_at_hand(bench: Bench, templates: TemplateRepository) -> None:
    manifest = workflow()

    assert bench.resolver(templates.configured()).resolve(manifest, QUESTION, at_hand=True).manifest is manifest
