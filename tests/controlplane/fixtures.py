"""The control plane for tests: one for all of them, made when the first one asks."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest

from tests.controlplane.cluster import control_plane as started
from tests.golang.builds import or_skip

if TYPE_CHECKING:
    from collections.abc import Generator

    from tests.controlplane.cluster import ControlPlane


@pytest.fixture(scope="session")
def control_plane(tmp_path_factory: pytest.TempPathFactory) -> Generator[ControlPlane]:
    """Skips where there is no `go` to build it with; in continuous integration (`CI` set) that is a failure."""
    with ExitStack() as stack:
        yield or_skip(lambda: stack.enter_context(started(tmp_path_factory.mktemp("controlplane"))))


@pytest.fixture(scope="session")
def own_control_plane(control_plane: ControlPlane) -> ControlPlane:
    """For tests that need a webhook on loopback, the audit log or the controller."""
    if not control_plane.own:
        pytest.skip("this needs a control plane that was started for the tests")
    return control_plane
