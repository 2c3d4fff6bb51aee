"""A name becomes a commit once a request: what git does meanwhile mixes no two states of a branch."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from argosy.resolver.asked import Asked
from argosy.resolver.errors import Denied, Reason
from argosy.resolver.lookup import Found, Wanted
from argosy.resolver.manifests import Namespace, ResourceName
from argosy.resolver.search import Question, Search
from argosy.resolver.sources import Origin, PullPolicy
from tests.resolver.template_repositories import Bench, TemplateRepository, workflow

if TYPE_CHECKING:
    from pathlib import Path

QUESTION = Question(Namespace("default"))


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path / "cache")


@pytest.fixture
def templates(tmp_path: Path) -> TemplateRepository:
    repository = TemplateRepository.create(tmp_path / "templates")
    repository.commit("v1.0.0", hello="image:1", other="image:1")
    return repository


def _found(search: Search, wanted: Wanted) -> Found:
    found = search(wanted)
    assert found is not None
    return found


def test_a_branch_that_moves_during_a_request_is_one_commit_for_all_of_it(
    bench: Bench, templates: TemplateRepository
) -> None:
    resolver = bench.resolver(templates.configured(freshness_seconds=0))
    asked = Asked(version="branch:main", pull_policy=PullPolicy.ALWAYS)
    search = resolver.search(QUESTION)
    first = _found(search, Wanted("WorkflowTemplate", ResourceName("hello"), "a", asked))
    second = templates.commit(hello="image:2", other="image:2")
    bench.clock.now += 100

    next_request = _found(resolver.search(QUESTION), Wanted("WorkflowTemplate", ResourceName("other"), "d", asked))
    same_version = _found(search, Wanted("WorkflowTemplate", ResourceName("other"), "b", asked))
    called_by_it = _found(search, Wanted("WorkflowTemplate", ResourceName("other"), "c", origin=first.resource.origin))

    assert same_version.resource.origin == first.resource.origin
    assert called_by_it.resource.origin == first.resource.origin
    assert next_request.resource.origin == Origin(first.resource.origin.repository, second)


@pytest.mark.parametrize(
    "alias",
    [
        "https://git.example/evil.git",
        "git@git.example:evil.git",
        "file:///etc",
        "/etc",
        "../templates",
        "ext::sh -c id",
        "--upload-pack=id",
        "MAIN",
        "*",
    ],
)
def test_what_is_no_alias_of_the_settings_is_no_repository(
    alias: str, bench: Bench, templates: TemplateRepository
) -> None:
    with pytest.raises(Denied) as caught:
        bench.resolver(templates.configured()).resolve(workflow("v1.0.0", repository=alias), QUESTION)

    assert caught.value.reason is Reason.UNKNOWN_REPOSITORY
    assert not bench.cache.exists()
