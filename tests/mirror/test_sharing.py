"""Many callers, one fetch: over threads, over processes, and when some of them give up or are killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from argosy.resolver.errors import ArgosyError, Reason, RetryLater
from argosy.resolver.mirror.locks import locked
from tests.gitservers.http_server import GitHttpServer, Slow, Stall, Status, Step

if TYPE_CHECKING:
    from collections.abc import Generator

    from tests.gitservers.upstream import Upstream
    from tests.mirror.benches import Bench

ROOT = Path(__file__).parents[2]
Child = subprocess.Popen[str]


@pytest.fixture
def children() -> Generator[list[Child]]:
    """Processes that end with the test."""
    started: list[Child] = []
    yield started
    for child in started:
        child.kill()
        child.communicate()


def _start(children: list[Child], count: int = 1) -> list[Child]:
    """Start processes and wait until each has imported what it needs."""
    command = [sys.executable, "-m", "tests.mirror.processes"]
    fresh = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT)
        for _ in range(count)
    ]
    children += fresh
    assert [_line(child) for child in fresh] == ["ready"] * count
    return fresh


def _tell(child: Child, bench: Bench, url: str, **asked: Any) -> None:
    assert child.stdin
    child.stdin.write(json.dumps({"url": url, "cache": str(bench.cache), "now": bench.clock(), **asked}) + "\n")
    child.stdin.flush()


def _line(child: Child) -> str:
    assert child.stdout
    return child.stdout.readline().strip()


def test_twenty_threads_in_each_of_two_processes_cost_one_fetch(
    bench: Bench, upstream: Upstream, server: GitHttpServer, children: list[Child]
) -> None:
    url = f"{server.url}/one.git"
    bench.mirror(url).refresh(not_before=bench.clock())
    upstream.commit(tag="v2")
    server.requests.clear()
    bench.later()

    both = _start(children, 2)
    for child in both:
        _tell(child, bench, url, threads=20)
    answers = [json.loads(_line(child)) for child in both]

    assert answers == [{"tags": ["v1", "v2"], "reasons": []}] * 2
    assert server.requests == [Step.ADVERTISEMENT, Step.LIST_REFS, Step.FETCH]


@pytest.mark.usefixtures("upstream")
def test_who_asks_after_a_fetch_began_gets_a_later_one(bench: Bench, server: GitHttpServer) -> None:
    mirror = bench.mirror(f"{server.url}/one.git")
    mirror.refresh(not_before=bench.clock())
    server.requests.clear()
    server.faults[Step.LIST_REFS] = Slow(0.3)
    asked_first = bench.later()
    with ThreadPoolExecutor() as pool:
        pool.submit(mirror.refresh, not_before=asked_first)
        assert server.stalled.wait(5)
        second = pool.submit(mirror.refresh, not_before=bench.later())

    assert second.result().fetched_at == bench.clock()
    assert server.count(Step.ADVERTISEMENT) == 2


@pytest.mark.usefixtures("upstream")
def test_who_cannot_wait_leaves_alone_and_the_fetch_goes_on(bench: Bench, server: GitHttpServer) -> None:
    mirror = bench.mirror(f"{server.url}/one.git")
    server.faults[Step.ADVERTISEMENT] = Slow(0.6)
    with ThreadPoolExecutor() as pool:
        hasty = pool.submit(mirror.refresh, not_before=bench.clock(), deadline_seconds=0.1)
        patient = pool.submit(mirror.refresh, not_before=bench.clock(), deadline_seconds=9)
        with pytest.raises(RetryLater) as caught:
            hasty.result()

    assert caught.value.reason is Reason.GIT_TIMEOUT
    assert set(patient.result().tags) == {"v1"}
    assert server.count(Step.ADVERTISEMENT) == 1


@pytest.mark.usefixtures("upstream")
def test_a_failure_is_told_to_each_caller_as_an_error_of_its_own(bench: Bench, server: GitHttpServer) -> None:
    mirror = bench.mirror(f"{server.url}/one.git")
    server.faults[Step.ADVERTISEMENT] = Status(500)

    def attempt(number: int) -> ArgosyError:
        with pytest.raises(ArgosyError) as caught:
            mirror.refresh(not_before=bench.clock() - 1)
        caught.value.site = f"{number}"
        return caught.value

    with ThreadPoolExecutor(8) as pool:
        errors = list(pool.map(attempt, range(8)))

    assert [error.site for error in errors] == [f"{number}" for number in range(8)]
    assert {error.reason for error in errors} == {Reason.GIT_UNREACHABLE}
    assert server.count(Step.ADVERTISEMENT) == 1


def test_a_fetch_killed_in_the_middle_leaves_nothing_that_grows(
    bench: Bench, upstream: Upstream, server: GitHttpServer, children: list[Child]
) -> None:
    url = f"{server.url}/one.git"
    bench.mirror(url).refresh(not_before=bench.clock())
    upstream.commit({"large.bin": bytes(range(256)) * 400}, tag="v2")
    server.faults[Step.FETCH] = Stall(400)
    sizes: list[int] = []
    for child in _start(children, 5):
        server.stalled.clear()
        bench.later()
        _tell(child, bench, url, threads=1)
        assert server.stalled.wait(20)
        child.kill()
        child.wait()
        _kill_git(bench.cache)
        with locked(bench.mirror(url).path.with_suffix(".lock"), deadline_seconds=10):
            sizes.append(len(list(bench.cache.rglob("*"))))

    server.faults.clear()
    assert set(bench.mirror(url).refresh(not_before=bench.later()).tags) == {"v1", "v2"}
    assert max(sizes) - min(sizes) <= 2
    assert _litter(bench.cache) == []


def test_git_outlives_a_killed_process_for_no_longer_than_its_deadline(
    bench: Bench, server: GitHttpServer, upstream: Upstream, children: list[Child]
) -> None:
    url = f"{server.url}/one.git"
    server.faults[Step.FETCH] = Stall(100)
    child = _start(children)[0]
    _tell(child, bench, url, threads=1, timeout=3.0)
    assert server.stalled.wait(20)
    child.kill()
    child.wait()
    server.faults.clear()

    mirror = bench.mirror(url)
    mirror.refresh(not_before=bench.later())

    assert sorted(path.name for path in bench.cache.iterdir()) == [mirror.path.name, f"{mirror.path.stem}.lock"]


def _kill_git(cache: Path) -> None:
    """Kill, with its whole group, each git that was started for a clone in this cache folder."""
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if f"--git-dir={cache}/".encode() in (process / "cmdline").read_bytes():
                os.killpg(os.getpgid(int(process.name)), signal.SIGKILL)


def _litter(folder: Path) -> list[str]:
    return [path.name for pattern in ("tmp_*", "*.lock", ".*.new") for path in folder.glob(f"*.git/**/{pattern}")]
