"""What JSON must look like where it is read: a manifest from git or from a user may hold anything anywhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from argosy.resolver.errors import Denied, Reason

if TYPE_CHECKING:
    from argosy.resolver.manifests import JsonValue


def mapping(value: JsonValue, site: str) -> JsonValue:
    """The object at a site; an absent or null one is empty. Raises Denied(INVALID_MANIFEST)."""
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise _misshapen(value, "an object", site)
    return value


def sequence(value: JsonValue, site: str) -> list[JsonValue]:
    """The list at a site; an absent or null one is empty. Raises Denied(INVALID_MANIFEST)."""
    if value is None:
        return []
    if not isinstance(value, list):
        raise _misshapen(value, "a list", site)
    return value


def text(value: JsonValue, site: str) -> str:
    """The string at a site; an absent or null one is empty. Raises Denied(INVALID_MANIFEST)."""
    if value is None:
        return ""
    if not isinstance(value, str):
        raise _misshapen(value, "a string", site)
    return value


def boolean(value: JsonValue, site: str) -> bool:
    """The truth value at a site; an absent or null one is false. Raises Denied(INVALID_MANIFEST)."""
    if value is None:
        return False
    if not isinstance(value, bool):
        raise _misshapen(value, "a boolean", site)
    return value


def _misshapen(value: JsonValue, wanted: str, site: str) -> Denied:
    return Denied(
        Reason.INVALID_MANIFEST,
        f"this is {_kind(value)}, not {wanted}",
        site=site,
        remedy="write it as Argo's field reference says",
    )


def _kind(value: JsonValue) -> str:
    kinds = {dict: "an object", list: "a list", str: "a string", bool: "a boolean"}
    return kinds.get(type(value), "a number")
