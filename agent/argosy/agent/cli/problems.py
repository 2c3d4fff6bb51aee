"""Problems and warnings as people read them, one line each: place, sentence, remedy, reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from argosy.agent.cli.terminal import stderr, styled

if TYPE_CHECKING:
    from collections.abc import Iterable

    from argosy.resolver.errors import ArgosyError
    from argosy.resolver.notices import Notice


def report_problem(error: ArgosyError, place: str = "error") -> None:
    """One line on stderr: `workflow.yaml:1: spec...templateRef: what is wrong; what to do [Reason]`."""
    line = styled(
        (f"{place}: ", "bold red" if place == "error" else "bold"),
        (f"{error.site}: " if error.site else "", "cyan"),
        (error.problem, ""),
        (f"; {error.remedy}" if error.remedy else "", "green"),
        (f" [{error.reason}]", "dim"),
    )
    stderr().print(line)


def report_notices(notices: Iterable[Notice], place: str = "") -> None:
    """One line on stderr for each: `warning: workflow.yaml:1: the sentence [Reason]`."""
    for notice in notices:
        line = styled(
            ("warning: ", "bold yellow"),
            (f"{place}: " if place else "", "bold"),
            (f"{notice.site}: " if notice.site else "", "cyan"),
            (notice.text, ""),
            (f" [{notice.reason}]", "dim"),
        )
        stderr().print(line)
