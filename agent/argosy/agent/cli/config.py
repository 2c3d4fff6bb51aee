"""`argosy config check`: whether the agent would start with these settings, and where each of them comes from."""

import os
from pathlib import Path
from typing import Annotated, Final

import typer

from argosy.agent.cli.exits import ExitStatus
from argosy.agent.cli.options import FormatOption
from argosy.agent.cli.problems import report_problem
from argosy.agent.cli.terminal import TableFormat, write_json, write_table
from argosy.agent.settings import Value, file_problems, read_file
from argosy.resolver.manifests import JsonValue

EXAMPLES: Final = """\
\b
Examples:
  argosy config check --config settings.yaml
  REPO_URL=https://git.example/team/templates.git argosy config check -o json
"""


def check(
    *,
    file: Annotated[
        Path | None,
        typer.Option(
            "--config", "-c", metavar="FILE", help="The agent's settings file.  [default: none]", show_default=False
        ),
    ] = None,
    output: FormatOption = TableFormat.TABLE,
) -> None:
    """Check settings as the agent would at its start, with the variables of the environment over the file.

    Unlike the agent, which reads credentials when it uses them, it also looks whether the files that settings name can
    be read. Prints each setting with where it comes from; never what is in a file of credentials. Tells all problems
    at once.
    """
    reading = read_file(dict(os.environ), file)
    problems = reading.problems or file_problems(reading)
    for problem in problems:
        report_problem(problem)
    if problems:
        raise typer.Exit(ExitStatus.USAGE)
    if output is TableFormat.JSON:
        write_json([_row(value) for value in reading.values])
    else:
        write_table(("KEY", "VALUE", "FROM"), [_cells(value) for value in reading.values])


def _row(value: Value) -> JsonValue:
    return {"key": value.key, "value": value.value, "from": value.origin, "variable": value.variable}


def _cells(value: Value) -> list[str]:
    shown = ", ".join(map(str, value.value)) if isinstance(value.value, list) else str(value.value)
    return [value.key, "-" if value.value is None or not shown else shown, value.variable or value.origin]


def _config() -> None:
    """Look after the settings of the agent."""


config: Final = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
# With a callback it stays a group, though it has one command only.
config.callback()(_config)
config.command(epilog=EXAMPLES, short_help="Check settings, and show which are in effect.")(check)
