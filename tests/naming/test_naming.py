"""Names of copied templates and of delivered objects."""

from __future__ import annotations

import re
from itertools import permutations

import pytest

from argosy.resolver.flattened import Identity
from argosy.resolver.manifests import ResourceName, TemplateName
from argosy.resolver.naming import is_versioned, template_names, versioned_name
from argosy.resolver.sources import CommitId, Origin, RepositoryAlias

ARGO_NAME = re.compile(r"[a-zA-Z0-9][-a-zA-Z0-9]*")
HASHED = re.compile(r"[a-z0-9][-a-z0-9]*-[0-9a-f]{10}")


def identity(template: str, resource: str = "ci", commit: str = "a" * 40, repository: str = "platform") -> Identity:
    origin = Origin(RepositoryAlias(repository), CommitId(commit))
    return Identity(origin, "WorkflowTemplate", ResourceName(resource), TemplateName(template))


def name_of(one: Identity, *, reserved: tuple[str, ...] = (), unresolved: bool = False) -> str:
    return template_names([one], reserved=reserved, unresolved=unresolved)[one]


@pytest.mark.parametrize("template", ["build", "0-build", "b" * 128])
def test_a_lower_case_name_that_nobody_else_wants_is_kept(template: str) -> None:
    assert name_of(identity(template)) == template


@pytest.mark.parametrize(
    ("template", "start"),
    [
        ("Build", "build-ci-"),
        ("my_template", "my-template-ci-"),
        ("b" * 129, "b" * 52 + "-"),
        ("-build", "build-ci-"),
        ("main.steps[0][1]", "main-steps-0-1-ci-"),
        ("ü", "ci-"),
        ("{{x}}", "x-ci-"),
    ],
)
def test_any_other_name_is_made_fit_for_pods_and_told_apart_by_a_hash(template: str, start: str) -> None:
    name = name_of(identity(template))
    assert name.startswith(start)
    assert HASHED.fullmatch(name)
    assert len(name) <= 63


@pytest.mark.parametrize(("reserved", "unresolved"), [(("build",), False), ((), True)])
def test_a_name_that_is_taken_or_could_be_looked_up_in_the_cluster_gets_a_hash(
    reserved: tuple[str, ...], *, unresolved: bool
) -> None:
    assert name_of(identity("build"), reserved=reserved, unresolved=unresolved).startswith("build-ci-")


def test_all_claimants_of_a_name_get_a_hash_and_all_hashes_differ() -> None:
    claimants = [
        identity("build"),
        identity("build", commit="b" * 40),
        identity("build", resource="cd"),
        identity("build", repository="data"),
    ]
    names = template_names(claimants, reserved=(), unresolved=False)
    assert len(set(names.values())) == 4
    assert all(HASHED.fullmatch(name) for name in names.values())


def test_names_do_not_depend_on_the_order_of_discovery() -> None:
    found = [identity("build"), identity("build", resource="cd"), identity("test")]
    results = [template_names(order, reserved=("x",), unresolved=False) for order in permutations(found)]
    assert all(result == results[0] for result in results)


def test_a_made_up_name_that_somebody_wrote_already_is_not_used() -> None:
    taken = name_of(identity("build"), unresolved=True)
    other = name_of(identity("build"), reserved=(taken,), unresolved=True)
    assert other != taken
    assert HASHED.fullmatch(other)


@pytest.mark.parametrize("resource", ["ci", "ci.build", "r" * 253, "a" * 48 + ".b"])
def test_a_versioned_name_fits_a_label_and_tells_that_it_is_one(resource: str) -> None:
    name = versioned_name(resource, {"content": 1})
    assert len(name) <= 63
    assert re.fullmatch(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?", name)
    assert is_versioned(name)


def test_a_versioned_name_changes_with_its_content() -> None:
    assert versioned_name("ci", ["a"]) == versioned_name("ci", ["a"])
    assert versioned_name("ci", ["a"]) != versioned_name("ci", ["b"])


@pytest.mark.parametrize("name", ["ci", "ci-v1.2.3", "ci-0123456789ab", "-g0123456789ab", "ci-g0123456789abc", ""])
def test_other_names_are_not_taken_for_versioned_ones(name: str) -> None:
    assert not is_versioned(name)
