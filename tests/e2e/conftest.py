"""What all tests on a real control plane share."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from tests.controlplane.fixtures import control_plane, own_control_plane
from tests.controlplane.programs import NEEDED, build
from tests.golang.builds import GoUnavailableError

if TYPE_CHECKING:
    import pytest

__all__ = ["control_plane", "own_control_plane"]


def pytest_collection_finish(session: pytest.Session) -> None:
    """Build what the tests need before the first of them, whose time a build would count as."""
    asking = [item for item in session.items if "control_plane" in getattr(item, "fixturenames", ())]
    extra = {name for item in asking for mark in item.iter_markers("needs") for name in mark.args}
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if asking and not session.config.option.collectonly:
        # Where there is no go, the fixtures say so.
        with suppress(GoUnavailableError):
            build((*NEEDED, *sorted(extra)), reporter.write_line if reporter else print)
