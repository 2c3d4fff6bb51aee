from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from argosy.resolver.errors import Denied, Reason
from argosy.resolver.sources import CommitId
from argosy.resolver.versions import VersionRequest, parse_version
from argosy.resolver.versions.ranges import parse_range

FULL = "0123456789abcdef0123456789abcdef01234567"


@pytest.mark.parametrize(
    ("text", "request_read"),
    [
        (FULL, VersionRequest(text=FULL, commit=CommitId(FULL))),
        (FULL.upper(), VersionRequest(text=FULL.upper(), commit=CommitId(FULL))),
        (f"commit:{FULL}", VersionRequest(text=f"commit:{FULL}", commit=CommitId(FULL))),
        ("commit:0123ABC", VersionRequest(text="commit:0123ABC", abbreviation="0123abc")),
        ("tag:v1", VersionRequest(text="tag:v1", tag="v1")),
        ("branch:v1", VersionRequest(text="branch:v1", branch="v1")),
        (f"branch:{FULL}", VersionRequest(text=f"branch:{FULL}", branch=FULL)),
        ("tag:latest", VersionRequest(text="tag:latest", tag="latest")),
        ("refs/tags/v1", VersionRequest(text="refs/tags/v1", tag="v1")),
        ("refs/heads/feature/x", VersionRequest(text="refs/heads/feature/x", branch="feature/x")),
        ("refs/pull/7/head", VersionRequest(text="refs/pull/7/head", ref="refs/pull/7/head")),
        ("latest", VersionRequest(text="latest", latest=True)),
        ("HEAD", VersionRequest(text="HEAD", head=True)),
        ("  main ", VersionRequest(text="main", tag="main", branch="main")),
        ("head", VersionRequest(text="head", tag="head", branch="head")),
        ("grün", VersionRequest(text="grün", tag="grün", branch="grün")),
        ("greet/v1.2.3", VersionRequest(text="greet/v1.2.3", tag="greet/v1.2.3", branch="greet/v1.2.3")),
    ],
)
def test_a_text_has_the_readings_of_its_form(text: str, request_read: VersionRequest) -> None:
    assert request_read == parse_version(text)


@pytest.mark.parametrize("text", ["v1", "1", "v1.x", "1.2", "x"])
def test_a_name_that_is_also_a_range_has_both_readings(text: str) -> None:
    expected = VersionRequest(text=text, tag=text, branch=text, range=parse_range(text))
    assert expected == parse_version(text)
    assert expected.range is not None


@pytest.mark.parametrize(("text", "version"), [("v1.2.3", "1.2.3"), ("1.2.3-rc.1", "1.2.3-rc.1")])
def test_a_full_version_is_known_with_and_without_its_v(text: str, version: str) -> None:
    assert version == parse_version(text).version


def test_a_full_version_with_build_metadata_is_no_range() -> None:
    request = parse_version("1.2.3+build.5")
    assert request.version == "1.2.3+build.5"
    assert request.range is None


@pytest.mark.parametrize("text", ["1234567", "deadbeef", "DeadBeef", "a" * 39])
def test_seven_or_more_hexadecimal_digits_are_a_name_or_a_commit_but_no_range(text: str) -> None:
    expected = VersionRequest(text=text, tag=text, branch=text, abbreviation=text.lower())
    assert expected == parse_version(text)


@pytest.mark.parametrize("text", ["^1", "~1.2", "1.*", "*", ">=1.2 <2", ">=1.2, <2", "1.2 - 1.4", "^1 || ^3", "~ 1"])
def test_a_range_that_cannot_be_a_name_is_only_a_range(text: str) -> None:
    expected = VersionRequest(text=text, range=parse_range(text))
    assert expected == parse_version(text)
    assert expected.range is not None


@pytest.mark.parametrize(
    "text",
    [
        # Options of git.
        "-",
        "--",
        "-v",
        "--upload-pack=/bin/sh",
        "--output=/etc/passwd",
        "tag:--upload-pack=/bin/sh",
        "branch:-v",
        " -v",
        # What rev-parse gives a meaning to.
        ":/fix",
        ":0:README",
        "main:templates/a.yaml",
        "HEAD:secret",
        "HEAD~5",
        "HEAD^",
        "main~5",
        "main^",
        "main^2",
        "^main",
        "v1^{}",
        "v1^{tree}",
        "v1^{/fix}",
        "v1.0.0^{commit}",
        "main@{1}",
        "main@{upstream}",
        "@{-1}",
        "@",
        "v1..v2",
        "v1...v2",
        "..",
        "refs/heads/main~1",
        "refs/tags/v1^{}",
        "refs/heads/../tags/v1",
        # Paths, shells and terminals.
        "../../etc/passwd",
        "/etc/passwd",
        "a//b",
        "a/./b",
        "main/",
        ".hidden",
        "a/.hidden",
        "main.lock",
        "a.lock/b",
        "main.",
        "a\\b",
        "a[b]",
        "a?b",
        "a b",
        "feature/*",
        "refs/heads/*",
        "ext::sh -c id",
        "https://git.example/a.git",
        "a\nb",
        "main\n",
        "main\x00",
        "main\r",
        "\tmain",
        "\x1b[31mmain",
        "main\u202egnp",
        "main\u200b",
        "main\ud800",
        # Empty, too long, half-written.
        "",
        "   ",
        "a" * 251,
        "^" + "1" * 250,
        "tag:",
        "branch:",
        "commit:",
        "commit:abc123",
        "commit:main",
        "commit:" + "a" * 41,
        "Tag:v1",
        "refs/",
        "refs/heads/",
        "^",
        "> =",
        "^1 ||",
        "|| ^1",
        "^1 && ^2",
        "! 1.2",
        "^1.2-beta",
        ">2 <1",
    ],
)
def test_what_is_neither_name_nor_commit_nor_range_is_refused(text: str) -> None:
    with pytest.raises(Denied) as caught:
        parse_version(text)

    assert caught.value.reason is Reason.INVALID_VERSION
    assert caught.value.remedy
    assert str(caught.value).isprintable()


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "1 to 250 characters, not 0"),
        ("a" * 251, "1 to 250 characters, not 251"),
        ("a\nb", "'a\\nb' holds characters that cannot be printed"),
        ("-v", "'-v' begins with a hyphen"),
        ("main~5", "git's revision syntax"),
        ("commit:main", "40 hexadecimal digits"),
        ("a b", "neither a name that git allows nor a range"),
    ],
)
def test_a_refusal_says_what_is_wrong(text: str, problem: str) -> None:
    with pytest.raises(Denied) as caught:
        parse_version(text)

    assert problem in caught.value.problem


def test_a_refused_text_is_never_shown_at_length() -> None:
    with pytest.raises(Denied) as caught:
        parse_version("x" * 1_000_000)

    assert len(str(caught.value)) < 400


_LIKELY = st.text("v123.x*^~<>=| -,:@/{}abcdefHEADlatst", max_size=12)


@settings(max_examples=200, deadline=None)
@given(st.one_of(st.text(max_size=30), _LIKELY))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        request = parse_version(text)
    except Denied:
        return
    names = [name for name in (request.tag, request.branch, request.ref) if name]
    assert all(not name.startswith("-") and ".." not in name and "@{" not in name for name in names)
    assert any((names, request.commit, request.abbreviation, request.range, request.latest, request.head))
