"""`argosy templates`: what a repository has at a version."""

from typing import Final

from argosy.agent.cli.commits import revision_of
from argosy.agent.cli.options import (
    CacheOption,
    ConfigOption,
    FormatOption,
    PullPolicyOption,
    RepositoryOption,
    VersionOption,
)
from argosy.agent.cli.problems import report_problem
from argosy.agent.cli.repositories import Where
from argosy.agent.cli.terminal import TableFormat, progress, write_json, write_table
from argosy.resolver.catalog import Entry
from argosy.resolver.errors import Denied, Reason
from argosy.resolver.manifests import JsonObject
from argosy.resolver.repositories import Repository
from argosy.resolver.resolver import Resolver
from argosy.resolver.sources import PullPolicy, Revision, short

EXAMPLES: Final = """\
\b
Examples:
  argosy templates --repo https://git.example/team/templates.git --version v1.2.0
  argosy templates --repo . -o json
"""

_COLUMNS: Final = ("name", "kind", "path", "version", "commit")


def templates(
    *,
    repo: RepositoryOption = None,
    config: ConfigOption = None,
    version: VersionOption = "",
    pull_policy: PullPolicyOption = None,
    output: FormatOption = TableFormat.TABLE,
    cache_dir: CacheOption = None,
) -> None:
    """List the WorkflowTemplates and ClusterWorkflowTemplates of a repository at a version.

    Files that cannot be read are named on stderr; `argosy lint` says more about them.
    """
    rows: list[JsonObject] = []
    with Where(repo or (), config, cache_dir).resolver() as resolver:
        for repository in resolver.repositories.values():
            rows += _rows(resolver, repository, version, pull_policy)
    if output is TableFormat.JSON:
        write_json(rows)
    else:
        columns = [*_COLUMNS] if len(resolver.repositories) == 1 else ["repository", *_COLUMNS]
        headings = [column.upper() for column in columns]
        write_table(headings, [[_cell(row, column) for column in columns] for row in rows])


def _cell(row: JsonObject, column: str) -> str:
    return short(row[column]) if column == "commit" else row[column]


def _rows(resolver: Resolver, repository: Repository, version: str, pull_policy: PullPolicy | None) -> list[JsonObject]:
    revision = revision_of(resolver, repository, version, pull_policy=pull_policy)
    with progress(f"reading {repository.alias} at {revision.name}"):
        index = resolver.index(repository, revision.commit)
    for broken in index.broken:
        report_problem(Denied(Reason.INVALID_MANIFEST, broken.problem), broken.path)
    return [_row(repository, revision, entry) for entry in index.entries]


def _row(repository: Repository, revision: Revision, entry: Entry) -> JsonObject:
    return {
        "repository": repository.alias,
        "name": entry.name,
        "kind": entry.kind,
        "path": entry.path,
        "version": revision.name,
        "commit": revision.commit,
    }
