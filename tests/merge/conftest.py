"""The oracle, for every test that asks Argo itself."""

from __future__ import annotations

import pytest

from tests.merge.oracle import Oracle, built


@pytest.fixture(scope="session")
def oracle() -> Oracle:
    return built()
