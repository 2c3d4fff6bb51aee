from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from argosy.resolver.catalog import Catalog
from tests.catalog.repositories import Clone

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def clone(tmp_path: Path) -> Clone:
    return Clone.at(tmp_path / "clone.git")


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    with Catalog(tmp_path / "cache", budget_bytes=64 * 1024 * 1024) as catalog:
        yield catalog
