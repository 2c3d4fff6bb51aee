"""What the containers of a case do, in a few lines: which node ends how, and what it leaves behind."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from argosy.resolver.manifests import JsonObject, JsonValue

_EXIT = re.compile(r"\bexit\(?\s*([0-9]+)")


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a node ends. What is not said is decided by its template."""

    exit_code: int | None = None
    message: str = ""
    """Of the pod as a whole, such as of one that was evicted."""
    result: str = "played"
    """What it prints."""
    parameters: Mapping[str, str] = field(default_factory=dict[str, str])
    """The contents of the files of output parameters, by name of the parameter."""


@dataclass(frozen=True, slots=True)
class Script:
    """The first rule whose pattern the name of a node matches counts: `*.flip(0)`, `*fails*`."""

    rules: tuple[tuple[str, Outcome], ...] = ()

    def outcome(self, node_name: str) -> Outcome:
        """Names of nodes hold `[0]`, which a pattern does not write."""
        flat = node_name.replace("[", "(").replace("]", ")")
        for pattern, outcome in self.rules:
            if fnmatchcase(flat, pattern):
                return outcome
        return Outcome()


def exit_code(outcome: Outcome, template: JsonObject) -> int:
    """That of the outcome, else the last one that a container's own text ends with, else 0."""
    if outcome.exit_code is not None:
        return outcome.exit_code
    found = [int(code) for text in _texts(template) for code in _EXIT.findall(text)]
    return found[-1] if found else 0


def _texts(template: JsonObject) -> Iterator[str]:
    for key in ("container", "script"):
        body: JsonValue = template.get(key) or {}
        yield from (text for text in [*(body.get("command") or []), *(body.get("args") or [])] if isinstance(text, str))
        yield str(body.get("source") or "")
