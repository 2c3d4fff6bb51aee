"""Programs in Go are built once, and missing ones are not overlooked."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from tests.golang.builds import GoUnavailableError, built, digest, go, or_skip

if TYPE_CHECKING:
    from pathlib import Path


def test_many_that_ask_at_once_build_once(tmp_path: Path) -> None:
    builds: list[Path] = []

    def build(partial: Path) -> None:
        builds.append(partial)
        time.sleep(0.05)
        partial.write_text("a program", encoding="utf-8")

    with ThreadPoolExecutor(4) as pool:
        programs = list(pool.map(lambda _: built(tmp_path / "folder" / "program", build), range(4)))

    assert (len(builds), {path.read_text(encoding="utf-8") for path in programs}) == (1, {"a program"})


def test_a_build_that_fails_leaves_no_program(tmp_path: Path) -> None:
    def build(partial: Path) -> None:
        partial.write_text("half", encoding="utf-8")
        raise GoUnavailableError("out of memory")

    with pytest.raises(GoUnavailableError):
        built(tmp_path / "program", build)

    assert not (tmp_path / "program").exists()


def test_any_change_of_a_source_is_another_state(tmp_path: Path) -> None:
    states: list[str] = []
    for name, content in (("a", "1"), ("a", "2"), ("b", "2")):
        (tmp_path / name).write_text(content, encoding="utf-8")
        states.append(digest(tmp_path))

    assert len(set(states)) == 3


@pytest.mark.parametrize(("ci", "outcome"), [("", pytest.skip.Exception), ("true", pytest.fail.Exception)])
def test_without_go_tests_are_skipped_and_fail_in_continuous_integration(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, ci: str, outcome: type[BaseException]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("CI", ci)

    with pytest.raises(outcome, match="go is not on PATH"):
        or_skip(lambda: go("version", folder=tmp_path))
