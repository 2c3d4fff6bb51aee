"""`argosy lint`: what would go wrong with templates, said before anybody uses them."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.text import Text

from argosy.agent.cli.commits import revision_of
from argosy.agent.cli.exits import ExitStatus
from argosy.agent.cli.files import files_at, files_in
from argosy.agent.cli.options import CacheOption, ConfigOption, FormatOption, RepositoryOption, VersionOption
from argosy.agent.cli.repositories import Where
from argosy.agent.cli.terminal import TableFormat, progress, stderr, stdout, styled, write_json
from argosy.resolver.lint import Finding, Severity, lint_files
from argosy.resolver.resolver import Resolver

EXAMPLES: Final = """\
\b
Examples:
  argosy lint .
  argosy lint templates/ -o json
  argosy lint --repo https://git.example/team/templates.git --version main
"""

_STYLES: Final = {Severity.ERROR: "bold red", Severity.WARNING: "bold yellow"}


def lint(
    path: Annotated[
        Path | None,
        typer.Argument(metavar="PATH", help="A folder or a file, as it is on disk.", show_default=False),
    ] = None,
    *,
    repo: RepositoryOption = None,
    config: ConfigOption = None,
    version: VersionOption = "",
    output: FormatOption = TableFormat.TABLE,
    cache_dir: CacheOption = None,
) -> None:
    """Check the templates of a folder, or of a repository at a version, before anybody uses them.

    Finds names that are given twice or that Argo does not take, references that lead nowhere, calls that lack an
    input, volumes that a templateRef does not bring along, and version labels that nobody reads. The exit status is 1
    when there are errors; warnings alone leave it 0.
    """
    if (path is None) == (not repo and config is None):
        raise typer.BadParameter("give either a folder or a repository", param_hint="PATH or --repo")
    if path is not None and version:
        raise typer.BadParameter("a folder is read as it is on disk; name it by --repo", param_hint="--version")
    if path is not None:
        with progress(f"reading {path}"):
            findings = lint_files(files_in(path))
    else:
        with Where(repo or (), config, cache_dir).resolver() as resolver:
            findings = _of_repositories(resolver, version)
    _show(findings, output)
    if any(finding.severity is Severity.ERROR for finding in findings):
        raise typer.Exit(ExitStatus.DENIED)


def _of_repositories(resolver: Resolver, version: str) -> tuple[Finding, ...]:
    """The findings of each repository; references between two of them are not followed."""
    several = len(resolver.repositories) > 1
    findings: list[Finding] = []
    for repository in resolver.repositories.values():
        files = files_at(resolver, repository, revision_of(resolver, repository, version).commit)
        prefix = f"{repository.alias}:" if several else ""
        findings += [replace(one, path=f"{prefix}{one.path}") for one in lint_files(files)]
    return tuple(findings)


def _show(findings: Sequence[Finding], output: TableFormat) -> None:
    if output is TableFormat.JSON:
        write_json([asdict(finding) for finding in findings])
        return
    console = stdout()
    for finding in findings:
        console.print(_line(finding))
    stderr().print(_summary(findings))


def _line(finding: Finding) -> Text:
    """`templates/build.yaml:3: error: spec...: what is wrong; what to do [rule]`, as compilers write it."""
    place = f"{finding.path}:{finding.line}: " if finding.line else f"{finding.path}: "
    return styled(
        (place, "bold"),
        (f"{finding.severity}: ", _STYLES[finding.severity]),
        (f"{finding.subject}: " if finding.subject else "", ""),
        (f"{finding.site}: " if finding.site else "", "cyan"),
        (finding.text, ""),
        (f"; {finding.remedy}" if finding.remedy else "", "green"),
        (f" [{finding.rule}]", "dim"),
    )


def _summary(findings: Sequence[Finding]) -> str:
    counts = Counter(finding.severity for finding in findings)
    return ", ".join(_counted(counts[severity], severity) for severity in Severity)


def _counted(count: int, what: str) -> str:
    return f"{count or 'no'} {what}{'' if count == 1 else 's'}"
