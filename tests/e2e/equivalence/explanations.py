"""Differences that have a reason: each is inherent, and told of in docs/equivalence.md."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import TYPE_CHECKING

from tests.e2e.equivalence.comparison import ABSENT

if TYPE_CHECKING:
    from tests.e2e.equivalence.comparison import Difference
    from tests.e2e.equivalence.runs import Run


class Explanation(StrEnum):
    """As the table names it; docs/equivalence.md tells why it is so."""

    LABEL = "label of the WorkflowTemplate"
    EXECUTOR = "labels and annotations that the executor reads"
    COPY = "name of a copy in a message"
    HOOKS = "several hooks that cannot be read"
    FIRST = "place of a problem that is found first"
    RACE = "nodes that a failed Workflow left"
    PRIORITY = "priority of the WorkflowTemplate"
    POD_NAME = "name that no pod can have"
    IMAGE = "container without an image"


LABEL = re.compile(r"\.workflow\.metadata\.labels\.workflows\.argoproj\.io/(cluster-)?workflow-template$")
EXECUTOR = re.compile(r"\.pods\..*\.env\[\d+\]\.value\.metadata(\.|$)")
COPY = re.compile(r"-[0-9a-f]{10}$")
VERSIONED = re.compile(r"-g[0-9a-f]{12}\b")
EXPRESSION = "ailed to compile function for expression"
"""With a small letter from Argo 4 on."""
INVALID = re.compile(r"^invalid spec: (templates\.[^.:\s]*(:|\.tasks\.\S+|\.steps\[\d+\]\.\S+)? )+")
"""How a message of Argo's validation begins, up to what is wrong (workflow/validate/validate.go, validateDAG)."""


def explanation(difference: Difference) -> Explanation | None:
    """Why a difference is there, where that is known."""
    original, other = str(difference.original), str(difference.other)
    if LABEL.search(difference.place) and difference.original == ABSENT:
        return Explanation.LABEL
    if EXECUTOR.search(difference.place):
        return Explanation.EXECUTOR
    if difference.place.endswith(".message") and _names_copies(original, other):
        return Explanation.COPY
    if difference.place.endswith(".message") and EXPRESSION in original and EXPRESSION in other:
        return Explanation.HOOKS
    if difference.place == ".workflow.status.message" and _finds_the_same(original, other):
        return Explanation.FIRST
    return None


def _finds_the_same(original: str, other: str) -> bool:
    """Whether the Workflow is invalid for the same reason, wherever that was found."""
    found = [message[match.end() :] for message in (original, other) if (match := INVALID.match(message))]
    return len(found) == 2 and found[0] == found[1]


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


def raced(difference: Difference) -> Explanation | None:
    """Why nodes differ of a Workflow that left some behind."""
    return Explanation.RACE if RACED.match(difference.place) else None


def left_some_behind(original: Run, other: Run) -> bool:
    """Whether both ended the same way, before all of their nodes had."""
    is_same_end = original.phase == other.phase != "Succeeded"
    return is_same_end and any(node.get("phase") in GOES_ON for run in (original, other) for node in run.nodes.values())


ENDS = (
    ("failed to resolve {{workflow.priority}}", "", Explanation.PRIORITY),
    ("metadata.name: Invalid value", "", Explanation.POD_NAME),
    ("", "image may not be empty", Explanation.IMAGE),
)
"""How the original and the flattened one end, by a part of the messages, and why that is so."""


def explained_end(original: Run, other: Run) -> Explanation | None:
    """Why a flattened Workflow ends in another way, where that is known."""
    found = (why for here, there, why in ENDS if here in original.messages and there in other.message)
    return next(found, None)
