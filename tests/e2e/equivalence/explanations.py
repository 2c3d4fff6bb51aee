"""Differences that have a reason: each is inherent, and told of in docs/equivalence.md."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tests.e2e.equivalence.comparison import ABSENT

if TYPE_CHECKING:
    from tests.e2e.equivalence.comparison import Difference


LABEL = re.compile(r"\.workflow\.metadata\.labels\.workflows\.argoproj\.io/(cluster-)?workflow-template$")


def explanation(difference: Difference) -> str:
    """Why a difference is there; empty where nobody knows."""
    if LABEL.search(difference.place) and difference.original == ABSENT:
        return "the label of the WorkflowTemplate, which Argo's own clients set and from 4.1 on its controller"
    return ""
