"""From a label to a template, through a real clone of a real repository."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from argosy.resolver.errors import Denied, Reason, RetryLater
from argosy.resolver.manifests import Namespace
from argosy.resolver.repositories import MovedTag
from argosy.resolver.search import Question
from tests.resolver.template_repositories import Bench, TemplateRepository, images, workflow

if TYPE_CHECKING:
    from pathlib import Path

QUESTION = Question(Namespace("team-a"))


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path / "cache")


@pytest.fixture
def templates(tmp_path: Path) -> TemplateRepository:
    repository = TemplateRepository.create(tmp_path / "templates")
    repository.commit("v1.0.0", hello="image:1.0")
    repository.commit("v1.2.0", hello="image:1.2")
    repository.git("branch", "feature/x")
    repository.commit(hello="image:main")
    return repository


@pytest.mark.parametrize(
    ("version", "image"),
    [
        ("v1.0.0", "image:1.0"),
        ("^1", "image:1.2"),
        ("latest", "image:1.2"),
        ("feature/x", "image:1.2"),
        ("branch:main", "image:main"),
        ("refs/tags/v1.0.0", "image:1.0"),
    ],
)
def test_a_version_is_the_template_as_it_stood_there(
    version: str, image: str, bench: Bench, templates: TemplateRepository
) -> None:
    flattened = bench.resolver(templates.configured()).resolve(workflow(version), QUESTION)

    assert images(flattened.manifest) == [image]


def test_an_abbreviated_commit_is_the_template_at_that_commit(bench: Bench, templates: TemplateRepository) -> None:
    commit = templates.git("rev-parse", "v1.0.0")

    flattened = bench.resolver(templates.configured()).resolve(workflow(commit[:9]), QUESTION)

    assert [found.resource.origin.commit for found in flattened.taken] == [commit]


def test_a_commit_that_no_branch_reaches_any_more_is_still_found(bench: Bench, templates: TemplateRepository) -> None:
    commit = templates.commit(hello="image:gone")
    templates.git("update-ref", "refs/pull/7/head", commit)
    templates.git("reset", "--quiet", "--hard", "HEAD~1")

    resolver = bench.resolver(templates.configured())

    assert images(resolver.resolve(workflow("refs/pull/7/head"), QUESTION).manifest) == ["image:gone"]
    assert images(resolver.resolve(workflow(commit), QUESTION).manifest) == ["image:gone"]


def test_a_flattened_workflow_passes_through_as_the_same_object(bench: Bench, templates: TemplateRepository) -> None:
    resolver = bench.resolver(templates.configured())
    once = resolver.resolve(workflow("v1.0.0"), QUESTION).manifest

    assert resolver.resolve(once, QUESTION).manifest is once


def test_a_reference_without_a_version_is_left_to_the_cluster(bench: Bench, templates: TemplateRepository) -> None:
    manifest = workflow()

    assert bench.resolver(templates.configured()).resolve(manifest, QUESTION).manifest is manifest


@pytest.mark.parametrize("template", ["hello", "elsewhere"])
def test_the_default_of_a_repository_applies_to_what_the_repository_has(
    template: str, bench: Bench, templates: TemplateRepository
) -> None:
    resolver = bench.resolver(templates.configured(default_version="v1.0.0"))

    flattened = resolver.resolve(workflow(template=template), QUESTION)

    assert images(flattened.manifest) == (["image:1.0"] if template == "hello" else [])


def test_a_new_tag_is_found_without_waiting(bench: Bench, templates: TemplateRepository) -> None:
    resolver = bench.resolver(templates.configured())
    resolver.resolve(workflow("v1.0.0"), QUESTION)
    templates.commit("v1.3.0", hello="image:1.3")
    bench.clock.now += 3

    assert images(resolver.resolve(workflow("v1.3.0"), QUESTION).manifest) == ["image:1.3"]


def test_a_branch_is_looked_up_anew_once_it_is_no_longer_fresh(bench: Bench, templates: TemplateRepository) -> None:
    resolver = bench.resolver(templates.configured(freshness_seconds=30))
    seen = [images(resolver.resolve(workflow("main"), QUESTION).manifest)]
    templates.commit(hello="image:newer")
    for seconds in (29, 2):
        bench.clock.now += seconds
        seen.append(images(resolver.resolve(workflow("main"), QUESTION).manifest))

    assert seen == [["image:main"], ["image:main"], ["image:newer"]]


def test_always_asks_git_every_time(bench: Bench, templates: TemplateRepository) -> None:
    resolver = bench.resolver(templates.configured())
    resolver.resolve(workflow("main"), QUESTION)
    templates.commit(hello="image:newer")
    bench.clock.now += 0.001

    assert images(resolver.resolve(workflow("main", pull_policy="Always"), QUESTION).manifest) == ["image:newer"]


def test_never_does_not_even_clone(bench: Bench, templates: TemplateRepository) -> None:
    with pytest.raises(Denied, match="has not been fetched yet; the pull policy is Never") as caught:
        bench.resolver(templates.configured()).resolve(workflow("v1.0.0", pull_policy="Never"), QUESTION)

    assert caught.value.reason is Reason.NOT_FETCHED


class TestWithGitDown:
    """What was fetched keeps resolving; nothing else does."""

    def test_a_tag_keeps_resolving_for_ever(self, bench: Bench, templates: TemplateRepository) -> None:
        bench.resolver(templates.configured()).resolve(workflow("v1.0.0"), QUESTION)
        shutil.move(templates.folder, templates.folder.with_name("gone"))
        bench.clock.now += 10 * 365 * 86_400

        flattened = bench.resolver(templates.configured()).resolve(workflow("v1.0.0"), QUESTION)

        assert images(flattened.manifest) == ["image:1.0"]

    def test_a_branch_keeps_resolving_up_to_the_limit_and_says_how_old_it_is(
        self, bench: Bench, templates: TemplateRepository
    ) -> None:
        resolver = bench.resolver(templates.configured(staleness_limit_seconds=3600))
        resolver.resolve(workflow("main"), QUESTION)
        shutil.move(templates.folder, templates.folder.with_name("gone"))

        bench.clock.now += 3599
        stale = resolver.resolve(workflow("main"), QUESTION)

        assert images(stale.manifest) == ["image:main"]
        assert [notice.reason for notice in stale.notices] == [Reason.STALE_VERSION]
        assert "as it was 59m59s ago" in str(stale.notices[0])
        bench.clock.now += 2
        with pytest.raises(RetryLater):
            resolver.resolve(workflow("main"), QUESTION)

    def test_what_was_never_fetched_is_for_later(self, bench: Bench, templates: TemplateRepository) -> None:
        shutil.move(templates.folder, templates.folder.with_name("gone"))

        with pytest.raises(RetryLater):
            bench.resolver(templates.configured()).resolve(workflow("v1.0.0"), QUESTION)


def test_a_clone_that_was_damaged_on_disk_is_made_again(bench: Bench, templates: TemplateRepository) -> None:
    bench.resolver(templates.configured()).resolve(workflow("v1.0.0"), QUESTION)
    for pack in bench.cache.rglob("*.pack"):
        pack.chmod(0o600)
        pack.write_bytes(b"PACK" + bytes(pack.stat().st_size - 4))
    shutil.rmtree(next(bench.cache.glob("catalog*")), ignore_errors=True)
    bench.clock.now += 600

    flattened = bench.resolver(templates.configured()).resolve(workflow("v1.2.0"), QUESTION)

    assert images(flattened.manifest) == ["image:1.2"]


def test_a_shallow_clone_serves_what_it_has(bench: Bench, templates: TemplateRepository, tmp_path: Path) -> None:
    templates.git("clone", "--quiet", "--depth=1", "--branch=v1.0.0", f"file://{templates.folder}", str(tmp_path / "s"))
    shallow = TemplateRepository(tmp_path / "s").configured(fetch_timeout_seconds=10)

    assert images(bench.resolver(shallow).resolve(workflow("v1.0.0"), QUESTION).manifest) == ["image:1.0"]


class TestMovedTag:
    """A tag points elsewhere than it did when it was first seen."""

    @pytest.fixture
    def moved(self, bench: Bench, templates: TemplateRepository) -> TemplateRepository:
        bench.resolver(templates.configured()).resolve(workflow("v1.0.0"), QUESTION)
        templates.git("tag", "--force", "v1.0.0", "main")
        bench.clock.now += 60
        return templates

    def test_the_user_is_warned_with_both_commits(self, bench: Bench, moved: TemplateRepository) -> None:
        resolver = bench.resolver(moved.configured())

        flattened = resolver.resolve(workflow("v1.0.0", pull_policy="Always"), QUESTION)

        assert [notice.reason for notice in flattened.notices] == [Reason.TAG_MOVED]
        assert moved.git("rev-parse", "main")[:12] in str(flattened.notices[0])
        assert moved.git("rev-parse", "v1.2.0~1")[:12] in str(flattened.notices[0])

    def test_the_version_is_refused_where_policy_says_so(self, bench: Bench, moved: TemplateRepository) -> None:
        resolver = bench.resolver(moved.configured(moved_tag=MovedTag.REFUSE))

        with pytest.raises(Denied) as caught:
            resolver.resolve(workflow("v1.0.0", pull_policy="Always"), QUESTION)

        assert caught.value.reason is Reason.TAG_MOVED


class TestSeveralRepositories:
    """A name is looked for in every repository that the namespace may use."""

    @pytest.fixture
    def other(self, tmp_path: Path) -> TemplateRepository:
        repository = TemplateRepository.create(tmp_path / "other")
        repository.commit("v1.0.0", hello="other:1.0", only="other:only")
        return repository

    def test_a_name_that_one_of_them_has_needs_no_alias(
        self, bench: Bench, templates: TemplateRepository, other: TemplateRepository
    ) -> None:
        resolver = bench.resolver(templates.configured("a"), other.configured("b"))

        assert images(resolver.resolve(workflow("v1.0.0", template="only"), QUESTION).manifest) == ["other:only"]

    def test_a_name_that_two_of_them_have_needs_an_alias(
        self, bench: Bench, templates: TemplateRepository, other: TemplateRepository
    ) -> None:
        resolver = bench.resolver(templates.configured("a"), other.configured("b"))

        with pytest.raises(Denied, match="is in the repositories a and b; say which one") as caught:
            resolver.resolve(workflow("v1.0.0"), QUESTION)

        assert caught.value.site == "spec.templates[0].steps[0][0].templateRef"
        assert images(resolver.resolve(workflow("v1.0.0", repository="b"), QUESTION).manifest) == ["other:1.0"]

    def test_what_is_taken_does_not_depend_on_which_repository_answers(
        self, bench: Bench, templates: TemplateRepository, other: TemplateRepository
    ) -> None:
        resolver = bench.resolver(templates.configured("a"), other.configured("b"))
        shutil.move(templates.folder, templates.folder.with_name("gone"))

        with pytest.raises(RetryLater):
            resolver.resolve(workflow("v1.0.0"), QUESTION)
        assert images(resolver.resolve(workflow("v1.0.0", repository="b"), QUESTION).manifest) == ["other:1.0"]

    def test_an_alias_that_is_not_configured_is_refused_with_those_that_are(
        self, bench: Bench, templates: TemplateRepository, other: TemplateRepository
    ) -> None:
        resolver = bench.resolver(templates.configured("a"), other.configured("b"))

        with pytest.raises(Denied, match="has no repository 'c'; the repositories it may use: a, b"):
            resolver.resolve(workflow("v1.0.0", repository="c"), QUESTION)


def test_a_repository_asked_for_without_a_version_needs_a_default(bench: Bench, templates: TemplateRepository) -> None:
    with pytest.raises(
        Denied, match=r"repository main has no default; add the label pipekit\.io\.templates\.gitVersion"
    ):
        bench.resolver(templates.configured()).resolve(workflow(repository="main"), QUESTION)

    flattened = bench.resolver(templates.configured(default_version="^1")).resolve(
        workflow(repository="main"), QUESTION
    )

    assert images(flattened.manifest) == ["image:1.2"]
