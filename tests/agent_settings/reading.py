"""Settings read as the agent does, from data and variables given in a line."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from argosy.agent.settings import Reading, Where, read_settings

if TYPE_CHECKING:
    from collections.abc import Mapping

FILE = Path("/etc/argosy/settings.yaml")
WORKING_FOLDER = Path("/work")
URL = "https://git.example/a.git"
ONE = {"repositories": [{"url": URL}]}


def read(mapping: object = None, environment: Mapping[str, str] | None = None, **variables: str) -> Reading:
    """As a file at FILE; without a mapping there is no file."""
    where = Where(WORKING_FOLDER, FILE if mapping is not None else None)
    return read_settings(mapping, {**(environment or {}), **variables}, where)


def told(reading: Reading) -> list[str]:
    """The problems, without their remedies."""
    return [f"{problem.site}: {problem.problem}" for problem in reading.problems]
