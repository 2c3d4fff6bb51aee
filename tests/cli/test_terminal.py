"""Progress for people, and none for anybody else."""

from __future__ import annotations

import io
import threading

import pytest
from rich.console import Console

from argosy.agent.cli import terminal


class _Screen(io.StringIO):
    """A terminal that says when something was written on it."""

    def __init__(self) -> None:
        super().__init__()
        self.written = threading.Event()

    def write(self, text: str) -> int:
        count = super().write(text)
        if "reading" in text:
            self.written.set()
        return count


def _shown_on(screen: io.StringIO, monkeypatch: pytest.MonkeyPatch, *, is_terminal: bool) -> None:
    monkeypatch.setattr(terminal, "stderr", lambda: Console(file=screen, force_terminal=is_terminal))


def test_long_work_is_told_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = _Screen()
    _shown_on(screen, monkeypatch, is_terminal=True)
    monkeypatch.setattr(terminal, "PATIENCE_SECONDS", 0.0)

    with terminal.progress("reading a repository"):
        assert screen.written.wait(timeout=20)


def test_short_work_is_not_told(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = _Screen()
    _shown_on(screen, monkeypatch, is_terminal=True)
    monkeypatch.setattr(terminal, "PATIENCE_SECONDS", 3600.0)

    with terminal.progress("reading a repository") as tell:
        tell("reading more")

    assert "reading" not in screen.getvalue()


def test_no_work_is_told_where_nobody_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = _Screen()
    _shown_on(screen, monkeypatch, is_terminal=False)
    monkeypatch.setattr(terminal, "PATIENCE_SECONDS", 0.0)

    with terminal.progress("reading a repository") as tell:
        tell("reading more")

    assert screen.getvalue() == ""


def test_a_failure_ends_the_progress_and_gives_the_cursor_back(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = _Screen()
    _shown_on(screen, monkeypatch, is_terminal=True)
    monkeypatch.setattr(terminal, "PATIENCE_SECONDS", 0.0)

    def work() -> None:
        with terminal.progress("reading a repository"):
            assert screen.written.wait(timeout=20)
            raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        work()

    assert screen.getvalue().rfind("\x1b[?25h") > screen.getvalue().rfind("reading")
