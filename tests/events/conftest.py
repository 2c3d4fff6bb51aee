"""A scripted API server for each test."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.cluster.scripted import scripted_api

if TYPE_CHECKING:
    from collections.abc import Generator

    from tests.cluster.scripted import ScriptedApi


@pytest.fixture
def api() -> Generator[ScriptedApi]:
    with scripted_api() as running:
        yield running
