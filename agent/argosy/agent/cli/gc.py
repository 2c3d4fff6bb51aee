"""`argosy gc`: what the sweeper would do and why, a sweep by hand, and keeping templates from it."""

import os
import platform
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, TypeAlias

import typer

from argosy.agent.cli.environment import namespace_of
from argosy.agent.cli.exits import gravest, status_of
from argosy.agent.cli.options import FormatOption
from argosy.agent.cli.problems import report_problem
from argosy.agent.cli.terminal import TableFormat, write_json, write_table
from argosy.agent.settings import AgentSettings, settings_of
from argosy.agent.sweeping import tell
from argosy.agent.sweeping.sweeper import rules_of
from argosy.gc.sweeping import Report, Row, Sweep
from argosy.gc.templates import TemplateKey, moment, seconds_of
from argosy.resolver import contract
from argosy.resolver.durations import parse_duration
from argosy.resolver.manifests import JsonObject, Namespace, ResourceName
from argosy.resolver.policy import Policy
from argosy.resolver.settings import ResolverSettings

if TYPE_CHECKING:
    from kubernetes.client import ApiClient

EXAMPLES: Final = """\
\b
Examples:
  argosy gc plan
  argosy gc run --namespace team
  argosy gc postpone hello --until 2026-12-24 --namespace team
  argosy gc keep hello --namespace team
"""

KubeconfigOption: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        "--kubeconfig",
        metavar="FILE",
        help="The cluster.  [default: $KUBECONFIG, or that of this pod, or ~/.kube/config]",
        show_default=False,
    ),
]
SettingsOption: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        "--config",
        "-c",
        metavar="FILE",
        help="The agent's settings; variables such as TEMPLATE_TTL go before it.",
        show_default=False,
    ),
]
OnlyNamespaceOption: TypeAlias = Annotated[
    str,
    typer.Option(
        "--namespace",
        "-n",
        metavar="NAMESPACE",
        help="Only this one, without what belongs to the whole cluster.  [default: all]",
        show_default=False,
    ),
]
NamespaceOption: TypeAlias = Annotated[
    str,
    typer.Option("--namespace", "-n", metavar="NAMESPACE", help="Where it is.  [default: default]", show_default=False),
]
ClusterOption: TypeAlias = Annotated[
    bool, typer.Option("--cluster", help="NAME is a ClusterWorkflowTemplate.", show_default=False)
]
NameArgument: TypeAlias = Annotated[
    str, typer.Argument(metavar="NAME", help="The object's metadata.name.", show_default=False)
]


def plan(
    *,
    config: SettingsOption = None,
    kubeconfig: KubeconfigOption = None,
    namespace: OnlyNamespaceOption = "",
    output: FormatOption = TableFormat.TABLE,
) -> None:
    """Show what a sweep would do now with each template that was not used for its time to live, and why.

    Nothing is changed.
    """
    _end(_swept(config, kubeconfig, namespace, is_dry=True), output)


def run(
    *,
    config: SettingsOption = None,
    kubeconfig: KubeconfigOption = None,
    namespace: OnlyNamespaceOption = "",
    output: FormatOption = TableFormat.TABLE,
) -> None:
    """Sweep once, and show what was done with each template, and why.

    An agent in the cluster sweeps by itself. Both may run at once: what changes meanwhile stays.
    """
    _end(_swept(config, kubeconfig, namespace, is_dry=False), output)


def postpone(
    name: NameArgument,
    *,
    until: Annotated[
        str,
        typer.Option("--until", metavar="DATE|TIME|DURATION", help="2026-12-24, 2026-12-24T10:00:00Z, or 7d from now."),
    ],
    namespace: NamespaceOption = "",
    cluster: ClusterOption = False,
    kubeconfig: KubeconfigOption = None,
) -> None:
    """Put off the deletion of a delivered template, whether it is announced yet or not."""
    delete_at = moment(_moment_of(until, time.time()))
    key = _annotated(name, namespace, kubeconfig, {contract.DELETE_AT: delete_at}, is_cluster=cluster)
    typer.echo(f"{key} is not deleted before {delete_at}")


def keep(
    name: NameArgument,
    *,
    namespace: NamespaceOption = "",
    cluster: ClusterOption = False,
    kubeconfig: KubeconfigOption = None,
) -> None:
    """Keep a delivered template for good, until the annotation is taken away."""
    annotations = {contract.KEEP: "true", contract.DELETE_AT: None}
    key = _annotated(name, namespace, kubeconfig, annotations, is_cluster=cluster)
    typer.echo(f"{key} is kept")


