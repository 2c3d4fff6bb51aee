"""The command line: `argosy resolve`, `templates`, `versions`, `diff` and `lint`.

Belongs here: options, what is printed where, exit statuses, and reading the environment, which nothing else does. Does
not belong here: anything about git, YAML or templates.
"""

from argosy.agent.cli.application import main

__all__ = ["main"]
