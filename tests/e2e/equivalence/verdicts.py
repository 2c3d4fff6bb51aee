"""What a case shows: that both ways are equal, that one is denied for a reason, or a difference."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from tests.e2e.equivalence.comparison import differences
from tests.e2e.equivalence.explanations import explained_end, explanation, left_some_behind, raced

if TYPE_CHECKING:
    from tests.e2e.equivalence.comparison import Difference
    from tests.e2e.equivalence.explanations import Explanation
    from tests.e2e.equivalence.runs import Run


class Outcome(StrEnum):
    """Of one case, one way."""

    EQUAL = "equal"
    REFUSED = "refused"
    """By the agent or the API server, where the original is refused as well, ends in error, or never ends."""
    EXPLAINED = "explained difference"
    DENIED = "denied"
    """By the agent, with a reason; by itself, Argo would run it."""
    ACCEPTED = "runs from git only"
    """The API server does not take the template as it is written."""
    ENDLESS = "never ends"
    """Either way, such as what calls itself without a condition."""
    MEASURE = "has no original"
    """It calls several versions of a template, which Argo by itself cannot: the flattened one is compared with it."""
    DIFFERENT = "DIFFERENT"
    UNFINISHED = "UNFINISHED"
    """One way only, or where its pods could not be played."""


HOLDERS = ("WorkflowTemplate ", "ClusterWorkflowTemplate ")
TAKEN = ": 409: "
"""In a refusal: another case's template still has the name."""
FAULTS = {Outcome.DIFFERENT, Outcome.UNFINISHED}
"""What nothing explains."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome, with why, and what is different."""

    outcome: Outcome
    why: str = ""
    differences: tuple[Difference, ...] = ()

    @property
    def is_plain(self) -> bool:
        """Whether there is nothing to tell of it."""
        return self.outcome is Outcome.EQUAL


def verdict(original: Run, other: Run, *, is_flattened: bool) -> Verdict:
    """How the other way compares; what flattening alone may change is no excuse for a Workflow by reference."""
    if trouble := original.trouble or other.trouble:
        return Verdict(Outcome.UNFINISHED, trouble)
    if other.refusal and not original.is_good:
        return Verdict(Outcome.REFUSED, other.refusal)
    if original.refusal.startswith(HOLDERS):
        return Verdict(Outcome.UNFINISHED if TAKEN in original.refusal else Outcome.ACCEPTED, original.refusal)
    if other.refusal:
        return Verdict(Outcome.DENIED, other.refusal)
    if not (original.is_finished or other.is_finished):
        return Verdict(Outcome.ENDLESS)
    end = explained_end(original, other) if is_flattened else None
    return _compared(original, other, tuple(differences(original, other)), end)


def _compared(original: Run, other: Run, found: tuple[Difference, ...], end: Explanation | None) -> Verdict:
    is_race = left_some_behind(original, other)
    reasons = [explanation(each) or (raced(each) if is_race else None) for each in found]
    left = tuple(each for each, why in zip(found, reasons, strict=True) if not why)
    if left and end:
        return Verdict(Outcome.EXPLAINED, end, left)
    if not (original.is_finished and other.is_finished):
        return Verdict(Outcome.UNFINISHED, f"{original.phase} and {other.phase}", left)
    if left:
        return Verdict(Outcome.DIFFERENT, "", left)
    if found:
        return Verdict(Outcome.EXPLAINED, "; ".join(sorted({why for why in reasons if why})), found)
    return Verdict(Outcome.EQUAL, original.phase)
