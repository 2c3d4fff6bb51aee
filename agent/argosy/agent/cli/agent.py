"""`argosy agent`: the webhook, until it is told to stop."""

import asyncio
import os
import signal
import sys
import time
from collections.abc import Sequence
from importlib.metadata import version as installed_version
from pathlib import Path
from typing import Annotated, Final

import typer
import uvloop

from argosy.agent.cli.environment import CACHE, cache_folder, namespace_of
from argosy.agent.cli.options import RepositoryOption
from argosy.agent.cli.repositories import settings_of as repositories_of
from argosy.agent.logs import configure
from argosy.agent.metrics import Metrics
from argosy.agent.process import Agent, Renewal, cluster_parts, standalone_parts
from argosy.agent.reloading import Reloading, watch
from argosy.agent.settings import AgentSettings, settings_of
from argosy.resolver.errors import Misconfigured, Reason
from argosy.resolver.resolver import Resolver, Surroundings

EXAMPLES: Final = """\
\b
Examples:
  argosy agent --config /etc/argosy/settings/settings.yaml
  REPO_URL=https://git.example/team/templates.git argosy agent
  argosy agent --standalone --repo .
"""
_CERTIFICATES: Final = "certificates"
# Python's default of 5 ms is how long a warm answer would wait for each thread that unpacks a cold one.
_SWITCH_SECONDS: Final = 0.0005


def agent(
    *,
    config: Annotated[
        Path | None, typer.Option("--config", metavar="FILE", help="Settings; variables such as REPO_URL go before it.")
    ] = None,
    repo: RepositoryOption = None,
    standalone: Annotated[
        bool, typer.Option("--standalone", help="Serve without a cluster, with a certificate of its own.")
    ] = False,
    kubeconfig: Annotated[
        Path | None, typer.Option("--kubeconfig", metavar="FILE", help="For an agent that runs outside of the cluster.")
    ] = None,
) -> None:
    """Answer the API server when Workflows are created: with their templates taken from git.

    Standing alone, it serves AdmissionReviews to whoever trusts the `ca.crt` in its cache folder. SIGTERM lets running
    admissions end.
    """
    environment = dict(os.environ)
    if standalone:
        environment.setdefault(CACHE, str(cache_folder(environment)))
    settings = _settings(environment, config, repo or ()) if standalone else settings_of(environment, config)
    _log_by(settings)
    sys.setswitchinterval(_SWITCH_SECONDS)
    _make(settings.cache)
    metrics = Metrics(installed_version("argosy"))
    if standalone:
        parts = standalone_parts(settings, settings.cache / _CERTIFICATES, metrics)
    else:
        parts = cluster_parts(settings, namespace_of(environment), kubeconfig, metrics)
    surroundings = Surroundings(
        settings.cache,
        environment,
        parse_in_child=True,
        catalog_budget_bytes=settings.catalog_budget_bytes,
        fetched=metrics.fetched,
    )
    with Resolver(settings.resolver, surroundings) as resolver:
        running = Agent(settings, parts, resolver, metrics, time.time)
        # What --repo says holds whatever a file says.
        file = None if repo else config
        renewal = Renewal(running, _log_by)
        uvloop.run(_served(running, Reloading(file, lambda: settings_of(environment, file), settings, renewal)))


def _settings(environment: dict[str, str], config: Path | None, repo: Sequence[str]) -> AgentSettings:
    """Standing alone, it may serve a repository of this machine, with the git credentials of who runs it."""
    resolver = repositories_of(repo, config) if repo else None
    return settings_of(environment, config, resolver=resolver)


async def _served(running: Agent, reloading: Reloading) -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, running.stop.set)
    watching = loop.create_task(watch(reloading, running.stop))
    try:
        await running.run()
    finally:
        running.stop.set()
        await watching


def _log_by(settings: AgentSettings) -> None:
    configure(settings.log_format, settings.log_level, sys.stderr)


def _make(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise Misconfigured(
            Reason.INVALID_SETTINGS,
            f"the cache folder {folder} cannot be made: {error.strerror}",
            site=CACHE,
            remedy="name one that can be written",
        ) from error
