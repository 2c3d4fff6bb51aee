"""One byte string for one value, whatever order its keys were written in, and a digest of it."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

import orjson

from argosy.resolver.documents.errors import DocumentError

if TYPE_CHECKING:
    from argosy.resolver.manifests import JsonValue

__all__ = ["canonical", "digest"]


def canonical(value: JsonValue) -> bytes:
    r"""The value as JSON with sorted keys and no white space, in UTF-8.

    >>> canonical({"b": [1, "é"], "a": None})
    b'{"a":null,"b":[1,"\xc3\xa9"]}'
    """
    try:
        return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    except orjson.JSONEncodeError:
        # orjson knows integers of 64 bits only; JSON, and so a manifest, may hold larger ones.
        return _by_standard_library(value)


def _by_standard_library(value: JsonValue) -> bytes:
    try:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"))
        return text.encode()
    except (RecursionError, TypeError, ValueError) as error:
        raise DocumentError(f"this is no JSON value: {error}") from error


def digest(value: JsonValue) -> str:
    """The SHA-256 of the canonical bytes, as `sha256:<hex>`.

    >>> digest({})
    'sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a'
    """
    return f"sha256:{hashlib.sha256(canonical(value)).hexdigest()}"
