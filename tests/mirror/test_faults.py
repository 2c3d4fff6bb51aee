"""Servers that hang, lie, break off and refuse: every one is an answer in time, and nothing is left behind."""

from __future__ import annotations

import random
import time
from typing import TYPE_CHECKING

import pytest

from argosy.resolver.errors import ArgosyError, Misconfigured, Reason, RetryLater
from argosy.resolver.repositories import Credentials
from tests.gitservers.http_server import Fault, GitHttpServer, Stall, Status, Step

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.gitservers.upstream import Upstream
    from tests.mirror.benches import Bench

FAULTS = [
    pytest.param(Step.ADVERTISEMENT, Stall(), Reason.GIT_TIMEOUT, id="hangs before the advertisement"),
    pytest.param(Step.LIST_REFS, Stall(), Reason.GIT_TIMEOUT, id="hangs after the advertisement"),
    pytest.param(Step.LIST_REFS, Stall(30), Reason.GIT_TIMEOUT, id="hangs in the list of refs"),
    pytest.param(Step.FETCH, Stall(), Reason.GIT_TIMEOUT, id="hangs while it counts objects"),
    pytest.param(Step.FETCH, Stall(200), Reason.GIT_TIMEOUT, id="hangs in the pack"),
    pytest.param(Step.ADVERTISEMENT, Stall(20, hang_up=True), Reason.GIT_UNREACHABLE, id="cuts the advertisement"),
    pytest.param(Step.FETCH, Stall(200, hang_up=True), Reason.GIT_PROTOCOL, id="cuts the pack"),
    pytest.param(Step.ADVERTISEMENT, Status(200), Reason.GIT_PROTOCOL, id="answers with nothing"),
    pytest.param(Step.ADVERTISEMENT, Status(401), Reason.GIT_AUTHENTICATION, id="401"),
    pytest.param(Step.ADVERTISEMENT, Status(403), Reason.GIT_AUTHENTICATION, id="403"),
    pytest.param(Step.ADVERTISEMENT, Status(404), Reason.GIT_UNREACHABLE, id="404"),
    pytest.param(Step.ADVERTISEMENT, Status(429), Reason.GIT_RATE_LIMITED, id="429"),
    pytest.param(Step.ADVERTISEMENT, Status(500), Reason.GIT_UNREACHABLE, id="500"),
    pytest.param(Step.FETCH, Status(502), Reason.GIT_PROTOCOL, id="502 for the pack"),
]


@pytest.mark.parametrize(("step", "fault", "reason"), FAULTS)
@pytest.mark.usefixtures("upstream")
class TestFaults:
    def test_a_clone_fails_in_time_and_leaves_nothing(
        self, step: Step, fault: Fault, reason: Reason, bench: Bench, server: GitHttpServer
    ) -> None:
        mirror = bench.mirror(f"{server.url}/one.git", fetch_timeout_seconds=_patience(fault))
        server.faults[step] = fault

        error = _failure(lambda: mirror.refresh(not_before=bench.clock()))

        assert error.reason is reason
        assert isinstance(error, RetryLater)
        assert _files(bench.cache) == {mirror.path.with_suffix(".lock").name}
        server.faults.clear()
        assert set(bench.mirror(f"{server.url}/one.git").refresh(not_before=bench.later()).tags) == {"v1"}

    def test_a_fetch_fails_in_time_and_changes_nothing(
        self, step: Step, fault: Fault, reason: Reason, bench: Bench, server: GitHttpServer, upstream: Upstream
    ) -> None:
        mirror = bench.mirror(f"{server.url}/one.git")
        hasty = bench.mirror(f"{server.url}/one.git", fetch_timeout_seconds=_patience(fault))
        refs = mirror.refresh(not_before=bench.clock())
        files = _files(bench.cache)
        upstream.commit({"large.bin": b"x" * 500}, tag="v2")
        server.faults[step] = fault

        error = _failure(lambda: hasty.refresh(not_before=bench.later()))

        assert error.reason is reason
        assert _files(bench.cache) == files
        assert mirror.refs() == refs
        server.faults.clear()
        assert set(mirror.refresh(not_before=bench.later()).tags) == {"v1", "v2"}


@pytest.mark.usefixtures("upstream")
class TestRateLimits:
    def test_the_server_says_when_to_come_back_and_is_left_alone_until_then(
        self, bench: Bench, server: GitHttpServer
    ) -> None:
        mirror = bench.mirror(f"{server.url}/one.git")
        server.faults[Step.ADVERTISEMENT] = Status(429, {"Retry-After": "77"})
        first = _failure(lambda: mirror.refresh(not_before=bench.clock()))
        server.faults.clear()
        requests = len(server.requests)

        second = _failure(lambda: mirror.refresh(not_before=bench.later(70)))

        assert [_delay(first), _delay(second)] == [77, 7]
        assert len(server.requests) == requests
        assert mirror.refresh(not_before=bench.later(8)).tags

    def test_an_unreasonable_time_is_cut(self, bench: Bench, server: GitHttpServer) -> None:
        server.faults[Step.ADVERTISEMENT] = Status(429, {"Retry-After": "999999"})
        mirror = bench.mirror(f"{server.url}/one.git")

        assert _delay(_failure(lambda: mirror.refresh(not_before=bench.clock()))) == 600


