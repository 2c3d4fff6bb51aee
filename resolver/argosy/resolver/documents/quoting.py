"""How one word or number is written in YAML so that every reader sees the same: Go, PyYAML, YAML 1.1 and 1.2."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Final

from argosy.resolver.documents.errors import DocumentError
from argosy.resolver.documents.numbers import json_number

if TYPE_CHECKING:
    from argosy.resolver.manifests import JsonValue

__all__ = ["key_source", "scalar_source"]

# Words that some reader takes for a boolean, null or a number; each of them in any case.
_RESERVED: Final = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan", "inf", "infinity"})
# Starts as a letter does, has no ": " and no " #", and no space at its end or beside another.
_PLAIN: Final = re.compile(
    r"(?:[^\W\d]|[/$(])(?:[\w./@=+()$%^;<>?!|~*&'\"\\\[\]{},-]|:(?=\S)|(?<=\S)#| (?=\S))*"
).fullmatch
_PLAIN_KEY: Final = re.compile(r"(?:[^\W\d]|/)[\w./-]*").fullmatch
# Starts as a number does, and has a letter that no number, date or time has: 30s, 1Gi.
_PLAIN_QUANTITY: Final = re.compile(r"[0-9][0-9A-Za-z./_-]*[g-hj-mp-su-wyG-HJ-MP-SU-WY][0-9A-Za-z./_-]*").fullmatch

_ESCAPED: Final = re.compile('[\x00-\x1f"\\\\\x7f-\xa0\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]')
_NOT_AS_IT_IS: Final = re.compile("[\x00-\x1f\x7f-\xa0\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]").search
_NOT_IN_LINES: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\xa0\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]").search
_SHORT_ESCAPES: Final = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}

_FIRST_BEYOND_UNSIGNED: Final = 1 << 64
_SMALLEST: Final = -(1 << 63)
_FLOAT_BITS: Final = 1_000
"""Whatever is this long overflows no float."""


def scalar_source(value: JsonValue, indent: str) -> str:
    """The source of a value that is no list and no mapping with entries; `indent` stands before lines that follow."""
    if isinstance(value, str):
        return _literal(value, indent) if _is_for_lines(value) else _text(value)
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, int):
        return _integer(value)
    if isinstance(value, float):
        return _float(value)
    if value in ({}, []):
        return "{}" if isinstance(value, dict) else "[]"
    raise DocumentError(f"JSON has no {type(value).__name__}; give it as text")


def key_source(key: JsonValue) -> str:
    """The source of a key, always on one line."""
    if not isinstance(key, str):
        raise DocumentError(f"the key {key!r} is no string")
    return key if _PLAIN_KEY(key) and key.lower() not in _RESERVED else _quoted(key)


def _text(text: str) -> str:
    is_plain = _PLAIN_QUANTITY(text) or (_PLAIN(text) and text.lower() not in _RESERVED)
    return text if is_plain else _quoted(text)


def _quoted(text: str) -> str:
    # JSON inside YAML is easier to read without a backslash before each quote.
    if ('"' in text or "\\" in text) and not _NOT_AS_IT_IS(text):
        return "'" + text.replace("'", "''") + "'"
    return '"' + _ESCAPED.sub(_escape, text) + '"'


def _escape(match: re.Match[str]) -> str:
    character = match[0]
    if "\ud800" <= character <= "\udfff":
        raise DocumentError("the text holds half of a surrogate pair, which no UTF-8 text can")
    return _SHORT_ESCAPES.get(character) or f"\\u{ord(character):04x}"


def _is_for_lines(text: str) -> bool:
    return "\n" in text and not text.isspace() and not _NOT_IN_LINES(text)


def _literal(text: str, indent: str) -> str:
    # A reader finds the indent by the first line, unless that one starts with white space.
    indicator = "2" if text[0] in " \t\n" else ""
    chomping = "" if text.endswith("\n") and not text.endswith("\n\n") else "+" if text.endswith("\n") else "-"
    lines = text.removesuffix("\n").split("\n")
    return "\n".join([f"|{indicator}{chomping}", *(indent + line if line else "" for line in lines)])


def _integer(value: int) -> str:
    if not _SMALLEST <= value < _FIRST_BEYOND_UNSIGNED and (
        value.bit_length() > _FLOAT_BITS or json_number(float(value)) != value
    ):
        raise DocumentError("an integer of more than 64 bits loses digits in YAML; give it as text")
    return str(value)


def _float(value: float) -> str:
    if math.isnan(value) or math.isinf(value):
        raise DocumentError("JSON has no infinite numbers and no NaN; give it as text")
    mantissa, exponent, power = repr(value).partition("e")
    # PyYAML takes a number for a float by its point.
    return f"{mantissa if '.' in mantissa else mantissa + '.0'}{exponent}{power}"
