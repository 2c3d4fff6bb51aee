"""From the data of a settings file and the environment to the agent's settings, or to all that is wrong with them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import msgspec

from argosy.agent.settings.building import check_ports, makers
from argosy.agent.settings.effective import Value, effective
from argosy.agent.settings.keys import AGENT_KEYS, AgentKeys
from argosy.agent.settings.overlay import Overlaid, laid_over
from argosy.agent.settings.problems import Problems, as_one
from argosy.agent.settings.tree import AgentSettings
from argosy.agent.settings.variables import REPOSITORY, VARIABLES
from argosy.resolver.errors import Misconfigured, Reason
from argosy.resolver.policy import policy_from
from argosy.resolver.settings import RepositoryWire, ResolverSettings, SettingsWire, check_aliases, repository_from
from argosy.resolver.structures import structured

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from argosy.resolver.manifests import JsonObject
    from argosy.resolver.repositories import Repository

__all__ = ["Reading", "Where", "read_settings"]

_REMEDY: Final = "the reference of settings lists every key"
_RESOLVER_KEYS: Final = tuple(one.encode_name for one in msgspec.structs.fields(SettingsWire))
_POLICY: Final[JsonObject] = {"rules": [], "defaultVersions": []}


@dataclass(frozen=True, slots=True)
class Where:
    """Where settings are read, for their relative paths and for the texts of problems."""

    working_folder: Path
    """Absolute, as all of these; where the relative paths of variables start."""
    file: Path | None = None
    """Where there is one, its relative paths start at its folder."""

    @property
    def folder(self) -> Path:
        """Where the relative paths of the data start."""
        return self.file.parent if self.file else self.working_folder

    def placed(self, problem: Misconfigured, variables: Mapping[str, str]) -> Misconfigured:
        """The problem with its site as the operator wrote it: a variable, or a key of the file."""
        site = problem.site
        variable = variables.get(site) or variables.get(re.sub(r"\[\d+\]\Z", "", site))
        if variable:
            problem.site = variable
            return problem
        with_these = [name for key, name in variables.items() if key.startswith(f"{site}.")]
        place = f"{site}, with {', '.join(with_these)}" if with_these else site
        problem.site = f"{self.file}: {place}" if self.file else place
        return problem


@dataclass(frozen=True, slots=True)
class Reading:
    """What reading the settings came to: settings, or problems."""

    where: Where
    accepted: AgentSettings | None
    problems: tuple[Misconfigured, ...] = ()
    values: tuple[Value, ...] = ()
    """Every setting with its origin; empty where there are problems."""
    variables: Mapping[str, str] = field(default_factory=dict[str, str])
    """From which variables keys are."""

    @property
    def settings(self) -> AgentSettings:
        """The settings; raises Misconfigured with all the problems."""
        if self.accepted is None:
            raise as_one(self.problems)
        return self.accepted


def read_settings(
    mapping: object, environment: Mapping[str, str], where: Where, *, resolver: ResolverSettings | None = None
) -> Reading:
    """The environment over the data of a settings file; without a file the data is None.

    With `resolver`, repositories and policy are those, and what else is said of them is not looked at.
    """
    if mapping is not None and not isinstance(mapping, dict):
        return Reading(where, None, (where.placed(_no_mapping(), {}),))
    problems = Problems()
    overlaid = laid_over(mapping or {}, _without_repository(environment) if resolver else environment, where)
    keys = _agent_keys(overlaid.mapping, problems)
    resolver = resolver or _resolver_settings(overlaid.mapping, where.folder, problems)
    parts = _parts(keys, overlaid.mapping, where.folder, problems)
    found = (*overlaid.problems, *(where.placed(problem, overlaid.variables) for problem in problems.found))
    if found or resolver is None:
        return Reading(where, None, found)
    return Reading(where, AgentSettings(resolver, **parts), (), _values(overlaid, keys), overlaid.variables)


def _without_repository(environment: Mapping[str, str]) -> dict[str, str]:
    ours = {name for name, variable in VARIABLES.items() if variable.key.startswith(REPOSITORY)}
    return {name: text for name, text in environment.items() if name not in ours}


def _agent_keys(mapping: JsonObject, problems: Problems) -> AgentKeys:
    """The agent's keys without the wrong ones: each is tried by itself, so that all are found."""
    good: dict[str, Any] = {}
    for key, value in mapping.items():
        if key in _RESOLVER_KEYS:
            continue
        is_section = key in AGENT_KEYS and isinstance(value, dict)
        for part in [{inner: value[inner]} for inner in value] if is_section else [value]:
            with problems.collected():
                structured({key: part}, AgentKeys, "", remedy=_REMEDY)
                good[key] = {**good.get(key, {}), **part} if is_section else part
    return structured(good, AgentKeys, "", remedy=_REMEDY)


def _parts(keys: AgentKeys, mapping: JsonObject, folder: Path, problems: Problems) -> dict[str, Any]:
    parts: dict[str, Any] = {}
    for name, make in makers(keys, folder, mapping).items():
        with problems.collected():
            parts[name] = make()
    with problems.collected():
        check_ports(keys)
    return parts


def _resolver_settings(mapping: JsonObject, folder: Path, problems: Problems) -> ResolverSettings | None:
    before = len(problems.found)
    repositories = tuple(_repositories(mapping, folder, problems))
    with problems.collected():
        policy = policy_from(mapping.get("policy", {}), "policy")
        if len(problems.found) == before:
            check_aliases(repositories)
            return ResolverSettings(repositories, policy)
    return None


def _repositories(mapping: JsonObject, folder: Path, problems: Problems) -> Iterator[Repository]:
    with problems.collected():
        if mapping.get("repositories") in (None, []):
            raise _no_repository()
        wire = structured({"repositories": mapping["repositories"]}, SettingsWire, "", remedy=_REMEDY)
        for number, row in enumerate(wire.repositories):
            with problems.collected():
                yield repository_from(row, f"repositories[{number}]", folder=folder)


def _values(overlaid: Overlaid, keys: AgentKeys) -> tuple[Value, ...]:
    mapping = overlaid.mapping
    rows = [structured(row, RepositoryWire, "", remedy="") for row in mapping.get("repositories", ())]
    policy = {**_POLICY, **mapping.get("policy", {})}
    whole = {"repositories": msgspec.to_builtins(rows), "policy": policy, **msgspec.to_builtins(keys)}
    return effective(whole, mapping, overlaid.variables)


def _no_mapping() -> Misconfigured:
    return Misconfigured(Reason.INVALID_SETTINGS, "it is no mapping of keys", site="settings", remedy=_REMEDY)


def _no_repository() -> Misconfigured:
    remedy = "set REPO_URL, or repositories in the settings file"
    return Misconfigured(Reason.INVALID_SETTINGS, "there is no repository", site="repositories", remedy=remedy)
