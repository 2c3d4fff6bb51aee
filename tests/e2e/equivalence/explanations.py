"""Differences that have a reason: each is inherent, and told of in docs/equivalence.md."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tests.e2e.equivalence.comparison import ABSENT

if TYPE_CHECKING:
    from tests.e2e.equivalence.comparison import Difference
    from tests.e2e.equivalence.runs import Run


LABEL = re.compile(r"\.workflow\.metadata\.labels\.workflows\.argoproj\.io/(cluster-)?workflow-template$")
EXECUTOR = re.compile(r"\.pods\..*\.env\[\d+\]\.value\.metadata(\.|$)")
COPY = re.compile(r"-[0-9a-f]{10}$")
VERSIONED = re.compile(r"-g[0-9a-f]{12}\b")
EXPRESSION = "ailed to compile function for expression"
"""With a small letter from Argo 4 on."""


def explanation(difference: Difference) -> str:
    """Why a difference is there; empty where nobody knows."""
    original, other = str(difference.original), str(difference.other)
    if LABEL.search(difference.place) and difference.original == ABSENT:
        return "the label of the WorkflowTemplate, which Argo's own clients set and from 4.1 on its controller"
    if EXECUTOR.search(difference.place):
        return "the executor is told the labels and annotations that the pod has"
    if difference.place.endswith(".message") and _names_copies(original, other):
        return "a message of Argo has the name of a copy, or of a versioned WorkflowTemplate"
    if difference.place.endswith(".message") and EXPRESSION in original and EXPRESSION in other:
        return "of several hooks that cannot be read, the controller names any"
    return ""


def _names_copies(original: str, other: str) -> bool:
    """Whether the same is said of templates that have a longer name in the other."""
    if VERSIONED.sub("", other) == original:
        return True
    pairs = list(zip(original.split(), other.split(), strict=False))
    return len(original.split()) == len(other.split()) and all(
        one == two or (two.startswith(f"{one}-") and COPY.search(two)) for one, two in pairs
    )


RACED = re.compile(r"\.(nodes|pods|claims)\.|\.workflow\.status\.(progress|conditions|message)")
GOES_ON = ("Running", "Pending")


def raced(difference: Difference) -> str:
    """Why nodes differ of a Workflow that left some behind."""
    return "a Workflow that fails does not wait for what still runs" if RACED.match(difference.place) else ""


def left_some_behind(original: Run, other: Run) -> bool:
    """Whether both ended the same way, before all of their nodes had."""
    is_same_end = original.phase == other.phase != "Succeeded"
    return is_same_end and any(node.get("phase") in GOES_ON for run in (original, other) for node in run.nodes.values())


ENDS = (
    (
        "failed to resolve {{workflow.priority}}",
        "",
        "a priority that only the WorkflowTemplate has: Argo's validation does not know it there",
    ),
    (
        "metadata.name: Invalid value",
        "",
        "a template whose name cannot be part of a pod's name: its copy has another one",
    ),
    (
        "",
        "image may not be empty",
        "a container without an image: Argo's validation finds it in a Workflow before anything runs",
    ),
)
"""How the original and the other end, by a part of the messages, and why that is so."""


def explained_end(original: Run, other: Run) -> str:
    """Why two runs end in different ways; empty where nobody knows."""
    found = [why for here, there, why in ENDS if here in original.messages and there in other.message]
    return found[0] if found else ""
