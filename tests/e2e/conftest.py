"""What all tests on a real control plane share."""

from __future__ import annotations

from contextlib import suppress

import pytest

from tests.controlplane.fixtures import control_plane, own_control_plane
from tests.controlplane.programs import NEEDED, build
from tests.golang.builds import GoUnavailableError

STARTING_SECONDS = 180

__all__ = ["control_plane", "own_control_plane"]


def pytest_collection_finish(session: pytest.Session) -> None:
    """Build what the tests need before the first of them, whose time a build would count as."""
    asking = [item for item in session.items if "control_plane" in getattr(item, "fixturenames", ())]
    extra = {name for item in session.items for mark in item.iter_markers("needs") for name in mark.args}
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if (asking or extra) and not session.config.option.collectonly:
        # The start of the control plane counts as the time of the first.
        for first in asking[:1]:
            own = first.get_closest_marker("timeout")
            first.add_marker(pytest.mark.timeout(STARTING_SECONDS + (own.args[0] if own else 0)), append=False)
        # Where there is no go, the fixtures say so.
        with suppress(GoUnavailableError):
            build((*(NEEDED if asking else ()), *sorted(extra)), reporter.write_line if reporter else print)