def _swept(config: Path | None, kubeconfig: Path | None, namespace: str, *, is_dry: bool) -> Report:
    # Half a second of imports that no other command needs.
    from kubernetes.client import CoreV1Api, CustomObjectsApi  # noqa: PLC0415

    from argosy.agent.cluster.installation import installation  # noqa: PLC0415
    from argosy.agent.cluster.scope import Scope  # noqa: PLC0415
    from argosy.agent.events.cluster_events import ClusterEvents  # noqa: PLC0415
    from argosy.agent.sweeping.cluster_objects import ClusterObjects  # noqa: PLC0415

    environment = dict(os.environ)
    settings = _settings(environment, config)
    client = _client(environment, kubeconfig)
    own = settings.installation or installation(CoreV1Api(client), namespace_of(environment))
    objects = CustomObjectsApi(client)
    rules = rules_of(settings, f"argosy-agent-{own}")
    cluster = ClusterObjects(objects, scope=Scope(settings.namespaces))
    report = Sweep(cluster, rules, time.time(), namespace, is_dry=is_dry).run()
    events = ClusterEvents(objects, platform.node())
    tell(report, events.publish, lambda: time.sleep(events.tick()))
    return report


def _settings(environment: Mapping[str, str], config: Path | None) -> AgentSettings:
    """Without repositories: none is needed to sweep."""
    return settings_of(environment, config, resolver=ResolverSettings((), Policy()))


def _client(environment: Mapping[str, str], given: Path | None) -> "ApiClient":
    from argosy.agent.cluster.client import api_client  # noqa: PLC0415

    named = given or next((Path(one) for one in environment.get("KUBECONFIG", "").split(os.pathsep) if one), None)
    home = Path(environment.get("HOME", "")) / ".kube" / "config"
    is_in_pod = "KUBERNETES_SERVICE_HOST" in environment
    return api_client(named or (None if is_in_pod or not home.is_file() else home))


def _annotated(
    name: str, namespace: str, kubeconfig: Path | None, annotations: dict[str, str | None], *, is_cluster: bool
) -> TemplateKey:
    from kubernetes.client import CustomObjectsApi  # noqa: PLC0415

    from argosy.agent.sweeping.annotating import annotate  # noqa: PLC0415

    if is_cluster and namespace:
        raise typer.BadParameter("what belongs to the whole cluster is in no namespace", param_hint="--cluster")
    key = (
        TemplateKey("ClusterWorkflowTemplate", Namespace(""), ResourceName(name))
        if is_cluster
        else TemplateKey("WorkflowTemplate", Namespace(namespace or "default"), ResourceName(name))
    )
    annotate(CustomObjectsApi(_client(os.environ, kubeconfig)), key, annotations)
    return key


def _moment_of(text: str, now: float) -> float:
    """A time, or a duration from now; it must be to come."""
    try:
        seconds: float | None = now + parse_duration(text)
    except ValueError:
        seconds = seconds_of(text)
    if seconds is None or seconds <= now:
        problem = "is no time" if seconds is None else "has passed"
        raise typer.BadParameter(
            f"{text!r} {problem}; give a date such as 2026-12-24, or a duration such as 7d", param_hint="--until"
        )
    return seconds


def _end(report: Report, output: TableFormat) -> None:
    if output is TableFormat.JSON:
        write_json([_shown(row) for row in report.rows])
    else:
        headings = ("TEMPLATE", "LAST USED", "BECOMES", "REASON", "DETAIL")
        write_table(headings, [_cells(row) for row in report.rows])
    for namespace, problem in report.problems:
        report_problem(problem, place=f"namespace {namespace}" if namespace else "cluster")
    if report.problems:
        raise typer.Exit(gravest(status_of(problem) for _, problem in report.problems))


def _shown(row: Row) -> JsonObject:
    decision = row.decision
    kind, namespace, name = decision.template.key
    return {
        "kind": kind,
        "namespace": namespace,
        "name": name,
        "lastUsed": moment(decision.template.last_used_at),
        "action": decision.action,
        "result": row.result,
        "reason": decision.why,
        "detail": decision.detail,
        "deleteAt": decision.delete_at,
    }


def _cells(row: Row) -> list[str]:
    decision = row.decision
    becomes = decision.action if row.result == "planned" else row.result
    used = moment(decision.template.last_used_at)
    return [str(decision.template.key), used, becomes, decision.why, decision.detail]


def _gc() -> None:
    """Look after delivered templates that nobody uses."""


gc: Final = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
gc.callback()(_gc)
for _command, _summary in (
    (plan, "Show what a sweep would do, and why."),
    (run, "Sweep once."),
    (postpone, "Put off the deletion of a template."),
    (keep, "Keep a template for good."),
):
    gc.command(epilog=EXAMPLES, short_help=_summary)(_command)
