"""What all tests on a real control plane share."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from tests.controlplane.fixtures import control_plane, own_control_plane
from tests.controlplane.programs import NEEDED, program
from tests.golang.builds import GoUnavailableError

if TYPE_CHECKING:
    import pytest

__all__ = ["control_plane", "own_control_plane"]


def pytest_collection_finish(session: pytest.Session) -> None:
    """Build what the tests need before the first of them, whose time a build would count as."""
    asking = any("control_plane" in getattr(item, "fixturenames", ()) for item in session.items)
    if asking and not session.config.option.collectonly:
        with suppress(GoUnavailableError):
            for name in NEEDED:
                program(name)
