"""Which versions may hold an object, in which order they are told, and where its content changed."""

from __future__ import annotations

import pytest

from argosy.resolver.history import Change, Content, history_of, spans, versions_of
from argosy.resolver.refs import Refs
from argosy.resolver.sources import CommitId, Revision

REFS = Refs(
    tags={
        name: CommitId(f"commit of {name}")
        for name in ("v1.2.0", "v1.10.0", "v1.2.0-rc.1", "2.0.0", "nightly", "archive", "build/v1.0.0", "test/v3.0.0")
    },
    branches={name: CommitId(f"commit of {name}") for name in ("feature/x", "main", "a")},
    default_branch="main",
)


def _names(revisions: tuple[Revision, ...]) -> list[str]:
    return [revision.name for revision in revisions]


def test_semantic_versions_are_told_by_precedence_newest_first() -> None:
    history = versions_of(REFS, "{version}", "build")

    assert _names(history.versions) == ["2.0.0", "v1.10.0", "v1.2.0", "v1.2.0-rc.1"]


def test_other_tags_come_by_name_and_branches_with_the_default_one_first() -> None:
    history = versions_of(REFS, "{version}", "build")

    assert _names(history.tags) == ["test/v3.0.0", "nightly", "build/v1.0.0", "archive"]
    assert _names(history.branches) == ["main", "a", "feature/x"]


def test_the_tags_of_other_templates_are_left_out_where_each_has_its_own() -> None:
    history = versions_of(REFS, "{template}/v{version}", "build")

    assert (_names(history.versions), history.tags) == (["build/v1.0.0"], ())


def _told(**contents: str | None) -> list[tuple[str, Change]]:
    """Tags v1, v2, ... and branches, with the content of each; None where the object is not."""
    tags = {name.replace("_", "."): CommitId(name) for name in contents if name.startswith("v")}
    branches = {name: CommitId(name) for name in contents if not name.startswith("v")}
    history = versions_of(Refs(tags=tags, branches=branches, default_branch="main"), "{version}", "build")

    def content(revision: Revision) -> Content | None:
        digest = contents[revision.commit]
        return None if digest is None else Content("a.yaml", digest)

    return [(one.revision.name, one.change) for one in history_of(history, content)]


@pytest.mark.parametrize(
    ("contents", "expected"),
    [
        ({}, []),
        ({"v1_0_0": None}, []),
        ({"v1_0_0": "a"}, [("v1.0.0", Change.ADDED)]),
        ({"v1_0_0": "a", "v2_0_0": "a"}, [("v2.0.0", Change.SAME), ("v1.0.0", Change.ADDED)]),
        ({"v1_0_0": "a", "v2_0_0": "b"}, [("v2.0.0", Change.CHANGED), ("v1.0.0", Change.ADDED)]),
        ({"v1_0_0": "a", "v2_0_0": None, "v3_0_0": "a"}, [("v3.0.0", Change.SAME), ("v1.0.0", Change.ADDED)]),
        ({"v1_0_0": None, "v2_0_0": "a"}, [("v2.0.0", Change.ADDED)]),
        ({"v1_0_0": "a", "main": "b"}, [("v1.0.0", Change.ADDED), ("main", Change.CHANGED)]),
        ({"v1_0_0": "a", "main": "a"}, [("v1.0.0", Change.ADDED), ("main", Change.SAME)]),
        ({"main": "a", "x": "b"}, [("main", Change.ADDED), ("x", Change.ADDED)]),
        # A branch is compared with the newest version only, and tags without a version among themselves.
        (
            {"v1_0_0": "a", "v2_0_0": "b", "main": "a"},
            [("v2.0.0", Change.CHANGED), ("v1.0.0", Change.ADDED), ("main", Change.CHANGED)],
        ),
        ({"v1_0_0": "a", "vx": "a"}, [("v1.0.0", Change.ADDED), ("vx", Change.ADDED)]),
    ],
)
def test_a_version_is_compared_with_the_next_older_one_that_has_the_object(
    contents: dict[str, str | None], expected: list[tuple[str, Change]]
) -> None:
    assert _told(**contents) == expected


def test_no_more_versions_are_read_than_are_asked_for() -> None:
    asked: list[str] = []

    def content(revision: Revision) -> Content:
        asked.append(revision.name)
        return Content("a.yaml", "same")

    next(history_of(versions_of(REFS, "{version}", "build"), content))

    assert asked == ["2.0.0", "v1.10.0"]


@pytest.mark.parametrize(
    ("having", "expected"),
    [
        ("", []),
        ("a", [("a", "a")]),
        ("abd", [("a", "b"), ("d", "d")]),
        ("abcd", [("a", "d")]),
        ("bd", [("b", "b"), ("d", "d")]),
    ],
)
def test_neighbours_that_have_it_are_one_span(having: str, expected: list[tuple[str, str]]) -> None:
    assert spans("abcd", having.__contains__) == expected
