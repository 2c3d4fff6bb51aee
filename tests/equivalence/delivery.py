"""Reference mode: is the Workflow, run with what is delivered for it, what the original would have been with git?"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, cast

from argosy.resolver.manifests import ResourceName
from argosy.resolver.sources import CommitId, Origin, RepositoryAlias, RepositoryPath, Resource
from tests.equivalence.comparison import Comparison
from tests.equivalence.differences import Difference, Rule
from tests.equivalence.execution import execution_of, merged, spec_of
from tests.equivalence.normalised import first_difference
from tests.equivalence.oracle import compare_roots, outside
from tests.equivalence.resolution import Scope, kind_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from argosy.resolver.flattened import Flattened
    from argosy.resolver.manifests import JsonObject, WorkflowTemplate
    from tests.equivalence.library import Library

_NOWHERE = Origin(RepositoryAlias(""), CommitId(""))
_OBJECT_NAME = re.compile(r"[a-z0-9](?:[-a-z0-9.]{0,61}[a-z0-9])?")
"""Argo wants at most 63 characters, as the name becomes the value of a label."""


def delivery_differences(original: JsonObject, flattened: Flattened, library: Library) -> list[Difference]:
    """Everything that runs otherwise; raises Unresolvable where the original should have been denied."""
    execution = execution_of(original, library)
    manifest = cast("JsonObject", flattened.manifest)
    delivered = {key: _scope(*key, each) for key, each in _deliveries(flattened)}
    output = Scope(_executed(spec_of(manifest), delivered))
    comparison = Comparison(execution.scope, output, execution.resolution, delivered)
    compare_roots(comparison, execution)
    comparison.walk()
    return [
        *comparison.differences,
        *_object_differences(original, manifest),
        *_name_differences(flattened, original),
    ]


def _deliveries(flattened: Flattened) -> Iterator[tuple[tuple[str, str], JsonObject]]:
    for delivery in flattened.deliveries:
        each = cast("JsonObject", delivery)
        yield (each["kind"], each["metadata"]["name"]), each


def _scope(kind: str, name: str, delivery: JsonObject) -> Scope:
    resource = Resource(
        origin=_NOWHERE,
        kind="ClusterWorkflowTemplate" if kind == "ClusterWorkflowTemplate" else "WorkflowTemplate",
        name=ResourceName(name),
        path=RepositoryPath(""),
        digest="",
        manifest=cast("WorkflowTemplate", delivery),
    )
    return Scope(delivery["spec"], resource=resource)


def _executed(spec: JsonObject, delivered: Mapping[tuple[str, str], Scope]) -> JsonObject:
    reference = spec.get("workflowTemplateRef")
    scope = delivered.get((kind_of(reference), reference["name"])) if reference else None
    return spec if scope is None or scope.resource is None else merged(spec, scope.resource)


def _object_differences(original: JsonObject, output: JsonObject) -> Iterator[Difference]:
    """The name in the workflowTemplateRef may change, and no other field."""
    expected, actual = (outside(each, spec_of(each)) for each in (original, output))
    for each in (expected, actual):
        if "workflowTemplateRef" in each["spec"]:
            each["spec"]["workflowTemplateRef"] = {**each["spec"]["workflowTemplateRef"], "name": ""}
    if found := first_difference(expected, actual):
        yield Difference(Rule.OBJECT, "object", found)


def _name_differences(flattened: Flattened, original: JsonObject) -> Iterator[Difference]:
    """Names that the cluster takes, each for one object, and none of an object that its author may have there."""
    names = [key for key, _ in _deliveries(flattened)]
    for (_, name), count in Counter(names).items():
        if count > 1 or not _OBJECT_NAME.fullmatch(name):
            yield Difference(Rule.NAME, "deliveries", f"{name!r} is there {count} times, or no name for an object")
    taken = {(found.resource.kind, found.resource.name) for found in flattened.taken}
    for kind, name in taken.intersection(names):
        yield Difference(Rule.NAME, "deliveries", f"{kind} {name!r} may be in the cluster already, in another version")
    if flattened.deliveries and flattened.manifest is original:
        yield Difference(Rule.TAKEN, "deliveries", "are there for a Workflow that needs none")
