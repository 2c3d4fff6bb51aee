"""A cache folder, a clock, and repositories behind real servers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.gitservers.http_server import GitHttpServer, serve_http
from tests.gitservers.upstream import Upstream
from tests.mirror.benches import Bench

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path / "cache")


@pytest.fixture
def upstream(tmp_path: Path) -> Upstream:
    """One commit on `main`, tagged v1, behind no server yet."""
    (tmp_path / "served").mkdir()
    repository = Upstream.create(tmp_path / "served" / "one.git")
    repository.commit({"flows/hello.yaml": "hello: 1\n"}, tag="v1")
    return repository


@pytest.fixture
def server(tmp_path: Path) -> Generator[GitHttpServer]:
    with serve_http(tmp_path / "served") as running:
        yield running


@pytest.fixture
def tls_server(tmp_path: Path) -> Generator[GitHttpServer]:
    with serve_http(tmp_path / "served", tls_folder=tmp_path) as running:
        yield running