@pytest.mark.usefixtures("upstream")
def test_redirects_are_not_followed(bench: Bench, server: GitHttpServer, tls_server: GitHttpServer) -> None:
    server.faults[Step.ADVERTISEMENT] = Status(302, {"Location": f"{tls_server.url}/one.git/info/refs"})
    mirror = bench.mirror(f"{server.url}/one.git", ca_file=tls_server.ca_file)

    error = _failure(lambda: mirror.refresh(not_before=bench.clock()))

    assert isinstance(error, Misconfigured)
    assert tls_server.requests == []


@pytest.mark.usefixtures("upstream")
def test_a_certificate_that_nobody_vouches_for_is_refused(bench: Bench, tls_server: GitHttpServer) -> None:
    unknown = bench.mirror(f"{tls_server.url}/one.git", "unknown")
    known = bench.mirror(f"{tls_server.url}/one.git", "known", ca_file=tls_server.ca_file)

    error = _failure(lambda: unknown.refresh(not_before=bench.clock()))

    assert error.reason is Reason.GIT_AUTHENTICATION
    assert "caFile" in error.remedy
    assert known.refresh(not_before=bench.clock()).tags


def test_a_server_that_is_not_there_is_for_later(bench: Bench) -> None:
    mirror = bench.mirror("http://127.0.0.1:1/one.git")

    assert _failure(lambda: mirror.refresh(not_before=bench.clock())).reason is Reason.GIT_UNREACHABLE


class TestSizeLimit:
    def test_a_clone_that_grows_too_large_is_stopped_and_leaves_nothing(
        self, bench: Bench, upstream: Upstream, server: GitHttpServer
    ) -> None:
        upstream.commit({f"{number}": _noise(number, 20_000) for number in range(20)})
        mirror = bench.mirror(f"{server.url}/one.git", max_clone_bytes=500)

        error = _failure(lambda: mirror.refresh(not_before=bench.clock()))

        assert error.reason is Reason.LIMIT_EXCEEDED
        assert isinstance(error, Misconfigured)
        assert _files(bench.cache) == {mirror.path.with_suffix(".lock").name}

    def test_a_clone_that_is_large_by_its_blobs_is_stopped_while_it_grows_and_made_without_them(
        self, bench: Bench, upstream: Upstream, server: GitHttpServer
    ) -> None:
        commit = upstream.commit({f"{number}": _noise(number, 20_000) for number in range(20)})
        server.faults[Step.FETCH] = Stall(300_000)
        mirror = bench.mirror(f"{server.url}/one.git", max_clone_bytes=50_000, fetch_timeout_seconds=20)
        started = time.monotonic()

        mirror.refresh(not_before=bench.clock())

        assert time.monotonic() - started < 10
        assert server.count(Step.FETCH) == 2
        assert len(mirror.files(commit)) == 21
        assert len(_files(bench.cache)) < 12

    def test_a_fetch_that_makes_it_too_large_changes_nothing(
        self, bench: Bench, upstream: Upstream, server: GitHttpServer
    ) -> None:
        mirror = bench.mirror(f"{server.url}/one.git", max_clone_bytes=50_000)
        refs = mirror.refresh(not_before=bench.clock())
        upstream.commit({f"{number}": _noise(number, 20_000) for number in range(20)})

        error = _failure(lambda: mirror.refresh(not_before=bench.later()))

        assert error.reason is Reason.LIMIT_EXCEEDED
        assert mirror.refs() == refs


@pytest.mark.parametrize(
    ("scheme", "changes"),
    [
        ("http", {"bearer_token_file": "token"}),
        ("http", {"token_file": "token"}),
        ("git", {"token_file": "token"}),
    ],
)
def test_credentials_never_go_over_an_open_line(
    scheme: str, changes: dict[str, str], bench: Bench, tmp_path: Path
) -> None:
    (tmp_path / "token").write_text("s3cr3t", "ascii")
    credentials = Credentials(**{name: tmp_path / file for name, file in changes.items()})  # type: ignore[arg-type]  # a table's fields
    mirror = bench.mirror(f"{scheme}://127.0.0.1:1/one.git", credentials=credentials)

    assert isinstance(_failure(lambda: mirror.refresh(not_before=bench.clock())), Misconfigured)


def _patience(fault: Fault) -> float:
    return 0.4 if isinstance(fault, Stall) and not fault.hang_up else 10.0


def _failure(attempt: Callable[[], object]) -> ArgosyError:
    with pytest.raises(ArgosyError) as caught:
        attempt()
    return caught.value


def _delay(error: ArgosyError) -> float:
    assert isinstance(error, RetryLater)
    return error.delay


def _files(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def _noise(seed: int, size: int) -> bytes:
    return random.Random(seed).randbytes(size)  # noqa: S311 - bytes that do not compress
