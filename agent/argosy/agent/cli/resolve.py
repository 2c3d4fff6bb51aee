"""`argosy resolve`: manifests in, self-contained manifests out."""

from enum import StrEnum
from typing import Annotated, Final

import typer

from argosy.agent.cli.exits import ExitStatus, gravest, status_of
from argosy.agent.cli.inputs import Document, documents, read_inputs
from argosy.agent.cli.options import CacheOption, ConfigOption, PullPolicyOption, RepositoryOption
from argosy.agent.cli.problems import report_notices, report_problem
from argosy.agent.cli.repositories import Where
from argosy.agent.cli.resolving import Outcome, Resolving
from argosy.agent.cli.terminal import progress, write
from argosy.resolver.documents import DocumentError, canonical, digest, dump
from argosy.resolver.errors import Denied, Reason
from argosy.resolver.flattened import Mode
from argosy.resolver.manifests import JsonValue, Namespace
from argosy.resolver.search import Question

EXAMPLES: Final = """\
\b
Examples:
  argosy resolve workflow.yaml --repo https://git.example/team/templates.git | kubectl create -f -
  argosy resolve workflow.yaml --repo .
  cat workflow.yaml | argosy resolve - --repo . --version v1.2.0 -o json
  argosy resolve workflow.yaml cron.yaml --config settings.yaml --namespace team-a
"""


class ManifestFormat(StrEnum):
    """How manifests are written."""

    YAML = "yaml"
    JSON = "json"


def resolve(  # noqa: PLR0913  # each option is a parameter
    files: Annotated[list[str], typer.Argument(metavar="FILE", help="YAML or JSON; - is stdin.", show_default=False)],
    *,
    repo: RepositoryOption = None,
    config: ConfigOption = None,
    namespace: Annotated[
        str,
        typer.Option(
            "--namespace",
            "-n",
            metavar="NAMESPACE",
            help="For manifests that name none: policies go by it.  [default: default]",
            show_default=False,
        ),
    ] = "",
    version: Annotated[
        str,
        typer.Option(
            "--version",
            metavar="VERSION",
            help="For references that ask for none.  [default: they are left to the cluster]",
            show_default=False,
        ),
    ] = "",
    mode: Annotated[
        Mode, typer.Option("--mode", metavar="|".join(Mode), help="Copy the templates in, or keep references.")
    ] = Mode.FLATTEN,
    pull_policy: PullPolicyOption = None,
    output: Annotated[
        ManifestFormat, typer.Option("--output", "-o", metavar="yaml|json", help="JSON is one object a line.")
    ] = ManifestFormat.YAML,
    cache_dir: CacheOption = None,
) -> None:
    """Print manifests with the templates they refer to, taken from git at the versions they ask for.

    Every Workflow and CronWorkflow, also in a List, comes out as Argo's controller needs it; other documents pass
    through. In reference mode the objects that it will refer to come before it. A document that is denied is not
    printed: what is wrong with it is told on stderr, and the others still come out.
    """
    inputs = read_inputs(files)
    with Where(repo or (), config, cache_dir).resolver() as resolver:
        # One moment for all: documents that ask for one branch get one commit, by one fetch.
        now = resolver.surroundings.clock()
        question = Question(Namespace(namespace), default_version=version, pull_policy=pull_policy, now=now)
        resolving = Resolving(resolver, question, mode)
        printer = _Printer(output)
        status = gravest(_one(document, resolving, printer) for document in documents(inputs))
    raise typer.Exit(status)


class _Printer:
    """Writes manifests one after another, each as soon as it is known; a delivery that several share, once."""

    def __init__(self, output: ManifestFormat) -> None:
        self._output = output
        self._delivered: set[str] = set()
        self._began = False

    def __call__(self, outcome: Outcome) -> None:
        """Write an outcome with its deliveries, or raise Denied with none of it written."""
        new = {digest(one): one for one in outcome.deliveries}
        values = [*(one for key, one in new.items() if key not in self._delivered), outcome.value]
        try:
            texts = [self._text(value) for value in values]
        except DocumentError as error:
            raise Denied(Reason.INVALID_MANIFEST, f"this cannot be written: {error}") from error
        between = "---\n" if self._output is ManifestFormat.YAML else ""
        write((between if self._began else "") + between.join(texts))
        self._delivered.update(new)
        self._began = True

    def _text(self, value: JsonValue) -> str:
        return dump(value) if self._output is ManifestFormat.YAML else f"{canonical(value).decode()}\n"


def _one(document: Document, resolving: Resolving, printer: _Printer) -> ExitStatus:
    """Print one document, or say why not."""
    if document.error:
        report_problem(document.error, document.place)
        return status_of(document.error)
    with progress(f"resolving {document.place}"):
        outcome = resolving.document(document.value)
    report_notices(outcome.notices, document.place)
    errors = list(outcome.errors)
    try:
        if not errors:
            printer(outcome)
    except Denied as denied:
        errors.append(denied)
    for error in errors:
        report_problem(error, document.place)
    return gravest(map(status_of, errors))
