"""The program `argosy`: its commands, and what becomes of every error on the way out."""

import io
import logging
import os
import sys
import traceback
from importlib.metadata import version as installed_version
from typing import Annotated, Any, Final

import typer
from typer.core import TyperGroup

from argosy.agent.cli import agent, config, diff, gc, lint, resolve, templates, versions
from argosy.agent.cli.environment import DEBUG, wants_tracebacks
from argosy.agent.cli.exits import ExitStatus, status_of
from argosy.agent.cli.problems import report_problem
from argosy.resolver.errors import ArgosyError, Reason

_HELP: Final = """Take the WorkflowTemplates of Argo Workflows from git, at the version that each Workflow asks for.

Results go to stdout, all else to stderr. The exit status is 0 when all is done, 1 when something is denied, 2 when
the command line or the settings are wrong, and 75 when git is at fault and the same command may succeed later.
"""

EXAMPLES: Final = """\
\b
Examples:
  argosy resolve workflow.yaml --repo https://git.example/team/templates.git | kubectl create -f -
  argosy templates --repo . --version v1.2.0
  argosy versions build --repo .
"""


class _Program(TyperGroup):
    """Runs a command and turns what it raises into one sentence and an exit status, never into a traceback."""

    def invoke(self, ctx: Any) -> Any:
        logging.basicConfig(format="warning: %(message)s", level=logging.WARNING)
        # A name may hold letters that the locale's encoding lacks: tell those by their escape.
        if isinstance(sys.stdout, io.TextIOWrapper):
            sys.stdout.reconfigure(errors="backslashreplace")
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()
        except BrokenPipeError:
            _abandon_stdout()
            raise typer.Exit(ExitStatus.BROKEN_PIPE) from None
        except KeyboardInterrupt:
            raise typer.Exit(ExitStatus.INTERRUPTED) from None
        except (typer.Exit, typer.Abort, typer.TyperException):
            raise
        except Exception as error:
            if ctx.params.get("debug") or wants_tracebacks(os.environ):
                traceback.print_exception(error)
            report_problem(error if isinstance(error, ArgosyError) else _internal(error))
            raise typer.Exit(status_of(error)) from error
        return result


def _internal(error: Exception) -> ArgosyError:
    return ArgosyError(
        Reason.INTERNAL,
        f"this should not happen: {type(error).__name__}: {error}",
        remedy=f"please report it, with what {DEBUG}=1 shows",
    )


def _abandon_stdout() -> None:
    """Let the interpreter flush into nothing at its end: the reader is gone, and nobody is to be told."""
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, sys.stdout.fileno())
    os.close(nothing)


def _show_version(wanted: bool) -> None:  # noqa: FBT001  # typer calls it so
    if wanted:
        typer.echo(f"argosy {installed_version('argosy')}")
        raise typer.Exit


def _program(
    *,
    show_version: Annotated[
        bool,
        typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version of Argosy and exit."),
    ] = False,
    debug: Annotated[
        bool, typer.Option("--debug", help=f"Show tracebacks of errors, as {DEBUG}=1 does.", show_default=False)
    ] = False,
) -> None:
    """Nothing to do by itself: the options are read where they act."""


def program(*, completion: bool = True) -> typer.Typer:
    """All the commands. Where kubectl runs them there is no completion to install: shells ask kubectl there."""
    made = typer.Typer(
        cls=_Program,
        add_completion=completion,
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    made.callback(help=_HELP, epilog=EXAMPLES)(_program)
    for module, command, summary in (
        (resolve, resolve.resolve, "Print manifests with their templates taken from git."),
        (templates, templates.templates, "List what a repository has at a version."),
        (versions, versions.versions, "List the versions that have a template."),
        (diff, diff.diff, "Show how a template differs between versions."),
        (lint, lint.lint, "Check templates before anybody uses them."),
        (agent, agent.agent, "Run the webhook."),
    ):
        made.command(epilog=module.EXAMPLES, short_help=summary)(command)
    made.add_typer(config.config, name="config", short_help="Check the settings of the agent.")
    made.add_typer(gc.gc, name="gc", short_help="Look after delivered templates that nobody uses.")
    return made


application: Final = program()
