"""`argosy versions`: in which versions an object is, and where it changed."""

from collections.abc import Callable
from datetime import UTC, datetime
from itertools import count, islice
from typing import Annotated, Final

import typer
from rich.text import Text

from argosy.agent.cli.commits import known_refs
from argosy.agent.cli.options import (
    CacheOption,
    ClusterScopeOption,
    ConfigOption,
    FormatOption,
    PullPolicyOption,
    RepositoryOption,
)
from argosy.agent.cli.repositories import Where, only_one
from argosy.agent.cli.terminal import Progress, TableFormat, progress, write_json, write_table
from argosy.resolver.errors import Denied, Reason
from argosy.resolver.history import Appearance, Change, Content, Contents, history_of, versions_of
from argosy.resolver.manifests import JsonObject, ResourceKind, ResourceName
from argosy.resolver.repositories import Repository
from argosy.resolver.resolver import Resolver
from argosy.resolver.sources import Revision, VersionKind, short

EXAMPLES: Final = """\
\b
Examples:
  argosy versions build --repo https://git.example/team/templates.git
  argosy versions build --repo . --limit 5 -o json
"""

_STYLES: Final = {Change.ADDED: "green", Change.CHANGED: "yellow", Change.SAME: "dim"}


def versions(  # noqa: PLR0913  # each option is a parameter
    name: Annotated[str, typer.Argument(metavar="NAME", help="The object's metadata.name.", show_default=False)],
    *,
    repo: RepositoryOption = None,
    config: ConfigOption = None,
    cluster_scope: ClusterScopeOption = False,
    limit: Annotated[
        int | None, typer.Option("--limit", min=1, metavar="COUNT", help="Only the newest so many.", show_default=False)
    ] = None,
    pull_policy: PullPolicyOption = None,
    output: FormatOption = TableFormat.TABLE,
    cache_dir: CacheOption = None,
) -> None:
    """List the versions that have a WorkflowTemplate, newest first, and say where its content changed.

    Semantic versions come first, then other tags, then branches. A version is compared with the next older one that
    has the template, a branch with the newest version; what is compared is data: comments and layout do not count.
    """
    kind: ResourceKind = "ClusterWorkflowTemplate" if cluster_scope else "WorkflowTemplate"
    with Where(repo or (), config, cache_dir).resolver() as resolver:
        repository = only_one(resolver.repositories)
        history = versions_of(known_refs(resolver, repository, pull_policy), repository.tag_format, name)
        with progress(f"looking for {name}") as tell:
            contents = Contents(resolver, repository, kind, ResourceName(name))
            found = history_of(history, _told(contents, len(history.all), tell))
            rows = [_row(resolver, repository, one) for one in islice(found, limit)]
    if not rows:
        raise Denied(
            Reason.TEMPLATE_NOT_FOUND,
            f"no version of repository {repository.alias} has {kind} {name!r}",
            remedy="argosy templates lists the names at a version",
        )
    if output is TableFormat.JSON:
        write_json(rows)
    else:
        write_table(("VERSION", "COMMIT", "DATE", "CHANGED"), [_cells(row) for row in rows])


def _told(contents: Contents, total: int, tell: Progress) -> Callable[[Revision], Content | None]:
    """The contents, telling at each version how far the work is."""
    numbers = count(1)

    def content(revision: Revision) -> Content | None:
        tell(f"looking for {contents.name}: {revision.name} ({next(numbers)} of {total})")
        return contents(revision)

    return content


def _row(resolver: Resolver, repository: Repository, one: Appearance) -> JsonObject:
    committed = datetime.fromtimestamp(resolver.mirror(repository).committed_at(one.revision.commit), UTC)
    return {
        "version": one.revision.name,
        "kind": one.revision.kind,
        "commit": one.revision.commit,
        "date": committed.isoformat().replace("+00:00", "Z"),
        "changed": one.change,
        "path": one.content.path,
        "digest": one.content.digest,
    }


def _cells(row: JsonObject) -> list[str | Text]:
    branch = " (branch)" if row["kind"] == VersionKind.BRANCH else ""
    change = Text(row["changed"], style=_STYLES[row["changed"]])
    return [row["version"] + branch, short(row["commit"]), row["date"][:10], change]
