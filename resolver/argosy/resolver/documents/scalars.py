"""What Go's YAML reader takes an unquoted or tagged word for: resolve.go of go.yaml.in/yaml/v2, version 2.4.2.

The rules are those of YAML 1.1 with exceptions: `y` and `n` are booleans, dates and `1:30` stay strings, octal is
`0777` and `0o777`, and a number too large for a float stays a string.
"""

from __future__ import annotations

import base64
import binascii
import math
import re
from typing import TYPE_CHECKING, Final

from argosy.resolver.documents.errors import DocumentError
from argosy.resolver.documents.timestamps import is_timestamp

if TYPE_CHECKING:
    from collections.abc import Callable

    from argosy.resolver.manifests import JsonValue

__all__ = ["MAYBE_NOT_TEXT", "MERGE", "resolve_plain", "resolve_tagged"]


class _Merge:
    """The key `<<`, which a mapping's own entries are mixed with others by."""


MERGE: Final = _Merge()

_MERGE_TEXT = "<<"
_CONSTANTS: Final[dict[str, JsonValue]] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"), True),
    **dict.fromkeys(("n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"), False),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), math.nan),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), math.inf),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), -math.inf),
    _MERGE_TEXT: MERGE,
}
_NUMBER_STARTS: Final = frozenset("+-.0123456789")

MAYBE_NOT_TEXT: Final = frozenset({"", *"yYnNtTfFoO~", *_NUMBER_STARTS, *_MERGE_TEXT})
"""A plain word that starts otherwise is a string, so most words never reach `resolve_plain`."""

# ParseInt and ParseUint with base 0, after the underscores have gone; "0b" may be followed by a sign (a leftover
# of the reader's own binary numbers), the other prefixes may not.
_INTEGERS: Final[tuple[tuple[Callable[[str], re.Match[str] | None], int], ...]] = (
    (re.compile(r"([-+]?)([1-9][0-9]{0,19}|0)").fullmatch, 10),
    (re.compile(r"([-+]?)0[oO]?([0-7]+)").fullmatch, 8),
    (re.compile(r"([-+]?)0[xX]([0-9a-fA-F]+)").fullmatch, 16),
    (re.compile(r"([-+]?)0[bB]([01]+)").fullmatch, 2),
    (re.compile(r"()0b([-+][01]+)").fullmatch, 2),
)
_SMALLEST: Final = -(1 << 63)
_LARGEST: Final = (1 << 63) - 1
_LARGEST_UNSIGNED: Final = (1 << 64) - 1

_FLOAT: Final = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?").fullmatch
_POINT_FLOAT: Final = re.compile(r"\.[0-9_]+([eE][-+]?[0-9_]+)?").fullmatch

_TAG_PREFIX: Final = "tag:yaml.org,2002:"
_MERGE_TAGS: Final = frozenset({"!", f"{_TAG_PREFIX}merge"})


def resolve_plain(text: str) -> JsonValue:
    """The null, boolean, number, string or MERGE that an unquoted word stands for.

    >>> [resolve_plain(text) for text in ("on", "0o17", "1_000", "1.50", "1:30", "2001-01-01", "v1")]
    [True, 15, 1000, 1.5, '1:30', '2001-01-01', 'v1']
    """
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    return _number(text) if text[0] in _NUMBER_STARTS else text


def _number(text: str) -> int | float | str:
    if text[0] == ".":
        # Here, and only here, Go reads the word with its underscores: they must stand between digits, as in Python.
        return _float(text) if _POINT_FLOAT(text) else text
    bare = text.replace("_", "") if "_" in text else text
    integer = _integer(bare)
    if integer is not None:
        return integer
    number = _float(bare) if _FLOAT(bare) else text
    return number if type(number) is float else text


def _integer(text: str) -> int | None:
    for matches, base in _INTEGERS:
        match = matches(text)
        if match:
            sign, digits = match.groups()
            value = -int(digits, base) if sign == "-" else int(digits, base)
            return value if _SMALLEST <= value <= (_LARGEST if sign else _LARGEST_UNSIGNED) else None
    return None


def _float(text: str) -> float | str:
    try:
        value = float(text)
    except ValueError:
        return text
    return text if math.isinf(value) else value


def resolve_tagged(tag: str, text: str) -> JsonValue:
    """What a word with a tag stands for, quoted or not; tags that Go does not know leave it a string.

    >>> resolve_tagged("tag:yaml.org,2002:float", "1"), resolve_tagged("!Sub", "1")
    (1.0, '1')
    """
    kind = tag.removeprefix(_TAG_PREFIX) if tag.startswith(_TAG_PREFIX) else ""
    if kind == "binary":
        return _binary(text)
    if text == _MERGE_TEXT and tag in _MERGE_TAGS:
        return MERGE
    fits = _FITS.get(kind)
    if fits is None:
        return text
    value = text if text == _MERGE_TEXT else resolve_plain(text)
    if kind == "timestamp":
        value = text if is_timestamp(text) else value
    if not fits(value, text):
        raise DocumentError(f"{text[:40]!r} is no !!{kind}; take the tag away or quote another value")
    return float(value) if kind == "float" else value


def _fits_float(value: JsonValue, _: str) -> bool:
    return type(value) is float or (type(value) is int and value <= _LARGEST)


_FITS: Final[dict[str, Callable[[JsonValue, str], bool]]] = {
    "bool": lambda value, _: type(value) is bool,
    "float": _fits_float,
    "int": lambda value, _: type(value) is int,
    "null": lambda value, _: value is None,
    "timestamp": lambda _, text: is_timestamp(text),
}


def _binary(text: str) -> str:
    """The bytes as text; each byte that is no UTF-8 becomes U+FFFD, as Go's JSON writer has it."""
    try:
        data = base64.b64decode(text.replace("\n", "").replace("\r", ""), validate=True)
    except (binascii.Error, ValueError) as error:
        raise DocumentError("a !!binary value is no base64 text; encode it again") from error
    return re.sub("[\ud800-\udfff]", "\ufffd", data.decode("utf-8", "surrogateescape"))
