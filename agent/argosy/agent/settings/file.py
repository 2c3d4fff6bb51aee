"""The settings file on disk, and the agent's settings out of it and the environment."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from argosy.agent.settings.reading import Reading, Where, read_settings
from argosy.resolver.documents import DocumentError, load
from argosy.resolver.errors import Misconfigured, Reason

if TYPE_CHECKING:
    from collections.abc import Mapping

    from argosy.agent.settings.tree import AgentSettings
    from argosy.resolver.manifests import JsonValue
    from argosy.resolver.settings import ResolverSettings

__all__ = ["data_in", "read_file", "settings_of"]


def settings_of(
    environment: Mapping[str, str], file: Path | None, *, resolver: ResolverSettings | None = None
) -> AgentSettings:
    """The settings of a file, with those of the environment over them; `resolver` goes before the repositories of both.

    Raises Misconfigured, which names the variable or the key.
    """
    return read_file(environment, file, resolver=resolver).settings


def read_file(
    environment: Mapping[str, str], file: Path | None, *, resolver: ResolverSettings | None = None
) -> Reading:
    """As `settings_of`, with every problem by itself, and where each value comes from."""
    where = Where(Path.cwd(), file.absolute() if file else None)
    try:
        data = data_in(file) if file else None
    except Misconfigured as error:
        return Reading(where, None, (error,))
    return read_settings(data, environment, where, resolver=resolver)


def data_in(file: Path) -> JsonValue:
    """What a settings file holds; raises Misconfigured when it cannot be read."""
    try:
        return load(file.read_bytes())
    except OSError as error:
        raise _unreadable(file, error.strerror or str(error)) from error
    except DocumentError as error:
        raise _unreadable(file, str(error)) from error


def _unreadable(file: Path, problem: str) -> Misconfigured:
    return Misconfigured(
        Reason.INVALID_SETTINGS, f"the settings file cannot be read: {problem}", site=str(file), remedy="see --config"
    )
