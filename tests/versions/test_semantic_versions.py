from __future__ import annotations

import itertools

import pytest

from argosy.resolver.versions.semver import Semver, parse_semver


def _version(text: str) -> Semver:
    version = parse_semver(text)
    assert version is not None
    return version


def test_versions_are_ordered_as_the_specification_orders_them() -> None:
    first = "0.9.10 1.0.0-0 1.0.0-2 1.0.0-10 1.0.0-alpha 1.0.0-alpha.1 1.0.0-alpha.beta 1.0.0-beta 1.0.0-beta.2"
    rest = "1.0.0-beta.11 1.0.0-rc.1 1.0.0-rc.99999999999999999999 1.0.0 1.0.1 1.2.0 1.10.0 2.0.0"
    ordered = [*first.split(), *rest.split()]

    for lower, higher in itertools.pairwise(ordered):
        assert _version(lower).precedence < _version(higher).precedence, (lower, higher)


def test_build_metadata_and_a_leading_v_do_not_change_the_precedence() -> None:
    assert _version("1.2.3").precedence == _version("v1.2.3+build.5").precedence
    assert _version("1.2.3") == _version("v1.2.3")
    assert _version("1.2.3") != _version("1.2.3+build")


@pytest.mark.parametrize(("text", "stable"), [("1.0.0", True), ("1.0.0+rc.1", True), ("1.0.0-rc.1", False)])
def test_a_version_without_pre_release_is_stable(text: str, stable: bool) -> None:  # noqa: FBT001 - a table's column
    assert stable is _version(text).stable


@pytest.mark.parametrize(
    "text",
    [
        "",
        "v1",
        "1.2",
        "1.2.3.4",
        "V1.2.3",
        "vv1.2.3",
        " 1.2.3",
        "1.2.3\n",
        "01.2.3",
        "1.2.3-",
        "1.2.3-01",
        "1.2.3-a..b",
        "1.2.3+",
        "1.2.3-ä",
        "\u0661.2.3",
        "2024.01.15",
        "greet/v1.2.3",
        "1.2.99999999999999999",
        "1.2." + "9" * 5_000,
        "1.2.3-" + "9" * 5_000,
        "1.2.3-" + "a." * 50_000,
    ],
)
def test_what_is_not_a_full_version_is_none(text: str) -> None:
    assert parse_semver(text) is None
