"""The loop: changes are seen soon, however they are told, and the loop outlives what goes wrong."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
import uvloop

from argosy.agent.metrics import Reloaded
from argosy.agent.reloading import watch
from tests.reloading.listening import URL, Listening, Mount, reloading_of

if TYPE_CHECKING:
    from pathlib import Path

FIRST = f"repositories: [{{url: '{URL}'}}]\n"
NEVER = 600.0


@pytest.fixture
def mount(tmp_path: Path) -> Mount:
    mount = Mount(tmp_path / "settings")
    mount.write(settings_yaml=FIRST)
    return mount


@pytest.mark.parametrize("force_polling", [False, True])
def test_a_swapped_mount_is_seen(mount: Mount, *, force_polling: bool) -> None:
    listening = Listening()

    async def scene() -> None:
        stop = asyncio.Event()
        reloading = reloading_of(mount.folder / "settings.yaml", listening)
        watching = asyncio.create_task(watch(reloading, stop, look_seconds=NEVER, force_polling=force_polling))
        for seconds in (3, 4):
            # Time for the folder to be watched: what is swapped before is found by the look that is due.
            await asyncio.sleep(0.5)
            mount.write(settings_yaml=FIRST + f"webhook: {{deadline: {seconds}s}}\n")
            await listening.until(lambda wanted=seconds - 2: len(listening.reports) == wanted)  # type: ignore[misc]
        stop.set()
        await asyncio.wait_for(watching, 10)

    uvloop.run(scene())

    assert [one.deadline_seconds for one in listening.applied] == [3.0, 4.0]


def test_what_no_system_tells_of_is_found_by_looking_now_and_then(tmp_path: Path) -> None:
    target = tmp_path / "elsewhere" / "settings.yaml"
    target.parent.mkdir()
    target.write_text(FIRST)
    link = tmp_path / "linked" / "settings.yaml"
    link.parent.mkdir()
    link.symlink_to(target)
    listening = Listening()

    async def scene() -> None:
        stop = asyncio.Event()
        watching = asyncio.create_task(watch(reloading_of(link, listening), stop, look_seconds=0.1))
        await asyncio.sleep(0.3)
        target.write_text(FIRST + "webhook: {deadline: 3s}\n")
        await listening.until(lambda: bool(listening.applied))
        stop.set()
        await asyncio.wait_for(watching, 10)

    asyncio.run(scene())

    assert [one.outcome for one in listening.reports] == [Reloaded.APPLIED]


def test_a_folder_that_comes_later_is_watched_then(tmp_path: Path) -> None:
    (tmp_path / "settings.yaml").write_text(
        f"repositories: [{{url: '{URL}', credentials: {{tokenFile: later/token}}}}]"
    )
    listening = Listening()

    async def scene() -> None:
        stop = asyncio.Event()
        reloading = reloading_of(tmp_path / "settings.yaml", listening)
        watching = asyncio.create_task(watch(reloading, stop, look_seconds=NEVER))
        await asyncio.sleep(0.5)
        Mount(tmp_path / "later").write(token="1")
        await listening.until(lambda: len(listening.credentials) == 1)
        stop.set()
        await asyncio.wait_for(watching, 10)

    asyncio.run(scene())

    assert listening.credentials == [["templates"]]


def test_cancelling_the_loop_stops_nothing_else(mount: Mount) -> None:
    async def scene() -> bool:
        stop = asyncio.Event()
        watching = asyncio.create_task(watch(reloading_of(mount.folder / "settings.yaml", Listening()), stop))
        await asyncio.sleep(0.3)
        watching.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asyncio.wait_for(watching, 10)
        return stop.is_set()

    assert asyncio.run(scene()) is False


def test_an_agent_without_files_waits_for_its_end() -> None:
    async def scene() -> None:
        stop = asyncio.Event()
        reloading = reloading_of(None, Listening(), REPO_URL=URL)
        watching = asyncio.create_task(watch(reloading, stop, look_seconds=0.05))
        await asyncio.sleep(0.2)
        assert not watching.done()
        stop.set()
        await asyncio.wait_for(watching, 10)

    asyncio.run(scene())
