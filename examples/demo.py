"""Resolves the talk's Workflow at five versions, follows a delivered template to its end, and asks a real agent."""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from pathlib import Path

import full_circle
import template_repository
from rich.console import Console
from rich.syntax import Syntax
from rich.table import Table
from standalone_agent import StandaloneAgent, operations, standalone_agent

from argosy.resolver.documents import dump, load
from argosy.resolver.manifests import JsonObject, Manifest, Namespace
from argosy.resolver.policy import Policy
from argosy.resolver.repositories import Credentials, Repository
from argosy.resolver.resolver import Resolver, Surroundings
from argosy.resolver.search import Question
from argosy.resolver.settings import DEFAULT_ALIAS, ResolverSettings

WORKFLOW = Path(__file__).parent / "hello-world" / "workflow.yaml"
VERSION_LABEL = "pipekit.io.templates.gitVersion"


def main() -> None:
    console = Console(width=None if os.isatty(1) else 150)
    with tempfile.TemporaryDirectory(prefix="argosy-demo-") as folder:
        repository = template_repository.build(Path(folder, "templates"))
        console.rule("[bold]The template repository")
        console.print(_git(repository, "log", "--all", "--graph", "--oneline", "--decorate"))
        started = time.perf_counter()
        with Resolver(_settings(repository), Surroundings(Path(folder, "cache"), dict(os.environ))) as resolver:
            commit = _git(repository, "rev-parse", "v0.14.64").strip()
            for version in ("v0.14.64", "v0.15.0", "feature/loud", commit, ">=0.14 <1"):
                _show(console, resolver, version)
            took = time.perf_counter() - started
            console.print(f"Five versions from one cached clone in {took:.2f} s.", style="bold")
            full_circle.show(console, resolver, _workflow("v0.14.64"), time.time())
        with standalone_agent(repository, Path(folder, "agent")) as agent:
            _ask(console, agent)
    console.print("Try it on your own: .venv/bin/argosy resolve workflow.yaml --repo https://git.example/templates.git")


def _settings(repository: Path) -> ResolverSettings:
    one = Repository(DEFAULT_ALIAS, str(repository), credentials=Credentials(ambient=True), freshness_seconds=0)
    return ResolverSettings((one,), Policy())


def _show(console: Console, resolver: Resolver, version: str) -> None:
    workflow = _workflow(version)
    flattened = resolver.resolve(workflow, Question(Namespace("default")))
    found = flattened.taken[0]
    console.rule(f"[bold]{version}[/bold] is {found.revision.ref or 'a commit'} at {found.revision.commit[:12]}")
    table = Table(expand=True)
    table.add_column("what went in", ratio=1)
    table.add_column("what came out", ratio=1)
    table.add_row(_yaml(_spec(workflow)), _yaml(_spec(flattened.manifest)))
    console.print(table)
    for notice in flattened.notices:
        console.print(f"warning: {notice}", style="yellow")


def _ask(console: Console, agent: StandaloneAgent) -> None:
    console.rule("[bold]The agent, asked over TLS as the API server asks it")
    for version in ("v0.14.64", "v0.14.64", "v0.15.0", "v9.9.9"):
        response = agent.review(_workflow(version))
        if response["allowed"]:
            patch = ", ".join(f"{one['op']} {one['path']}" for one in operations(response))
            console.print(f"{version}: allowed, with a patch: {patch}")
        else:
            status = response["status"]
            console.print(f"{version}: denied, {status['code']} {status['reason']}: {status['message']}")
    console.print("\n".join(agent.metrics("argosy_admissions_total", "argosy_fetches_total")), style="dim")


def _workflow(version: str) -> Manifest:
    workflow: Manifest = load(WORKFLOW.read_bytes())
    _spec(workflow)["templates"][0]["metadata"]["labels"][VERSION_LABEL] = version
    return workflow


def _spec(workflow: Manifest) -> JsonObject:
    return workflow.get("spec") or {}


def _yaml(spec: JsonObject) -> Syntax:
    return Syntax(dump({"templates": spec["templates"]}), "yaml", background_color="default", word_wrap=True)


def _git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(["git", "-C", str(folder), *arguments], check=True, capture_output=True, text=True)
    return done.stdout


if __name__ == "__main__":
    main()
