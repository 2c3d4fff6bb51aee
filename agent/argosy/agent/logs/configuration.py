"""Which loggers write, where to, and how."""

from __future__ import annotations

import logging
from enum import StrEnum
from typing import TYPE_CHECKING, Final, TextIO

from argosy.agent.logs.formatters import JsonFormatter, TextFormatter

if TYPE_CHECKING:
    from typing import TypeAlias

    Stream: TypeAlias = logging.StreamHandler[TextIO]

__all__ = ["LogFormat", "configure"]

_SERVER: Final = ("uvicorn", "uvicorn.error", "uvicorn.asgi")
_ACCESS: Final = "uvicorn.access"
_TALKATIVE: Final = ("watchfiles",)


class LogFormat(StrEnum):
    """For whom lines are written."""

    JSON = "json"
    TEXT = "text"


class _Handler(logging.StreamHandler[TextIO]):
    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging calls it so
        """Nothing: logging would print the record as it is, unredacted, on stderr."""


def configure(form: LogFormat, level: int, stream: TextIO) -> None:
    """Let all loggers of the process write to the stream, in place of what they wrote to before.

    `level` is Argosy's own; other libraries write from INFO on, since some write whole answers of the API server below
    that, Secrets among them. The server is to be started with `log_config=None`; its access log is off.
    """
    handler = _Handler(stream)
    handler.setFormatter(JsonFormatter() if form is LogFormat.JSON else TextFormatter())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(max(level, logging.INFO))
    logging.getLogger("argosy").setLevel(level)
    for name in _SERVER:
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True
        logger.setLevel(logging.NOTSET)
    logging.getLogger(_ACCESS).disabled = True
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(max(level, logging.WARNING))
