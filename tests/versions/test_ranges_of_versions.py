from __future__ import annotations

import itertools

import pytest
import semantic_version
from hypothesis import given, settings
from hypothesis import strategies as st

from argosy.resolver.versions.ranges import parse_range
from argosy.resolver.versions.semver import Semver, parse_semver

VERSIONS = (
    "0.0.0 0.0.1 0.1.0 0.2.3 0.2.9 1.0.0-alpha 1.0.0 1.2.0-beta.1 1.2.0 1.2.3-rc.1 1.2.3 1.2.9 1.3.0-rc.1 1.3.0 "
    "1.4.7 1.5.0 2.0.0-rc.1 2.0.0 2.1.0 3.0.0"
)


# What node-semver 7.8.5 answers.
@pytest.mark.parametrize(
    ("text", "admitted"),
    [
        ("*", "0.0.0 0.0.1 0.1.0 0.2.3 0.2.9 1.0.0 1.2.0 1.2.3 1.2.9 1.3.0 1.4.7 1.5.0 2.0.0 2.1.0 3.0.0"),
        ("1.x", "1.0.0 1.2.0 1.2.3 1.2.9 1.3.0 1.4.7 1.5.0"),
        ("v1", "1.0.0 1.2.0 1.2.3 1.2.9 1.3.0 1.4.7 1.5.0"),
        ("1.*.*", "1.0.0 1.2.0 1.2.3 1.2.9 1.3.0 1.4.7 1.5.0"),
        ("1.2.X", "1.2.0 1.2.3 1.2.9"),
        ("1.2", "1.2.0 1.2.3 1.2.9"),
        ("=1.2.3", "1.2.3"),
        ("v1.2.3", "1.2.3"),
        ("1.2.3-rc.1", "1.2.3-rc.1"),
        ("~1", "1.0.0 1.2.0 1.2.3 1.2.9 1.3.0 1.4.7 1.5.0"),
        ("~1.2", "1.2.0 1.2.3 1.2.9"),
        ("~1.2.3", "1.2.3 1.2.9"),
        ("~> 1.2", "1.2.0 1.2.3 1.2.9"),
        ("~1.2.0-beta.1", "1.2.0-beta.1 1.2.0 1.2.3 1.2.9"),
        ("^1.2", "1.2.0 1.2.3 1.2.9 1.3.0 1.4.7 1.5.0"),
        ("^v1.2", "1.2.0 1.2.3 1.2.9 1.3.0 1.4.7 1.5.0"),
        ("^0.2.3", "0.2.3 0.2.9"),
        ("^0.0.1", "0.0.1"),
        ("^0.0", "0.0.0 0.0.1"),
        ("^0", "0.0.0 0.0.1 0.1.0 0.2.3 0.2.9"),
        ("^1.2.3-rc.1", "1.2.3-rc.1 1.2.3 1.2.9 1.3.0 1.4.7 1.5.0"),
        (">1.4", "1.5.0 2.0.0 2.1.0 3.0.0"),
        (">1.4.7", "1.5.0 2.0.0 2.1.0 3.0.0"),
        (">=1.4", "1.4.7 1.5.0 2.0.0 2.1.0 3.0.0"),
        ("<0.2", "0.0.0 0.0.1 0.1.0"),
        ("<1.2.0", "0.0.0 0.0.1 0.1.0 0.2.3 0.2.9 1.0.0"),
        ("<=0.2", "0.0.0 0.0.1 0.1.0 0.2.3 0.2.9"),
        (">=1.2 <2", "1.2.0 1.2.3 1.2.9 1.3.0 1.4.7 1.5.0"),
        (">= 1.2   < 1.3", "1.2.0 1.2.3 1.2.9"),
        (">=2.0.0-rc.1 <2.0.0", "2.0.0-rc.1"),
        (">1.0.0-a <1.0.0-b", "1.0.0-alpha"),
        (">=1.0.0-alpha", "1.0.0-alpha 1.0.0 1.2.0 1.2.3 1.2.9 1.3.0 1.4.7 1.5.0 2.0.0 2.1.0 3.0.0"),
        ("1.2 - 1.4", "1.2.0 1.2.3 1.2.9 1.3.0 1.4.7"),
        ("1.2.3 - v1.4.7", "1.2.3 1.2.9 1.3.0 1.4.7"),
        ("1.2.0-beta.1 - 1.2.3-rc.1", "1.2.0-beta.1 1.2.0 1.2.3-rc.1"),
        ("^0.0.1 || 3", "0.0.1 3.0.0"),
        (">3 || 1.2.3", "1.2.3"),
    ],
)
def test_a_range_admits_what_npm_admits(text: str, admitted: str) -> None:
    versions = parse_range(text)
    assert versions is not None
    assert admitted.split() == [one for one in VERSIONS.split() if versions.admits(_version(one))]


@pytest.mark.parametrize("text", [">=1.2,<2", ">=1.2, <2", ">=1.2 , <2"])
def test_a_comma_stands_for_a_space(text: str) -> None:
    assert parse_range(text) == parse_range(">=1.2 <2")


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "main",
        "1.2.3.4",
        "01.2",
        "1.x.3",
        "x.1",
        "1.2-beta",
        "1.x-beta",
        "1.2.3-",
        "1.2.3-01",
        "1.2.3+build",
        "^1 ||",
        "^1,",
        ", ^1",
        "^1^2",
        "1~2",
        "1 - 2 - 3",
        "1 - ^2",
        "1.2 - foo",
        "- 2",
        "1 -2",
        "=>1",
        "!=1",
        "^^1",
        ">2 <1",
        ">*",
        "1.99999999999999999999",
        "^\u0661",
    ],
)
def test_what_is_no_range_or_has_no_version_in_it_is_none(text: str) -> None:
    assert parse_range(text) is None


_numbers = st.integers(0, 3).map(str)
_partials = st.lists(_numbers, min_size=1, max_size=3).map(".".join)
_comparisons = st.builds("".join, st.tuples(st.sampled_from(["", "=", ">", ">=", "<", "<=", "^", "~"]), _partials))
_alternatives = st.one_of(
    st.lists(_comparisons, min_size=1, max_size=3).map(" ".join),
    st.tuples(_partials, _partials).map(" - ".join),
)
_ranges = st.lists(_alternatives, min_size=1, max_size=2).map(" || ".join)


@settings(max_examples=100, deadline=None)
@given(_ranges)
def test_ranges_of_releases_agree_with_an_independent_reader(text: str) -> None:
    other = semantic_version.NpmSpec(text)
    ours = parse_range(text)

    for core in itertools.product(range(4), repeat=3):
        version = "{}.{}.{}".format(*core)
        expected = semantic_version.Version(version) in other
        assert expected == bool(ours and ours.admits(_version(version))), version


def _version(text: str) -> Semver:
    version = parse_semver(text)
    assert version is not None
    return version
