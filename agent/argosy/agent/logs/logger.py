"""A logger whose lines have fields."""

from __future__ import annotations

import logging

from argosy.agent.logs.formatters import FIELDS

__all__ = ["Logger"]


class Logger:
    """Writes lines through the standard logging; the fields are keyword arguments.

    The message says what happened and never changes; what differs from line to line is a field.
    """

    __slots__ = ("_logger",)

    def __init__(self, name: str) -> None:
        self._logger = logging.getLogger(name)

    def debug(self, message: str, /, **fields: object) -> None:
        """For who looks for a fault."""
        self._write(logging.DEBUG, message, fields)

    def info(self, message: str, /, **fields: object) -> None:
        """As it should be."""
        self._write(logging.INFO, message, fields)

    def warning(self, message: str, /, **fields: object) -> None:
        """It goes on, and somebody should look at it."""
        self._write(logging.WARNING, message, fields)

    def error(self, message: str, /, **fields: object) -> None:
        """Something could not be done."""
        self._write(logging.ERROR, message, fields)

    def exception(self, message: str, /, **fields: object) -> None:
        """As `error`, with the traceback of the exception that is being handled."""
        self._write(logging.ERROR, message, fields, traceback=True)

    def _write(self, level: int, message: str, fields: dict[str, object], *, traceback: bool = False) -> None:
        if self._logger.isEnabledFor(level):
            # As an argument, or logging would take a "%" of the message for a place to fill in.
            self._logger.log(level, "%s", message, exc_info=traceback, extra={FIELDS: fields})
