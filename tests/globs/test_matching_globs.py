from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from argosy.resolver import globs


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("main", "main"),
        ("*", "main"),
        ("*", ""),
        ("v*", "v1.2.3"),
        ("v*", "v"),
        ("*.yaml", "load.yaml"),
        ("*-*-*", "a-b-c-d"),
        ("v?", "v1"),
        ("release/*", "release/1.2"),
        ("**", "main"),
        ("**", "feature/x/y"),
        ("**/*.yaml", "load.yaml"),
        ("**/*.yaml", "jobs/etl/load.yaml"),
        ("jobs/**", "jobs/etl/load.yaml"),
        ("jobs/**/*.yaml", "jobs/load.yaml"),
        ("jobs/**/etl/**/*.yaml", "jobs/a/etl/b/c/load.yaml"),
        ("**/etl/**/load.yaml", "x/etl/etl/load.yaml"),
        ("**/a/b/**/c", "a/a/b/b/c"),
        ("**/**", "main"),
        ("a+b(c)|d.e$", "a+b(c)|d.e$"),
        ("*\n", "a\n"),
    ],
)
def test_a_glob_matches(pattern: str, text: str) -> None:
    assert globs.matches(text, [pattern]) is True


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("main", "main2"),
        ("main", "xmain"),
        ("main", "Main"),
        ("main", "main\n"),
        ("*", "feature/x"),
        ("v*", "feature/v1"),
        ("?", ""),
        ("?", "/"),
        ("a?b", "a/b"),
        ("*a*a*", "a"),
        ("release/*", "release"),
        ("release/**", "release"),
        ("jobs/**/*.yaml", "jobs.yaml"),
        ("jobs/**/*.yaml", "other/jobs/load.yaml"),
        ("**/*.yaml", "load.yaml.txt"),
        ("**/a/b", "a/x/b"),
        (".*", "main"),
        ("a.c", "abc"),
        ("", "main"),
    ],
)
def test_a_glob_does_not_match(pattern: str, text: str) -> None:
    assert globs.matches(text, [pattern]) is False


def test_one_matching_pattern_is_enough_and_no_pattern_matches_nothing() -> None:
    assert globs.matches("main", ["v*", "main"]) is True
    assert globs.matches("main", []) is False


def _allows(pattern: list[str], text: list[str]) -> bool:
    """The table of the module, said as plainly as possible and without regard to time."""
    if not pattern:
        return not text
    if pattern == ["**"]:
        return bool(text)
    if pattern[0] == "**":
        return any(_allows(pattern[1:], text[count:]) for count in range(len(text) + 1))
    return bool(text) and _allows_segment(pattern[0], text[0]) and _allows(pattern[1:], text[1:])


def _allows_segment(pattern: str, text: str) -> bool:
    if not pattern:
        return not text
    if pattern[0] == "*":
        return any(_allows_segment(pattern[1:], text[count:]) for count in range(len(text) + 1))
    return bool(text) and pattern[0] in ("?", text[0]) and _allows_segment(pattern[1:], text[1:])


_segments = st.text("ab", max_size=4)
_pattern_segments = st.one_of(st.just("**"), st.text("ab*?", min_size=1, max_size=5).filter(lambda it: "**" not in it))


@settings(max_examples=400, deadline=None)
@given(st.lists(_pattern_segments, min_size=1, max_size=5), st.lists(_segments, min_size=1, max_size=6))
def test_globs_agree_with_their_plain_definition(pattern: list[str], text: list[str]) -> None:
    expected = _allows(pattern, text)
    assert expected == globs.matches("/".join(text), ["/".join(pattern)])


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("*a*a*a*a*b", "a" * 5_000),
        ("*a" * 100 + "b", "a" * 5_000),
        ("*?" * 100 + "b", "a" * 5_000),
        ("**/a/" * 40 + "b", "a/" * 2_000 + "a"),
        ("**/*a*a*/" * 20 + "b", ("a" * 20 + "/") * 200 + "a"),
        ("**/" * 80 + "b", "a/" * 2_000 + "a"),
    ],
)
def test_a_hostile_pattern_is_quick(pattern: str, text: str) -> None:
    started = time.process_time()

    assert globs.matches(text, [pattern]) is False
    assert time.process_time() - started < 1.0


@pytest.mark.parametrize("pattern", ["*", "**", "v*", "**/*.yaml", "release/**", "a-b_c.d+e"])
def test_a_plain_pattern_has_no_problem(pattern: str) -> None:
    assert globs.problem_with(pattern) == ""


@pytest.mark.parametrize(
    ("pattern", "problem"),
    [
        ("", "1 to 250 characters"),
        ("a" * 251, "1 to 250 characters"),
        ("[ab]", "'['"),
        ("{a,b}", "'{'"),
        ("!secret", "'!'"),
        ("a\\*", "'\\\\'"),
        ("a\nb", "'\\n'"),
        ("/jobs", "no slash at its start"),
        ("jobs/", "no slash at its start or end"),
        ("a//b", "two in a row"),
        ("jobs/**.yaml", "** must stand alone"),
    ],
)
def test_a_pattern_that_would_mislead_is_explained(pattern: str, problem: str) -> None:
    assert problem in globs.problem_with(pattern)
