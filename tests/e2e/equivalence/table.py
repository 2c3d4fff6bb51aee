"""What the proof shows, for people: a line for each case, what is different, and how many of each."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from tests.e2e.equivalence.verdicts import FAULTS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.e2e.equivalence.proof import Proof
    from tests.e2e.equivalence.verdicts import Verdict

NAME, COLUMN, WHY = 90, 24, 160


def lines(proofs: list[Proof]) -> Iterator[str]:
    """The table, with the differences of a case below it."""
    yield f"{'case':{NAME}} {'flattened':{COLUMN}} {'by reference':{COLUMN}}"
    for proof in proofs:
        ways = {"flattened": proof.flattened, "by reference": proof.reference}
        columns = " ".join(f"{verdict.outcome:{COLUMN}}" for verdict in ways.values())
        yield f"{proof.case.name[:NAME]:{NAME}} {columns}".rstrip()
        for way, verdict in ways.items():
            yield from _reasons(way, verdict)
    yield ""
    for way, outcomes in counted(proofs).items():
        yield f"{way}: " + ", ".join(f"{count} {outcome}" for outcome, count in outcomes.most_common())


def counted(proofs: list[Proof]) -> dict[str, Counter[str]]:
    """How many of each outcome, by way."""
    return {
        "flattened": Counter(str(proof.flattened.outcome) for proof in proofs),
        "by reference": Counter(str(proof.reference.outcome) for proof in proofs),
    }


def faults(proofs: list[Proof]) -> list[str]:
    """The cases that nothing explains."""
    return [proof.case.name for proof in proofs if proof.is_fault]


def _reasons(way: str, verdict: Verdict) -> Iterator[str]:
    if verdict.why and not verdict.is_plain:
        yield f"    {way}: {verdict.why[:WHY]}"
    if verdict.outcome in FAULTS:
        yield from (f"    {line}" for each in verdict.differences for line in str(each).splitlines())
