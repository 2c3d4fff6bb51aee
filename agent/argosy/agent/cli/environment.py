"""What the command line reads of the environment by itself; `settings.environment` has the variables of settings."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

CACHE = "ARGOSY_CACHE"
DEBUG = "ARGOSY_DEBUG"
_MOUNTED_NAMESPACE = Path("/var/run/secrets/kubernetes.io/serviceaccount/namespace")


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


def namespace_of(environment: Mapping[str, str]) -> str:
    """The namespace the agent runs in: POD_NAMESPACE, or what Kubernetes mounts into its pod, or `argosy`."""
    if named := environment.get("POD_NAMESPACE"):
        return named
    try:
        return _MOUNTED_NAMESPACE.read_text(encoding="ascii").strip()
    except OSError:
        return "argosy"
