"""What a case asks for in git, which is not quite what its test asked for in memory."""

from __future__ import annotations

from argosy.resolver import contract
from tests.e2e.equivalence.cases import Case, by_tags


def asking(version: str) -> dict[str, object]:
    return {"metadata": {"name": "w", "labels": {contract.VERSION: version}}}


def commit_of(alias: str, version: str) -> str:
    return f"commit-of-{alias}-{version}"


def test_a_commit_is_called_by_the_tag_that_the_release_has_in_git() -> None:
    releases = {("templates", "v1"): [asking("commit-of-templates-v2")], ("templates", "v2"): [asking("v1")]}
    case = Case("by commit", asking("commit-of-templates-v1"), releases)

    assert by_tags(case, commit_of) == Case(
        "by commit",
        asking("v1"),
        {("templates", "v1"): [asking("v2")], ("templates", "v2"): [asking("v1")]},
    )


def test_a_commit_of_no_release_stays_what_it_is() -> None:
    case = Case("of another", asking("commit-of-other-v1"), {("templates", "v1"): []})

    assert by_tags(case, commit_of) == case
