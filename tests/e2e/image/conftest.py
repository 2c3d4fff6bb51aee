from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import pytest

from tests.e2e.image import images

if TYPE_CHECKING:
    from collections.abc import Generator


@pytest.fixture(scope="session")
def image(tmp_path_factory: pytest.TempPathFactory) -> Generator[images.Image]:
    """Built once, in some minutes; skips where it cannot be, and fails in continuous integration (`CI` set)."""
    reason = images.missing()
    if reason:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(reason)
    folder = tmp_path_factory.mktemp("image")
    try:
        yield images.build(folder)
    finally:
        # Of the size that pytest should not keep.
        shutil.rmtree(folder)
