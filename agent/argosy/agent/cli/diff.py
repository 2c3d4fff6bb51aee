"""`argosy diff`: what changed in an object between two versions."""

import json
from collections.abc import Iterable
from difflib import unified_diff
from enum import StrEnum
from typing import Annotated, Final

import typer

from argosy.agent.cli.commits import revision_of
from argosy.agent.cli.exits import ExitStatus
from argosy.agent.cli.options import CacheOption, ClusterScopeOption, ConfigOption, RepositoryOption
from argosy.agent.cli.repositories import Where, only_one
from argosy.agent.cli.terminal import progress, stdout, styled, write_json
from argosy.resolver.documents import canonical, dump
from argosy.resolver.manifests import ResourceKind, ResourceName
from argosy.resolver.resolver import Resolver
from argosy.resolver.sources import Origin, Resource, Revision, short

EXAMPLES: Final = """\
\b
Examples:
  argosy diff build v1.2.0 v1.3.0 --repo https://git.example/team/templates.git
  argosy diff build latest main --repo . --exit-code
"""

_STYLES: Final = {"---": "bold", "+++": "bold", "@@": "cyan", "-": "red", "+": "green"}


class DiffFormat(StrEnum):
    """How a difference is shown."""

    TEXT = "text"
    JSON = "json"


def diff(  # noqa: PLR0913  # each option is a parameter
    name: Annotated[str, typer.Argument(metavar="NAME", help="The object's metadata.name.", show_default=False)],
    old: Annotated[str, typer.Argument(metavar="V1", help="A tag, branch, commit or range.", show_default=False)],
    new: Annotated[str, typer.Argument(metavar="V2", help="Another one.", show_default=False)],
    *,
    repo: RepositoryOption = None,
    config: ConfigOption = None,
    cluster_scope: ClusterScopeOption = False,
    exit_code: Annotated[
        bool, typer.Option("--exit-code", help="Exit with 1 when there are differences.", show_default=False)
    ] = False,
    output: Annotated[
        DiffFormat, typer.Option("--output", "-o", metavar="text|json", help="For people, or for programs.")
    ] = DiffFormat.TEXT,
    cache_dir: CacheOption = None,
) -> None:
    """Show how a WorkflowTemplate differs between two versions, whatever the order of its keys.

    The exit status is 0 whether there are differences or not, unless --exit-code is given.
    """
    kind: ResourceKind = "ClusterWorkflowTemplate" if cluster_scope else "WorkflowTemplate"
    with Where(repo or (), config, cache_dir).resolver() as resolver:
        sides = [_side(resolver, kind, name, version) for version in (old, new)]
    lines = _difference(*sides)
    if output is DiffFormat.JSON:
        described = [_described(revision, resource) for revision, resource in sides]
        write_json({"from": described[0], "to": described[1], "same": not lines, "diff": "".join(lines)})
    else:
        _show(lines)
    if exit_code and lines:
        raise typer.Exit(ExitStatus.DENIED)


def _side(resolver: Resolver, kind: ResourceKind, name: str, version: str) -> tuple[Revision, Resource]:
    repository = only_one(resolver.repositories)
    revision = revision_of(resolver, repository, version, resource=name)
    with progress(f"reading {name} at {revision.name}"):
        origin = Origin(repository.alias, revision.commit)
        return revision, resolver.resource(repository, origin, kind, ResourceName(name))


def _difference(old: tuple[Revision, Resource], new: tuple[Revision, Resource]) -> list[str]:
    return list(unified_diff(_canonical_lines(old[1]), _canonical_lines(new[1]), _title(*old), _title(*new)))


def _canonical_lines(resource: Resource) -> list[str]:
    return dump(json.loads(canonical(resource.manifest))).splitlines(keepends=True)


def _title(revision: Revision, resource: Resource) -> str:
    return f"{resource.path} at {revision.name} ({short(revision.commit)})"


def _described(revision: Revision, resource: Resource) -> dict[str, str]:
    return {
        "version": revision.name,
        "commit": revision.commit,
        "path": resource.path,
        "digest": resource.digest,
    }


def _show(lines: Iterable[str]) -> None:
    console = stdout()
    for line in lines:
        style = next((style for start, style in _STYLES.items() if line.startswith(start)), "")
        console.print(styled((line.rstrip("\n").expandtabs(), style)))
