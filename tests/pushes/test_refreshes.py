"""Refreshes in the background: coalesced for each repository, and none stops the next."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from argosy.agent.pushes import Refreshes
from argosy.resolver.errors import Reason, RetryLater
from argosy.resolver.sources import RepositoryAlias

if TYPE_CHECKING:
    import pytest

A, B = RepositoryAlias("a"), RepositoryAlias("b")


async def _settled() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


def test_one_runs_and_one_waits_for_each_repository() -> None:
    async def scenario() -> tuple[list[str], bool]:
        begun: list[str] = []
        gate = asyncio.Event()

        async def refresh(alias: RepositoryAlias) -> None:
            begun.append(alias)
            await gate.wait()

        refreshes = Refreshes(refresh)
        for alias in (A, A, B, A):
            refreshes.enqueue(alias)
            await _settled()
        waiting = refreshes.is_waiting(A)
        gate.set()
        await _settled()
        return begun, waiting

    assert asyncio.run(scenario()) == (["a", "b", "a"], True)


def test_a_failure_is_told_and_stops_nothing(caplog: pytest.LogCaptureFixture) -> None:
    errors = [RetryLater(Reason.GIT_UNREACHABLE, "git.example does not answer"), ValueError("a fault")]

    async def scenario() -> None:
        async def refresh(_alias: RepositoryAlias) -> None:
            raise errors.pop(0)

        refreshes = Refreshes(refresh)
        for _ in range(2):
            refreshes.enqueue(A)
            await _settled()

    asyncio.run(scenario())

    assert errors == []
    assert caplog.messages == [
        "repository a could not be refreshed after a push: git.example does not answer",
        "repository a could not be refreshed after a push",
    ]


def test_closing_gives_up_what_runs_and_what_waits() -> None:
    async def scenario() -> list[str]:
        ended: list[str] = []

        async def refresh(alias: RepositoryAlias) -> None:
            try:
                await asyncio.Event().wait()
            finally:
                ended.append(alias)

        refreshes = Refreshes(refresh)
        refreshes.enqueue(A)
        await _settled()
        refreshes.enqueue(A)
        refreshes.enqueue(B)
        await refreshes.close()
        return ended

    assert asyncio.run(scenario()) == ["a"]
