"""Plain data from a settings file into typed structures: what does not fit is named by its path."""

from __future__ import annotations

from typing import TypeVar

import msgspec

from argosy.resolver.errors import Misconfigured, Reason

__all__ = ["Structure", "structured"]


class Structure(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True, kw_only=True):
    """A mapping of a settings file, with keys in camelCase: an unknown key is an error, never ignored."""


Shape = TypeVar("Shape", bound=Structure)


def structured(data: object, shape: type[Shape], place: str, *, remedy: str) -> Shape:
    """The data as a structure; raises Misconfigured with the path of the wrong key below `place`."""
    try:
        return msgspec.convert(data, shape, strict=True)
    except msgspec.ValidationError as error:
        problem, _, below = str(error).partition(" - at `$")
        raise Misconfigured(
            Reason.INVALID_SETTINGS,
            problem[:1].lower() + problem[1:],
            site=(place + below.rstrip("`")).lstrip(".") or "settings",
            remedy=remedy,
        ) from error
