"""The names of copied templates: bare where that keeps pod names as they are, told apart by a hash elsewhere."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from tests.equivalence.differences import Difference, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from argosy.resolver.flattened import Rename
    from tests.equivalence.comparison import Comparison

ARGO_NAME = re.compile(r"[a-zA-Z0-9][-a-zA-Z0-9]{0,127}")
BARE = re.compile(r"[a-z0-9][-a-z0-9]{0,127}")
HASHED = re.compile(r"[a-z0-9][-a-z0-9]{0,51}-[0-9a-z]{10}")


def name_differences(comparison: Comparison, own: list[str], renames: Sequence[Rename]) -> Iterator[Difference]:
    """What is wrong with the names in the flattened form, its own and those of the copies."""
    names = [template["name"] for template in comparison.output.spec.get("templates") or []]
    for name, count in Counter(names).items():
        if count > max(1, own.count(name)):
            yield Difference(Rule.NAME, "spec.templates", f"{name!r} is there {count} times")
    added = names[len(own) :]
    for name in added:
        if not BARE.fullmatch(name):
            yield Difference(Rule.NAME, "spec.templates", f"{name!r} cannot be part of a pod's name")
        if name not in comparison.reached:
            yield Difference(Rule.REACH, "spec.templates", f"{name!r} was copied and nothing runs it")
    yield from _copy_differences(comparison, own)
    yield from _rename_differences(comparison, own, renames)


def _copy_differences(comparison: Comparison, own: list[str]) -> Iterator[Difference]:
    """One copy for each external template, one external template for each copy, in the right tier."""
    copies = {
        identity: answers - set(own) for identity, answers in comparison.copies.items() if not answers <= set(own)
    }
    claims = Counter(template for _, template in copies)
    users = Counter(answer for answers in copies.values() for answer in answers)
    for (resource, template), answers in copies.items():
        site = f"{comparison.resources[resource].name}/{template}"
        if len(answers) != 1:
            yield Difference(Rule.NAME, site, f"was copied more than once: {sorted(answers)}")
        shared = sorted(answer for answer in answers if users[answer] > 1)
        if shared:
            yield Difference(Rule.NAME, site, f"shares its copy {shared} with another template")
        may_be_bare = bool(BARE.fullmatch(template)) and template not in {*own, *comparison.unanswered}
        bare = may_be_bare and claims[template] == 1 and not comparison.in_cluster
        for answer in answers:
            if bare and answer != template:
                yield Difference(Rule.NAME, site, f"became {answer!r} although its own name was free")
            if not bare and (answer == template or not HASHED.fullmatch(answer)):
                yield Difference(Rule.NAME, site, f"became {answer!r}: needs a name with a hash")


def _rename_differences(comparison: Comparison, own: list[str], renames: Sequence[Rename]) -> Iterator[Difference]:
    """The rename table tells the same as the walk, in the order of identities."""
    if list(renames) != sorted(renames, key=lambda rename: rename.identity):
        yield Difference(Rule.NAME, "renames", "are not in order")
    for gone in {rename.name for rename in renames if comparison.output.template(rename.name) is None}:
        yield Difference(Rule.NAME, "renames", f"tell of {gone!r}, which is not there")
    told: dict[tuple[object, ...], str] = {}
    for rename in renames:
        identity = rename.identity
        told[identity.origin, identity.kind, identity.resource, identity.template] = rename.name
    for (key, template), answers in comparison.copies.items():
        resource = comparison.resources[key]
        answer = told.get((resource.origin, resource.kind, resource.name, template))
        if answers <= set(own):
            continue
        if answer not in answers:
            yield Difference(
                Rule.NAME, f"{resource.name}/{template}", f"is told to be {answer!r}, is {sorted(answers)}"
            )
