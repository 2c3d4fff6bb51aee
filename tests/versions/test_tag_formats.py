from __future__ import annotations

import pytest

from argosy.resolver.errors import Misconfigured, Reason
from argosy.resolver.versions import check_tag_format
from argosy.resolver.versions.tag_format import TagSeries


@pytest.mark.parametrize(
    "tag_format",
    [
        "{version}",
        "v{version}",
        "release/{version}",
        "{version}-final",
        "{template}/v{version}",
        "{template}/{version}",
        "{template}@{version}",
        "templates/{template}-v{version}",
        "{version}/{template}",
    ],
)
def test_a_format_with_one_reading_is_accepted(tag_format: str) -> None:
    check_tag_format(tag_format, "repositories[0].tagFormat")


@pytest.mark.parametrize(
    ("tag_format", "problem"),
    [
        ("", "must hold {version} once"),
        ("{template}", "must hold {version} once"),
        ("{version}-{version}", "must hold {version} once"),
        ("{template}/{template}/{version}", "may hold {template} once"),
        ("{name}/v{version}", "a placeholder other than"),
        ("{{version}}", "a placeholder other than"),
        ("{template}{version}", "must have a separator"),
        ("{template}v{version}", "must have a separator"),
        ("{version}{template}", "must have a separator"),
        ("-{version}", "names that git does not allow"),
        ("{version} final", "names that git does not allow"),
        ("{template}:{version}", "names that git does not allow"),
        ("{version}\n", "names that git does not allow"),
        ("/{version}", "names that git does not allow"),
        ("{version}.lock", "names that git does not allow"),
        ("{version}/../x", "names that git does not allow"),
    ],
)
def test_a_format_with_no_reading_or_several_stops_the_start(tag_format: str, problem: str) -> None:
    with pytest.raises(Misconfigured) as caught:
        check_tag_format(tag_format, "repositories[0].tagFormat")

    assert caught.value.reason is Reason.INVALID_SETTINGS
    assert caught.value.site == "repositories[0].tagFormat"
    assert problem in caught.value.problem


@pytest.mark.parametrize(
    ("tag_format", "tag", "counts"),
    [
        ("{version}", "v1.2.3", True),
        ("{version}", "1.2.3", True),
        ("{version}", "greet/v1.2.3", False),
        ("release/{version}", "release/v1.2.3", True),
        ("{template}/v{version}", "greet/v1.2.3", True),
        ("{template}/v{version}", "greet/1.2.3", False),
        ("{template}/v{version}", "other/v1.2.3", False),
        ("{template}/v{version}", "greet/v1.2", False),
        ("{template}/v{version}", "x/greet/v1.2.3", False),
        ("{template}-{version}", "greet-1.2.3", True),
        ("{template}-{version}", "greet-all-1.2.3", False),
        ("{version}-final", "1.2.3-final", True),
        ("{version}-final", "1.2.3", False),
        ("v{version}v", "v", False),
    ],
)
def test_a_tag_counts_as_a_version_when_it_is_made_as_the_format_says(
    tag_format: str,
    tag: str,
    counts: bool,  # noqa: FBT001 - a table's column
) -> None:
    assert counts is (TagSeries.of(tag_format, "greet").version(tag) is not None)


def test_a_name_that_looks_like_a_placeholder_is_only_text() -> None:
    assert TagSeries.of("{template}/v{version}", "{version}").tag("1.0.0") == "{version}/v1.0.0"
