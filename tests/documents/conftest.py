from __future__ import annotations

import pytest

from tests.documents.oracle import GoYaml, built


@pytest.fixture(scope="session")
def go_yaml() -> GoYaml:
    return built()
