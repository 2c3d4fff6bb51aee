"""Whoever asks for a version that does not have an object is told which versions do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from argosy.resolver import elsewhere
from argosy.resolver.catalog import Entry
from argosy.resolver.errors import Denied, Reason, RetryLater
from argosy.resolver.manifests import Namespace, ResourceName
from argosy.resolver.policy import policy_from
from argosy.resolver.refs import Refs
from argosy.resolver.search import Question
from argosy.resolver.sources import BlobId, CommitId, RepositoryPath, Revision
from tests.resolver.template_repositories import Bench, TemplateRepository, workflow

if TYPE_CHECKING:
    from pathlib import Path

ENTRY = Entry("WorkflowTemplate", ResourceName("build"), RepositoryPath("a.yaml"), BlobId("b"), 0)


def _refs(*versions: str, branches: tuple[str, ...] = ()) -> Refs:
    return Refs(
        tags={version: CommitId(version) for version in versions},
        branches={branch: CommitId(branch) for branch in branches},
        default_branch="main",
    )


def _told(refs: Refs, *having: str) -> str:
    def entries(revision: Revision) -> tuple[Entry, ...]:
        return (ENTRY,) if revision.commit in having else ()

    return elsewhere.versions_with("build", refs, "{version}", entries, clock=lambda: 0.0)


@pytest.mark.parametrize(
    ("having", "expected"),
    [
        ((), ""),
        (("v1.0.0",), "it is in v1.0.0"),
        (("v1.0.0", "v1.2.0", "v1.10.0"), "it is in v1.0.0 to v1.10.0"),
        (("v1.0.0", "v1.10.0"), "it is in v1.0.0 and v1.10.0"),
        (("main",), "it is on branch main"),
        (("v1.2.0", "main", "feature"), "it is in v1.2.0 and on branch main"),
    ],
)
def test_the_versions_that_have_it_are_told_as_spans(having: tuple[str, ...], expected: str) -> None:
    refs = _refs("v1.0.0", "v1.2.0", "v1.10.0", branches=("main", "feature"))

    assert _told(refs, *having) == expected


def test_only_the_newest_versions_are_looked_at() -> None:
    refs = _refs(*(f"v1.{minor}.0" for minor in range(100)))

    assert _told(refs, *refs.tags) == "it is in v1.60.0 to v1.99.0"


def test_looking_ends_when_the_time_is_over() -> None:
    times = iter([0.0, 0.1, 0.2, *[0.4] * 10])
    looked: list[str] = []

    def entries(revision: Revision) -> tuple[Entry, ...]:
        looked.append(revision.name)
        return (ENTRY,)

    told = elsewhere.versions_with(
        "a", _refs("v1.0.0", "v2.0.0", "v3.0.0"), "{version}", entries, clock=lambda: next(times)
    )

    assert (told, looked) == ("it is in v2.0.0 to v3.0.0", ["v3.0.0", "v2.0.0"])


def test_versions_that_cannot_be_used_or_read_are_passed_over() -> None:
    def entries(revision: Revision) -> tuple[Entry, ...]:
        if revision.name == "v1.0.0":
            raise Denied(Reason.FORBIDDEN_VERSION, "no")
        if revision.name == "v2.0.0":
            raise RetryLater(Reason.NOT_FETCHED, "no")
        return (ENTRY,)

    refs = _refs("v1.0.0", "v2.0.0", "v3.0.0")

    assert elsewhere.versions_with("a", refs, "{version}", entries, clock=lambda: 0.0) == "it is in v3.0.0"


@pytest.fixture
def templates(tmp_path: Path) -> TemplateRepository:
    repository = TemplateRepository.create(tmp_path / "templates")
    repository.commit("v1.0.0", other="image:1")
    repository.commit("v1.1.0", hello="image:1")
    repository.commit("v1.2.0")
    (repository.folder / "hello.yaml").unlink()
    repository.commit("v1.3.0")
    return repository


def _denied(bench: Bench, templates: TemplateRepository, **policy: object) -> Denied:
    resolver = bench.resolver(templates.configured(), policy=policy_from(policy, "policy"))
    with pytest.raises(Denied) as caught:
        resolver.resolve(workflow("v1.3.0"), Question(Namespace("team-a")))
    return caught.value


def test_a_denied_workflow_is_told_where_the_template_is(tmp_path: Path, templates: TemplateRepository) -> None:
    denied = _denied(Bench(tmp_path / "cache"), templates)

    assert (denied.reason, denied.remedy) == (Reason.TEMPLATE_NOT_FOUND, "it is in v1.1.0 to v1.2.0")


def test_versions_that_the_namespace_may_not_use_are_not_told(tmp_path: Path, templates: TemplateRepository) -> None:
    rule = {"namespaces": ["*"], "versions": ["v1.2.0", "v1.3.0"]}

    assert _denied(Bench(tmp_path / "cache"), templates, rules=[rule]).remedy == "it is in v1.2.0"
