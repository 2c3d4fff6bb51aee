"""Cases from Argo's own module: what refers to templates as it stands, and what does so once it is recast."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.e2e.equivalence.cases import REPOSITORY, Case
from tests.equivalence.recast import by_template_ref, by_workflow_template_ref, calling_each_template, holder
from tests.equivalence.upstream_manifests import (
    HOLDERS,
    WORKFLOWS,
    Upstream,
    asking_for,
    has_references,
    nearest,
    recastable,
    upstream,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from argosy.resolver.manifests import JsonObject, JsonValue
    from tests.e2e.equivalence.cases import Release

RELEASE: Release = (REPOSITORY, "v1")
PARAMETERS = {
    "apiVersion": "v1",
    "kind": "ConfigMap",
    "metadata": {"name": "simple-parameters", "labels": {"workflows.argoproj.io/configmap-type": "Parameter"}},
    "data": {"msg": "hello world"},
}
"""What some examples read parameters from."""


def upstream_cases(module: Path) -> Iterator[Case]:
    """Every Workflow with a reference; every template with one, called; every template with an entrypoint, run."""
    manifests = upstream(module)
    for each in manifests:
        if each.kind in WORKFLOWS and has_references(each.manifest):
            yield _case(each.name, _workflow(each.manifest), each, manifests)
        if each.kind in HOLDERS and has_references(each.manifest):
            yield _case(f"{each.name}, called", calling_each_template(each.manifest), each, manifests)
        if each.kind in HOLDERS and "entrypoint" in each.manifest.get("spec", {}):
            cluster = each.kind.startswith("Cluster")
            running = by_workflow_template_ref(each.manifest["metadata"]["name"], cluster=cluster)
            yield _case(f"{each.name}, run", running, each, manifests)


def recast_cases(module: Path) -> Iterator[Case]:
    """Every Workflow with several templates, moved to git: called from one step, and run as a whole."""
    for each in recastable(upstream(module)):
        released = {RELEASE: [holder(each.manifest)]}
        called = by_template_ref(each.manifest)
        yield Case(f"{each.name}, by templateRef", called, released, objects=(PARAMETERS,))
        run = by_workflow_template_ref()
        yield Case(f"{each.name}, by workflowTemplateRef", run, released, objects=(PARAMETERS,))


def _workflow(manifest: JsonObject) -> JsonObject:
    """A CronWorkflow's as it is made at a tick."""
    if manifest["kind"] == "Workflow":
        return asking_for("v1", manifest)
    metadata = {**(manifest["spec"].get("workflowMetadata") or {}), "name": manifest["metadata"]["name"]}
    return asking_for(
        "v1", {**manifest, "kind": "Workflow", "metadata": metadata, "spec": manifest["spec"]["workflowSpec"]}
    )


def _case(name: str, workflow: JsonObject, near: Upstream, manifests: list[Upstream]) -> Case:
    held = nearest(near, manifests).releases[RELEASE]
    reached = _reached(workflow, {(str(kind), str(name)): dict(one) for (kind, name), one in held.items()})
    return Case(name, workflow, {RELEASE: reached}, objects=(PARAMETERS,))


def _reached(workflow: JsonObject, held: dict[tuple[str, str], JsonObject]) -> list[JsonObject]:
    """The objects that a Workflow refers to, and those that they refer to; all, where a name is known at run time."""
    found: dict[tuple[str, str], JsonObject] = {}
    pending = [workflow]
    while pending:
        for reference in _references(pending.pop()):
            kind = "ClusterWorkflowTemplate" if reference.get("clusterScope") else "WorkflowTemplate"
            if "{{" in str(reference.get("name")):
                return list(held.values())
            key = (kind, str(reference.get("name")))
            if key in held and key not in found:
                found[key] = held[key]
                pending.append(held[key])
    return list(found.values())


def _references(value: JsonValue) -> Iterator[JsonObject]:
    if isinstance(value, dict):
        for key, item in value.items():
            if key in ("templateRef", "workflowTemplateRef") and isinstance(item, dict):
                yield item
            yield from _references(item)
    elif isinstance(value, list):
        for item in value:
            yield from _references(item)
