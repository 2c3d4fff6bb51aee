"""`python -m argosy.agent.cli` is `argosy`."""

from argosy.agent.cli import main

main()
