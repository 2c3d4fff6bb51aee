"""How a line looks: one JSON object for programs, or words and `name=value` for people."""

from __future__ import annotations

import logging
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import orjson

from argosy.agent.logs.values import clean, on_one_line, value

if TYPE_CHECKING:
    from collections.abc import Mapping

    from argosy.agent.logs.values import Value

__all__ = ["FIELDS", "JsonFormatter", "TextFormatter"]

FIELDS: Final = "argosy_fields"
"""The attribute of a record that holds its fields."""
MAX_TRACEBACK: Final = 8000
_PLAIN: Final = re.compile(r"[\w./:@+-]+", re.ASCII)


class JsonFormatter(logging.Formatter):
    """One object a line: time (RFC 3339, UTC, milliseconds), level, logger, message, then the fields."""

    def format(self, record: logging.LogRecord) -> str:
        """No field replaces what the line itself says."""
        line: dict[str, Value] = {
            "time": _time(record),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": _message(record),
        }
        for name, field in _fields(record).items():
            line[f"{name}_" if name in line else name] = field
        if traceback := _traceback(self, record):
            line["traceback"] = traceback
        return orjson.dumps(line).decode("utf-8")


class TextFormatter(logging.Formatter):
    """Time, level, logger, message and fields on one line; a traceback below it, each line behind a bar."""

    def format(self, record: logging.LogRecord) -> str:
        """What a value holds can look like neither a line nor another field."""
        fields = "".join(f" {name}={_quoted(field)}" for name, field in _fields(record).items())
        head = f"{_time(record)} {record.levelname:<7} {record.name}: {on_one_line(_message(record))}{fields}"
        return "\n".join([head, *(f"    | {line}" for line in _traceback(self, record).splitlines())])


def _time(record: logging.LogRecord) -> str:
    moment = datetime.fromtimestamp(record.created, UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03}Z"


def _message(record: logging.LogRecord) -> str:
    try:
        return clean(record.getMessage())
    except Exception:  # noqa: BLE001 - a line whose arguments do not fit its text is still a line
        return clean(str(record.msg))


def _fields(record: logging.LogRecord) -> dict[str, Value]:
    given: Mapping[str, object] = getattr(record, FIELDS, {})
    return {name: value(one, name=name) for name, one in given.items()}


def _traceback(formatter: logging.Formatter, record: logging.LogRecord) -> str:
    """Its end: there stands what was raised."""
    if not record.exc_info or record.exc_info[0] is None:
        return ""
    return clean(formatter.formatException(record.exc_info), max_length=MAX_TRACEBACK, tail=True)


def _quoted(field: Value) -> str:
    if isinstance(field, str) and _PLAIN.fullmatch(field):
        return field
    return orjson.dumps(field).decode("utf-8")
