"""The options that several commands share: one name, one meaning, one help text."""

from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from argosy.agent.cli.terminal import TableFormat
from argosy.resolver.sources import PullPolicy

RepositoryOption: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        "--repo",
        "-r",
        metavar="[ALIAS=]URL|PATH",
        help=(
            "Where templates come from; may be given several times. Of a local repository only what is committed "
            "is read, work tree or bare. With --config: an alias of the file, or a repository to take in its place."
        ),
        show_default=False,
    ),
]

ConfigOption: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        "--config",
        "-c",
        metavar="FILE",
        help="Settings: repositories with their credentials, and policies, as the agent has them.",
        show_default=False,
    ),
]

CacheOption: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        "--cache-dir",
        metavar="FOLDER",
        help="Where clones are kept.  [default: $ARGOSY_CACHE, or $XDG_CACHE_HOME/argosy, or ~/.cache/argosy]",
        show_default=False,
    ),
]

VersionOption: TypeAlias = Annotated[
    str,
    typer.Option(
        "--version",
        metavar="VERSION",
        help="A tag, branch, commit or range.  [default: the repository's default version, or its default branch]",
        show_default=False,
    ),
]

PullPolicyOption: TypeAlias = Annotated[
    PullPolicy | None,
    typer.Option(
        "--pull-policy",
        metavar="|".join(PullPolicy),
        help="When git is asked, for references that do not say it themselves.",
        show_default=False,
    ),
]

ClusterScopeOption: TypeAlias = Annotated[
    bool, typer.Option("--cluster-scope", help="NAME is a ClusterWorkflowTemplate.", show_default=False)
]

FormatOption: TypeAlias = Annotated[
    TableFormat, typer.Option("--output", "-o", metavar="table|json", help="For people, or for programs.")
]
