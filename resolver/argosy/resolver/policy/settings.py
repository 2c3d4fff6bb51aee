"""The `policy` part of a settings file: an unknown key, a wrong type or a misleading pattern stops the start."""

from __future__ import annotations

from typing import TYPE_CHECKING

from argosy.resolver import globs
from argosy.resolver.errors import Denied, Misconfigured, Reason
from argosy.resolver.policy.decisions import DefaultVersion, Policy
from argosy.resolver.policy.rules import ANYTHING, Rule
from argosy.resolver.structures import Structure, structured
from argosy.resolver.versions import parse_version

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["check_patterns", "check_version", "policy_from"]

_KEYS = (
    "a policy has rules and defaultVersions; a rule has namespaces, repositories, paths, versions, tagsOnly and "
    "reachableFrom; a default version has version and namespaces"
)


class _RuleWire(Structure, frozen=True):
    namespaces: tuple[str, ...] = ANYTHING
    repositories: tuple[str, ...] = ANYTHING
    paths: tuple[str, ...] = ANYTHING
    versions: tuple[str, ...] = ANYTHING
    tags_only: bool = False
    reachable_from: tuple[str, ...] | None = None


class _DefaultVersionWire(Structure, frozen=True):
    version: str
    namespaces: tuple[str, ...] = ANYTHING


class _PolicyWire(Structure, frozen=True):
    rules: tuple[_RuleWire, ...] = ()
    default_versions: tuple[_DefaultVersionWire, ...] = ()


def policy_from(mapping: object, place: str) -> Policy:
    """The policy that a mapping with the keys `rules` and `defaultVersions` describes.

    Raises Misconfigured with the path of the wrong key below `place`, as `policy.rules[0].versions`.
    """
    wire = structured(mapping, _PolicyWire, place, remedy=_KEYS)
    return Policy(
        tuple(_rule(rule, f"{place}.rules[{number}]") for number, rule in enumerate(wire.rules)),
        tuple(
            _default_version(default, f"{place}.defaultVersions[{number}]")
            for number, default in enumerate(wire.default_versions)
        ),
    )


def _rule(wire: _RuleWire, place: str) -> Rule:
    for key, patterns in _given_patterns(wire):
        check_patterns(patterns, f"{place}.{key}")
    return Rule(
        namespaces=wire.namespaces,
        repositories=wire.repositories,
        paths=wire.paths,
        versions=wire.versions,
        tags_only=wire.tags_only,
        reachable_from=wire.reachable_from or (),
    )


def _given_patterns(wire: _RuleWire) -> Iterator[tuple[str, tuple[str, ...]]]:
    yield "namespaces", wire.namespaces
    yield "repositories", wire.repositories
    yield "paths", wire.paths
    yield "versions", wire.versions
    if wire.reachable_from is not None:
        yield "reachableFrom", wire.reachable_from


def _default_version(wire: _DefaultVersionWire, place: str) -> DefaultVersion:
    check_patterns(wire.namespaces, f"{place}.namespaces")
    check_version(wire.version, f"{place}.version")
    return DefaultVersion(wire.namespaces, wire.version)


def check_version(version: str, place: str) -> None:
    """Raise Misconfigured for a version that nobody could ask for."""
    try:
        parse_version(version)
    except Denied as error:
        raise Misconfigured(Reason.INVALID_SETTINGS, error.problem, site=place, remedy=error.remedy) from error


def check_patterns(patterns: Sequence[str], place: str) -> None:
    """Raise Misconfigured for an empty list, and for a glob that would not mean what its author expects."""
    if not patterns:
        raise Misconfigured(
            Reason.INVALID_SETTINGS,
            "an empty list would match nothing",
            site=place,
            remedy="leave the key out, or name at least one pattern",
        )
    for number, pattern in enumerate(patterns):
        if problem := globs.problem_with(pattern):
            raise Misconfigured(Reason.INVALID_SETTINGS, f"{pattern!r}: {problem}", site=f"{place}[{number}]")
