"""Problems and warnings as people read them, one line each: place, sentence, remedy, reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from argosy.agent.cli.terminal import stderr

if TYPE_CHECKING:
    from collections.abc import Iterable

    from argosy.resolver.errors import ArgosyError
    from argosy.resolver.notices import Notice


def report_problem(error: ArgosyError, place: str = "error") -> None:
    """One line on stderr: `workflow.yaml:1: spec...templateRef: what is wrong; what to do [Reason]`."""
    line = Text(f"{place}: ", style="bold red" if place == "error" else "bold")
    if error.site:
        line.append(f"{error.site}: ", style="cyan")
    line.append(error.problem)
    if error.remedy:
        line.append("; ")
        line.append(error.remedy, style="green")
    line.append(f" [{error.reason}]", style="dim")
    stderr().print(line)


def report_notices(notices: Iterable[Notice], place: str = "") -> None:
    """One line on stderr for each: `warning: workflow.yaml:1: the sentence [Reason]`."""
    for notice in notices:
        line = Text("warning: ", style="bold yellow")
        line.append(f"{place}: " if place else "", style="bold")
        line.append(f"{notice.site}: " if notice.site else "", style="cyan")
        line.append(notice.text)
        line.append(f" [{notice.reason}]", style="dim")
        stderr().print(line)
