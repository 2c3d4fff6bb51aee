"""The only place of the command line that reads the environment, and what it reads there."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

CACHE = "ARGOSY_CACHE"
DEBUG = "ARGOSY_DEBUG"


def cache_folder(environment: Mapping[str, str]) -> Path:
    """ARGOSY_CACHE, or `argosy` in the user's cache folder as the XDG base directory specification has it."""
    if named := environment.get(CACHE):
        return Path(named).expanduser()
    # The specification tells programs to ignore a relative path here.
    base = Path(environment.get("XDG_CACHE_HOME", ""))
    if base.is_absolute():
        return base / "argosy"
    return Path(environment.get("HOME") or Path.home()) / ".cache" / "argosy"


def wants_tracebacks(environment: Mapping[str, str]) -> bool:
    """Whether ARGOSY_DEBUG is set to something."""
    return bool(environment.get(DEBUG))
