"""The command line: `argosy resolve`, `templates`, `versions`, `diff` and `lint`.

Belongs here: options, what is printed where, exit statuses, and reading the environment, which nothing else does. Does
not belong here: anything about git, YAML or templates.
"""

import sys

__all__ = ["main", "plugin"]


def main() -> None:
    """Run the program with the arguments of the process."""
    try:
        from argosy.agent.cli.application import application  # noqa: PLC0415  # an interrupt may come while it loads
    except KeyboardInterrupt:
        sys.exit(130)
    application(prog_name="argosy")


def plugin() -> None:
    """Run the program as `kubectl argosy`: kubectl finds `kubectl-argosy` on the path."""
    try:
        from argosy.agent.cli.application import program  # noqa: PLC0415  # as above
    except KeyboardInterrupt:
        sys.exit(130)
    program(completion=False)(prog_name="kubectl argosy")
