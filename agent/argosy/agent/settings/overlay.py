"""The environment laid over the data of the settings file, key by key, before anything is validated.

The `REPO_` variables together describe one repository: that of the file with the alias `REPO_ALIAS` (`templates` by
default), whose keys they replace, or else one more.
"""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from argosy.agent.settings.environment import misspelled, our_variables
from argosy.agent.settings.variables import REPOSITORY, VARIABLES, value_of
from argosy.resolver.errors import Misconfigured, Reason
from argosy.resolver.settings import DEFAULT_ALIAS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from argosy.agent.settings.reading import Where
    from argosy.resolver.manifests import JsonObject

__all__ = ["Overlaid", "laid_over"]

_OF_THE_URL: Final = ("credentials", "caFile", "proxy")


@dataclass(slots=True)
class Overlaid:
    """Data as a settings file would hold it, and which of its keys are from which variable."""

    mapping: JsonObject
    working_folder: Path
    variables: dict[str, str] = field(default_factory=dict[str, str])
    """By the path of the key."""
    problems: list[Misconfigured] = field(default_factory=list[Misconfigured])

    def put(self, key: str, name: str, text: str) -> None:
        """Set one key to what a variable says; what stands in the way of it is left for the validation."""
        try:
            value = value_of(name, text, self.working_folder)
        except Misconfigured as error:
            self.problems.append(error)
            return
        *above, last = key.split(".")
        mapping: Any = self.mapping
        for step in above:
            mapping = _below(mapping, step)
        if isinstance(mapping, dict):
            mapping[last] = value
            self.variables[key] = name


def laid_over(mapping: JsonObject, environment: Mapping[str, str], where: Where) -> Overlaid:
    """The mapping is not changed; relative paths in variables start at the working folder."""
    overlaid = Overlaid(deepcopy(mapping), where.working_folder, problems=list(misspelled(environment)))
    given = our_variables(environment)
    of_repository = {name: text for name, text in given.items() if VARIABLES[name].key.startswith(REPOSITORY)}
    for name, text in given.items():
        if name not in of_repository:
            overlaid.put(VARIABLES[name].key, name, text)
    if of_repository:
        _lay_over_repository(overlaid, of_repository)
    return overlaid


def _lay_over_repository(overlaid: Overlaid, given: Mapping[str, str]) -> None:
    rows = overlaid.mapping.setdefault("repositories", [])
    if not isinstance(rows, list):
        return
    alias = given.get("REPO_ALIAS", DEFAULT_ALIAS)
    number = next((number for number, row in enumerate(rows) if _alias(row) == alias), len(rows))
    if number == len(rows):
        if "REPO_URL" not in given:
            overlaid.problems.append(_without_url(alias, next(iter(given))))
            return
        rows.append({})
    elif given.get("REPO_URL", rows[number].get("url")) != rows[number].get("url"):
        # The credentials of the file belong to the URL of the file.
        rows[number] = {key: value for key, value in rows[number].items() if key not in _OF_THE_URL}
    for name, text in given.items():
        overlaid.put(VARIABLES[name].key.replace("[]", f"[{number}]"), name, text)


def _alias(row: Any) -> Any:
    return (row.get("alias") or DEFAULT_ALIAS) if isinstance(row, dict) else None


def _without_url(alias: str, name: str) -> Misconfigured:
    return Misconfigured(
        Reason.INVALID_SETTINGS,
        f"there is no repository {alias!r} that it could belong to",
        site=name,
        remedy="set REPO_URL as well, or REPO_ALIAS to a repository of the settings file",
    )


def _below(mapping: Any, step: str) -> Any:
    """The mapping below a key, made where there is none; `repositories[0]` is a row of a list."""
    name, bracket, number = step.rstrip("]").partition("[")
    if not isinstance(mapping, dict):
        return None
    if bracket:
        return mapping[name][int(number)]
    below = mapping.get(name)
    if below is None:
        below = mapping[name] = {}
    return below
