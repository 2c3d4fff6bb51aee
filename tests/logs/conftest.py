"""Logging as it was, whatever a test configures."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Generator

_CHANGED = ("", "argosy", "uvicorn", "uvicorn.error", "uvicorn.asgi", "uvicorn.access", "watchfiles")


@pytest.fixture(autouse=True)
def _restored() -> Generator[None]:
    loggers = [logging.getLogger(name) for name in _CHANGED]
    before = [(one, list(one.handlers), one.level, one.propagate, one.disabled) for one in loggers]
    yield
    for one, handlers, level, propagate, disabled in before:
        one.handlers[:] = handlers
        one.setLevel(level)
        one.propagate, one.disabled = propagate, disabled
