"""What is told of fetches: each that git was run for, once, with its end; and what is on disk."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from argosy.resolver.errors import ArgosyError, Reason, RetryLater
from argosy.resolver.mirror import CloneState, FetchKind, FetchReport
from argosy.resolver.sources import CommitId
from tests.gitservers.http_server import GitHttpServer, Slow, Step

if TYPE_CHECKING:
    from pathlib import Path

    from tests.gitservers.upstream import Upstream
    from tests.mirror.benches import Bench


def _ends(reports: list[FetchReport]) -> list[tuple[str, FetchKind, Reason | None]]:
    return [(report.repository, report.kind, report.error) for report in reports]


def test_each_fetch_is_told_once_with_its_kind_and_end(bench: Bench, upstream: Upstream) -> None:
    reports: list[FetchReport] = []
    mirror = bench.mirror(str(upstream.path), fetched=reports.append)
    lonely = upstream.commit(branch="lonely")
    upstream.ref("refs/pull/7/head", lonely)
    upstream.delete("refs/heads/lonely")

    mirror.refresh(not_before=bench.clock())
    mirror.fetch_ref("refs/pull/7/head")
    with pytest.raises(ArgosyError):
        mirror.fetch_commit(CommitId("1" * 40))

    assert _ends(reports) == [
        ("templates", FetchKind.REFS, None),
        ("templates", FetchKind.REF, None),
        ("templates", FetchKind.COMMIT, Reason.VERSION_NOT_FOUND),
    ]
    assert [report for report in reports if not 0 < report.seconds < 10] == []


def test_those_who_wait_for_a_fetch_are_not_told_of(bench: Bench, upstream: Upstream, server: GitHttpServer) -> None:
    reports: list[FetchReport] = []
    mirror = bench.mirror(f"{server.url}/one.git", fetched=reports.append)
    server.faults[Step.ADVERTISEMENT] = Slow(0.3)

    with ThreadPoolExecutor(20) as threads:
        list(threads.map(lambda _: mirror.refresh(not_before=bench.clock()), range(20)))

    assert _ends(reports) == [("templates", FetchKind.REFS, None)]


def test_a_fetch_that_another_process_made_is_not_told_again(bench: Bench, upstream: Upstream) -> None:
    reports: list[FetchReport] = []
    bench.mirror(str(upstream.path)).refresh(not_before=bench.clock())

    bench.mirror(str(upstream.path), fetched=reports.append).refresh(not_before=bench.clock())

    assert reports == []


def test_a_failure_is_told_once_however_many_hear_of_it(bench: Bench, tmp_path: Path) -> None:
    reports: list[FetchReport] = []
    mirror = bench.mirror(str(tmp_path / "nothing-here.git"), fetched=reports.append)

    for _ in range(3):
        with pytest.raises(RetryLater):
            mirror.refresh(not_before=bench.clock() - 1)

    assert _ends(reports) == [("templates", FetchKind.REFS, Reason.GIT_UNREACHABLE)]


def test_a_cache_folder_that_cannot_be_made_is_told(bench: Bench, upstream: Upstream) -> None:
    reports: list[FetchReport] = []
    bench.cache.write_text("a file", encoding="utf-8")
    mirror = bench.mirror(str(upstream.path), fetched=reports.append)

    with pytest.raises(RetryLater):
        mirror.refresh(not_before=bench.clock())

    assert _ends(reports) == [("templates", FetchKind.REFS, Reason.CACHE_NOT_WRITABLE)]


def test_the_state_of_a_clone_is_when_it_was_fetched_and_how_large_it_is(bench: Bench, upstream: Upstream) -> None:
    mirror = bench.mirror(str(upstream.path))
    assert mirror.state() == CloneState(None, 0)

    mirror.refresh(not_before=bench.clock())
    first = mirror.state()
    upstream.commit({"large.yaml": "x: " + "".join(map(str, range(20_000)))})
    mirror.refresh(not_before=bench.later())
    second = mirror.state()

    assert first.fetched_at == bench.clock() - 100
    assert second.fetched_at == bench.clock()
    assert 0 < first.size_bytes < second.size_bytes == sum(_pack_sizes(mirror.path))


def test_asking_for_the_state_mends_nothing(bench: Bench, upstream: Upstream) -> None:
    reports: list[FetchReport] = []
    mirror = bench.mirror(str(upstream.path), fetched=reports.append)
    mirror.refresh(not_before=bench.clock())
    (mirror.path / "argosy.json").write_text("{", encoding="utf-8")

    assert mirror.state().fetched_at is None
    assert len(reports) == 1


def _pack_sizes(clone: Path) -> list[int]:
    return [file.stat().st_size for file in (clone / "objects" / "pack").iterdir()]
