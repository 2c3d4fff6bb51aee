"""The text of a registry, in the format that a scraper asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from prometheus_client.exposition import choose_encoder

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry

__all__ = ["exposition"]

_VERSIONS: Final = frozenset({"", "1.0.0"})
_MAX_ACCEPT: Final = 2000


def exposition(registry: CollectorRegistry, accept: str) -> tuple[bytes, str]:
    """The body and its content type; the classic text format where nothing else that we write is accepted."""
    encode, content_type = choose_encoder(_written(accept))
    return encode(registry), content_type


def _written(accept: str) -> str:
    """The formats of an Accept header that we write.

    The library promises back whatever version it is asked for, and raises for one that is no number.
    """
    return ",".join(one for one in accept[:_MAX_ACCEPT].split(",") if _version(one) in _VERSIONS)


def _version(media_range: str) -> str:
    for parameter in media_range.split(";")[1:]:
        name, _, value = parameter.strip().partition("=")
        if name == "version":
            return value
    return ""
