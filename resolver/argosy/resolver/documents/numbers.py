"""How Go writes a number in JSON, and as the text of a key."""

from __future__ import annotations

import math
import struct
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from argosy.resolver.documents.errors import DocumentError

if TYPE_CHECKING:
    from argosy.resolver.manifests import JsonValue

__all__ = ["json_number", "key_text"]

_EXPONENT_FROM: Final = 1e21
_FIRST_UNSIGNED: Final = 1 << 63

_EXACT_DIGITS: Final = 9
"""As many digits as tell any two floats of 32 bits apart."""
_PLAIN_EXPONENTS: Final = range(-4, 6)
"""Where strconv's format 'g' writes no exponent."""


def json_number(value: float) -> int | float:
    """The number as a reader of Go's JSON sees it: `1.0` is written as `1`, 2**64 as `18446744073709552000`."""
    if math.isinf(value) or math.isnan(value):
        raise DocumentError("JSON has no infinite numbers and no .nan; quote the value to mean the text")
    if value.is_integer() and abs(value) < _EXPONENT_FROM:
        return int(Decimal(repr(value)))
    return value


def key_text(key: JsonValue) -> str:
    """A key that is no string, as sigs.k8s.io/yaml makes it one; null, lists and mappings cannot be keys.

    >>> key_text(True), key_text(8), key_text(1.50), key_text(1e6)
    ('true', '8', '1.5', '1e+06')
    """
    kind = type(key)
    if kind is str:
        return str(key)
    if kind is bool:
        return "true" if key else "false"
    if kind is int and key < _FIRST_UNSIGNED:
        return str(key)
    if kind is float:
        return _single(key)
    name = {dict: "a mapping", list: "a list", int: "a number above 2**63 - 1"}.get(kind, "null")
    raise DocumentError(f"{name} cannot be a key; quote it to mean the text")


def _single(value: float) -> str:
    """The shortest text that names the same float of 32 bits: strconv.FormatFloat(value, 'g', -1, 32)."""
    if math.isnan(value):
        return ".nan"
    try:
        packed = struct.pack("f", value)
    except OverflowError:
        packed = struct.pack("f", math.copysign(math.inf, value))
    (rounded,) = struct.unpack("f", packed)
    if math.isinf(rounded):
        return ".inf" if rounded > 0 else "-.inf"
    texts = (f"{rounded:.{digits}e}" for digits in range(_EXACT_DIGITS))
    scientific = next(text for text in texts if _packed(text) == packed)
    exponent = int(scientific.partition("e")[2])
    return f"{Decimal(scientific):f}" if exponent in _PLAIN_EXPONENTS else scientific


def _packed(text: str) -> bytes:
    try:
        return struct.pack("f", float(text))
    except OverflowError:
        return b""
