"""What may stand in a line: texts without secrets and without characters that forge, everything within a length."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from enum import Enum
from os import PathLike, fspath
from typing import Final, TypeAlias

from argosy.resolver.errors import redacted

__all__ = ["Value", "clean", "on_one_line", "value"]

Value: TypeAlias = "str | int | float | bool | list[Value] | dict[str, Value] | None"

MAX_TEXT: Final = 2000
MAX_ITEMS: Final = 20
_MAX_READ: Final = 16 * 1024
_MAX_DEPTH: Final = 3
_MAX_INTEGER: Final = 2**63

# Beyond what JSON escapes: other ends of lines (U+0085, U+2028, U+2029), C1 controls, and marks that turn the direction
# of what is shown or show nothing at all.
_FORGING: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
_LAYOUT: Final = re.compile(r"[\t\n\r]")
_SECRET_NAME: Final = re.compile(r"(?i)token|password|passwd|secret|authorization|private_?key|cookie")
_HIDDEN: Final = "***"


def clean(text: str, *, max_length: int = MAX_TEXT, tail: bool = False) -> str:
    """The text without secrets, its forging characters as escapes; the beginning of it, or the `tail`.

    Redacted before it is cut: half a URL does not show that it holds a password.
    """
    text = redacted(_readable_part(text, tail=tail))
    if not (text.isascii() and text.isprintable()):
        text = _FORGING.sub(_escaped, text.encode("utf-8", "backslashreplace").decode("utf-8"))
    if len(text) <= max_length:
        return text
    return f"…{text[-max_length:]}" if tail else f"{text[:max_length]}…"


def on_one_line(text: str) -> str:
    """A clean text with the ends of its lines as escapes too."""
    return _LAYOUT.sub(_escaped, text)


def value(given: object, *, name: str = "", depth: int = 0) -> Value:
    """What is written for a field: numbers, texts and small collections of them; of anything else only its type.

    What is named like a secret is not written at all.
    """
    if name and _SECRET_NAME.search(name):
        return _HIDDEN
    if given is None or isinstance(given, float) or (isinstance(given, int) and -_MAX_INTEGER <= given < _MAX_INTEGER):
        return given
    if isinstance(given, Enum):
        return value(given.value, depth=depth)
    if isinstance(given, str | BaseException):
        return clean(str(given))
    if isinstance(given, PathLike):
        return clean(str(fspath(given)))
    return _collection(given, depth)


def _collection(given: object, depth: int) -> Value:
    if depth < _MAX_DEPTH and isinstance(given, Mapping):
        pairs = list(given.items())[:MAX_ITEMS]
        return {clean(str(key)): value(one, name=str(key), depth=depth + 1) for key, one in pairs}
    if depth < _MAX_DEPTH and isinstance(given, Sequence) and not isinstance(given, bytes | bytearray | memoryview):
        return _items(given, depth)
    return f"<{type(given).__name__}>"


def _items(given: Sequence[object], depth: int) -> list[Value]:
    shown = [value(one, depth=depth + 1) for one in given[:MAX_ITEMS]]
    left = len(given) - len(shown)
    return [*shown, f"and {left} more"] if left else shown


def _readable_part(text: str, *, tail: bool) -> str:
    """As much as is looked through for secrets, without the word that the cut went through."""
    if len(text) <= _MAX_READ:
        return text
    words = text[-_MAX_READ:].split(None, 1) if tail else text[:_MAX_READ].rsplit(None, 1)
    return words[-1 if tail else 0] if len(words) > 1 else ""


def _escaped(match: re.Match[str]) -> str:
    return match[0].encode("unicode_escape").decode("ascii")
