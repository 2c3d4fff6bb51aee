"""Two runs of one case, side by side: what is not the same, and whether the difference is one that has a reason."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.e2e.equivalence.normalised import comparable, template_name
from tests.podplayer import pod_statuses

if TYPE_CHECKING:
    from collections.abc import Iterator

    from argosy.resolver.manifests import JsonObject
    from tests.e2e.equivalence.runs import Run

ABSENT = "(absent)"
SHOWN = 400


@dataclass(frozen=True, slots=True)
class Difference:
    """One place, and what stands there each way."""

    place: str
    original: Any
    other: Any

    def __str__(self) -> str:
        return f"{self.place}\n    original: {self.original!r:.{SHOWN}}\n    other:    {self.other!r:.{SHOWN}}"


def differences(original: Run, other: Run) -> list[Difference]:
    """In the order of places."""
    names, doubts = renamed(original, other)
    one = comparable(original, {}, {})
    two = comparable(other, names, _pod_names(original, other))
    return [*doubts, *_unequal("", one.parts(), two.parts())]


def renamed(original: Run, other: Run) -> tuple[dict[str, str], list[Difference]]:
    """What each template is called in the original, by the name that it was given; and copies that serve for two."""
    found: dict[tuple[str, str], set[tuple[str, str]]] = {}
    theirs = original.nodes
    for node_id, node in other.nodes.items():
        if template_name(node) and node_id in theirs:
            found.setdefault(_identity(other, node), set()).add(_identity(original, theirs[node_id]))
    doubts = [
        Difference(f"template {called[1]}", sorted(identities), called)
        for called, identities in found.items()
        if len(identities) > 1
    ]
    return {called: min(identities)[1] for (_, called), identities in found.items()}, doubts


def _identity(run: Run, node: JsonObject) -> tuple[str, str]:
    """The object that a node's template is of, and its name in it; what a Workflow was made of is its own object."""
    reference = node.get("templateRef")
    if reference:
        return _object(reference), reference["template"]
    scope, made_of = str(node.get("templateScope", "")), run.workflow["spec"].get("workflowTemplateRef")
    name = str(node.get("templateName", ""))
    return (_object(made_of), name) if made_of and scope == "local/" else (scope, name)


def _object(reference: JsonObject) -> str:
    kind = "cluster" if reference.get("clusterScope") else "namespaced"
    return f"{kind}/{reference['name']}"


def _pod_names(original: Run, other: Run) -> dict[str, str]:
    """The name of each node's pod in the original that has another there: it has that of the template in it."""
    theirs = {node_id: name for name, pod in original.pods.items() if (node_id := _node_id(pod))}
    return {name: called for name, pod in other.pods.items() if (called := theirs.get(_node_id(pod), name)) != name}


def _node_id(pod: JsonObject) -> str:
    """Empty for one that deletes artifacts."""
    return str(pod["metadata"]["annotations"].get(pod_statuses.NODE_ID, ""))


def _unequal(place: str, one: Any, two: Any) -> Iterator[Difference]:
    if isinstance(one, dict) and isinstance(two, dict):
        for key in sorted({*one, *two}):
            yield from _unequal(f"{place}.{key}", one.get(key, ABSENT), two.get(key, ABSENT))
    elif isinstance(one, list) and isinstance(two, list) and len(one) == len(two):
        for index, pair in enumerate(zip(one, two, strict=True)):
            yield from _unequal(f"{place}[{index}]", *pair)
    elif one != two:
        yield Difference(place, one, two)
