"""An API server on loopback."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.certificates.api_server import ApiServer, serve_api

if TYPE_CHECKING:
    from collections.abc import Generator


@pytest.fixture
def api() -> Generator[ApiServer]:
    with serve_api() as running:
        yield running
