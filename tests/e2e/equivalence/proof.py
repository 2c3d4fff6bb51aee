"""Cases run each way, and what that shows of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.e2e.equivalence.cases import Case, numbered
from tests.e2e.equivalence.site import answering, site
from tests.e2e.equivalence.verdicts import FAULTS, Outcome, Verdict, verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from tests.controlplane.cluster import ControlPlane
    from tests.e2e.equivalence.runs import Run

MANY, FEW = 60, 12
"""Cases that run at once."""


@dataclass(frozen=True, slots=True)
class Proof:
    """Of one case: how the flattened Workflow and that by reference compare with the original."""

    case: Case
    flattened: Verdict
    reference: Verdict

    @property
    def is_fault(self) -> bool:
        """Whether there is something that nothing explains."""
        return not FAULTS.isdisjoint((self.flattened.outcome, self.reference.outcome))


def prove(
    plane: ControlPlane, folder: Path, cases: Iterable[Case], say: Callable[[str], None] = lambda _: None
) -> list[Proof]:
    """Run all cases each of the three ways; those that nothing explains once more, a few at a time.

    A controller that is busy with others finishes too late, and some of what it does is chance.
    """
    proofs = _proved(plane, folder / "first", cases, say)
    again = [proof.case for proof in proofs if proof.is_fault]
    if not again:
        return proofs
    say(f"{len(again)} are run again")
    second = {proof.case.name: proof for proof in _proved(plane, folder / "again", again, say, at_once=FEW)}
    return [second.get(proof.case.name, proof) for proof in proofs]


def _proved(
    plane: ControlPlane, folder: Path, cases: Iterable[Case], say: Callable[[str], None], at_once: int = MANY
) -> list[Proof]:
    """One way after the other."""
    by_slug = numbered(cases)
    with site(plane, by_slug.values(), at_once=at_once) as here:
        originals = here.originals({slug: case for slug, case in by_slug.items() if case.has_original})
        say(f"{len(originals)} originals have run")
        with answering(plane, folder / "flattened", by_slug, by_reference=False):
            flattened = here.asking(by_slug, "flattened")
        say(f"{len(flattened)} have run flattened")
        with answering(plane, folder / "reference", by_slug, by_reference=True):
            referring = here.asking(by_slug, "reference")
        say(f"{len(referring)} have run by reference")
    return [_proof(case, originals.get(slug), flattened[slug], referring[slug]) for slug, case in by_slug.items()]


def _proof(case: Case, original: Run | None, flattened: Run, referring: Run) -> Proof:
    """Without an original, the flattened form is held against that by reference."""
    if original is None:
        is_refused = bool(referring.refusal)
        measure = verdict(flattened, referring, is_flattened=False) if is_refused else Verdict(Outcome.MEASURE)
        return Proof(case, verdict(referring, flattened, is_flattened=True), measure)
    return Proof(
        case,
        flattened=verdict(original, flattened, is_flattened=True),
        reference=verdict(original, referring, is_flattened=False),
    )
