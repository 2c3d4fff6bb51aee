"""The page about the command line names all that there is, and nothing that there is not."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer.main

from argosy.agent.cli.application import application
from argosy.agent.cli.exits import ExitStatus
from argosy.resolver.lint import INVALID_MANIFEST, rule_names

if TYPE_CHECKING:
    from collections.abc import Iterator

PAGE = (Path(__file__).parents[2] / "docs" / "command-line.md").read_text(encoding="utf-8")


def _first_column(heading: str) -> set[str]:
    rows = PAGE.split(heading, 1)[1].split("\n\n", 1)[0].splitlines()
    return {row.split("|")[1].strip().strip("`") for row in rows if row.startswith("| ") and "---" not in row}


def _commands(group: Any, path: str = "argosy") -> Iterator[tuple[str, Any]]:
    """Every command with its whole name; those of a group in place of the group."""
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from _commands(command, f"{path} {name}")
        else:
            yield f"{path} {name}", command


def test_every_option_and_command_is_named() -> None:
    commands = dict(_commands(typer.main.get_group(application)))
    options = {
        opt
        for command in commands.values()
        for parameter in command.params
        for opt in parameter.opts
        if opt.startswith("--") and opt != "--help"
    }

    assert {name for name in commands.keys() | options if name not in PAGE} == set()


def test_no_other_option_is_named() -> None:
    group = typer.main.get_group(application)
    commands = [group, *dict(_commands(group)).values()]
    known = {opt for one in commands for parameter in one.params for opt in parameter.opts}

    assert set(re.findall(r"--[a-z-]+[a-z]", PAGE)) - known - {"--help", "--install-completion"} == set()


def test_every_rule_and_exit_status_is_named() -> None:
    assert _first_column("| rule | severity | says |\n") == {*rule_names(), INVALID_MANIFEST}
    assert _first_column("| status | meaning |\n") == {str(int(status)) for status in ExitStatus}
