"""What a user should know although the Workflow is admitted comes back as warnings, which kubectl prints."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

import pytest

from argosy.agent.admission.reviews import read_review
from argosy.agent.admission.verdicts import MAX_WARNING_LENGTH, MAX_WARNINGS, Verdict
from argosy.agent.metrics import Outcome
from argosy.resolver.errors import Reason
from argosy.resolver.notices import Notice
from tests.admission.reviewing import admitter, answer_of, review
from tests.resolver.template_repositories import Bench, TemplateRepository, manifest_text, workflow

if TYPE_CHECKING:
    from pathlib import Path

    from argosy.resolver.resolver import Resolver


@pytest.fixture
def templates(tmp_path: Path) -> TemplateRepository:
    repository = TemplateRepository.create(tmp_path / "templates")
    repository.commit("v1.0.0", hello="image:1")
    return repository


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path / "cache")


def _warnings(resolver: Resolver, version: str, template: str = "hello") -> list[str]:
    request = read_review(review(workflow(version, template=template)))
    answer = answer_of(admitter(resolver).decide(request, deadline_seconds=8), request)
    assert answer["allowed"]
    return list(answer.get("warnings", []))


def test_what_is_as_it_should_be_is_no_warning(bench: Bench, templates: TemplateRepository) -> None:
    assert _warnings(bench.resolver(templates.configured()), "v1.0.0") == []


def test_a_tag_that_moved_is_told_with_both_commits(bench: Bench, templates: TemplateRepository) -> None:
    resolver = bench.resolver(templates.configured(freshness_seconds=0))
    _warnings(resolver, "v1.0.0")
    before = templates.git("rev-parse", "v1.0.0")
    after = templates.commit(hello="image:2")
    templates.git("tag", "--force", "v1.0.0")
    bench.clock.now += 1
    # A tag is looked up anew with what is.
    _warnings(resolver, "main")

    (warning,) = _warnings(resolver, "v1.0.0")

    assert (before in warning, after in warning) == (True, True)


def test_a_branch_behind_a_tag_of_its_name_is_told(bench: Bench, templates: TemplateRepository) -> None:
    templates.commit(hello="image:2")
    templates.git("branch", "v1.0.0")

    (warning,) = _warnings(bench.resolver(templates.configured()), "v1.0.0")

    assert "branch" in warning


def test_a_branch_as_it_was_when_git_last_answered_is_told_with_its_age(
    bench: Bench, templates: TemplateRepository
) -> None:
    resolver = bench.resolver(templates.configured())
    _warnings(resolver, "main")
    shutil.move(templates.folder, templates.folder.with_name("gone"))
    bench.clock.now += 3599

    (warning,) = _warnings(resolver, "main")

    assert "as it was 59m59s ago" in warning


def test_a_volume_that_does_not_come_along_is_told(bench: Bench, templates: TemplateRepository) -> None:
    mounting = manifest_text("mounting", "image:1") + "        volumeMounts: [{name: scratch, mountPath: /scratch}]\n"
    (templates.folder / "mounting.yaml").write_text(
        f"{mounting}  volumes: [{{name: scratch, emptyDir: {{}}}}]\n", encoding="utf-8"
    )
    templates.commit("v1.1.0")

    (warning,) = _warnings(bench.resolver(templates.configured()), "v1.1.0", template="mounting")

    assert "scratch" in warning


def _told(*notices: Notice) -> Any:
    manifest = workflow("v1.0.0")
    return answer_of(Verdict(Outcome.FLATTENED, manifest, notices), read_review(review(manifest)))["warnings"]


def test_a_warning_is_one_line_that_the_api_server_does_not_cut() -> None:
    (warning,) = _told(Notice(Reason.TAG_MOVED, "it\nmoved " + "x" * 1000, site="spec"))

    assert warning.startswith("spec: it moved xxx")
    assert (len(warning), warning.endswith("...")) == (MAX_WARNING_LENGTH, True)


def test_beyond_some_warnings_only_their_number_is_told() -> None:
    notices = [Notice(Reason.TAG_MOVED, f"tag {number}") for number in range(MAX_WARNINGS + 7)]

    told = _told(*notices)

    assert told[:-1] == [f"tag {number}" for number in range(MAX_WARNINGS)]
    assert told[-1].startswith("and 7 more warnings")
