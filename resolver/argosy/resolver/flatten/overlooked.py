"""What Argo overlooks in a WorkflowTemplate that a workflowTemplateRef names, and refuses in a Workflow.

Beside a workflowTemplateRef Argo's validation looks for these in the Workflow alone, so that what the template has of
them first meets it once the two are one. Rule: Workflow in workflow/validate/validate.go of Argo 4.1.2.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from argosy.resolver.errors import Denied, Reason
from argosy.resolver.flatten.holdings import place
from argosy.resolver.flatten.label_selectors import selector_faults
from argosy.resolver.shapes import mapping, sequence, text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from argosy.resolver.flatten.holdings import Holding
    from argosy.resolver.flatten.subject import Subject
    from argosy.resolver.manifests import JsonValue, WorkflowSpec

_POD_GC_STRATEGIES = ("", "OnPodCompletion", "OnPodSuccess", "OnWorkflowCompletion", "OnWorkflowSuccess")
_POD_RESOURCES = ("cpu", "memory")
_HUGE_PAGES = "hugepages-"


def check_overlooked(merged: WorkflowSpec, subject: Subject, holding: Holding, site: str) -> None:
    """Raises Denied(UNFLATTENABLE) for the first such fault of the merged spec that the Workflow alone has not.

    One that it has itself Argo refuses in either form, with the better words.
    """
    own = set(_faults(subject.spec, subject.site))
    for fault in _faults(merged, subject.site):
        if fault not in own:
            raise Denied(
                Reason.UNFLATTENABLE,
                f"with {place(holding.found.resource)} merged in, {fault}: Argo accepts that in a WorkflowTemplate "
                "and not in a Workflow",
                site=site,
                remedy="mend the WorkflowTemplate, or use reference mode",
            )


def _faults(spec: WorkflowSpec, site: str) -> Iterator[str]:
    at = f"{site}.executorPlugins"
    yield from _of_executor_plugins(sequence(spec.get("executorPlugins"), at), at)
    yield from _of_hooks(mapping(spec.get("hooks"), f"{site}.hooks"), f"{site}.hooks")
    yield from _of_pod_gc(mapping(spec.get("podGC"), f"{site}.podGC"), f"{site}.podGC")
    yield from _of_pod_resources(mapping(spec.get("podResources"), f"{site}.podResources"), f"{site}.podResources")


def _of_executor_plugins(plugins: list[JsonValue], site: str) -> Iterator[str]:
    for index, one in enumerate(plugins):
        plugin = mapping(one, f"{site}[{index}]")
        if not mapping(plugin.get("metadata"), f"{site}[{index}].metadata").get("name"):
            yield f"{site}[{index}] has no metadata.name"
        at = f"{site}[{index}].spec"
        sidecar = mapping(mapping(plugin.get("spec"), at).get("sidecar"), f"{at}.sidecar")
        at = f"{at}.sidecar.container"
        yield from _of_plugin_container(mapping(sidecar.get("container"), at), at)


def _of_plugin_container(container: JsonValue, site: str) -> Iterator[str]:
    """Argo asks whether resources are given, not how many: an empty object will do where the merge leaves it."""
    if not container.get("ports"):
        yield f"{site} has no ports"
    resources = mapping(container.get("resources"), f"{site}.resources")
    for field in ("requests", "limits"):
        if resources.get(field) is None:
            yield f"{site} has no resources.{field}"
    if container.get("securityContext") is None:
        yield f"{site} has no securityContext"


def _of_hooks(hooks: JsonValue, site: str) -> Iterator[str]:
    for event, hook in sorted(hooks.items()):
        if event != "exit" and not mapping(hook, f"{site}.{event}").get("expression"):
            yield f"{site}.{event} has no expression"


def _of_pod_gc(pod_gc: JsonValue, site: str) -> Iterator[str]:
    strategy = text(pod_gc.get("strategy"), f"{site}.strategy")
    if strategy not in _POD_GC_STRATEGIES:
        yield f"{site}.strategy {strategy!r} is none of {', '.join(_POD_GC_STRATEGIES[1:])}"
    at = f"{site}.labelSelector"
    yield from selector_faults(mapping(pod_gc.get("labelSelector"), at), at)


def _of_pod_resources(resources: JsonValue, site: str) -> Iterator[str]:
    if sequence(resources.get("claims"), f"{site}.claims"):
        yield f"{site} has claims, which a pod as a whole cannot have"
    for field in ("limits", "requests"):
        for name in sorted(mapping(resources.get(field), f"{site}.{field}")):
            if name not in _POD_RESOURCES and not name.startswith(_HUGE_PAGES):
                yield f"{site}.{field} has {name!r}, where only cpu, memory and hugepages-* can stand"
