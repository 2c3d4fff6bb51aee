"""Cases run each way, and what that shows of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.e2e.equivalence.cases import Case, numbered
from tests.e2e.equivalence.site import answering, site
from tests.e2e.equivalence.verdicts import Outcome, Verdict, verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from tests.controlplane.cluster import ControlPlane
    from tests.e2e.equivalence.runs import Run


@dataclass(frozen=True, slots=True)
class Proof:
    """Of one case: how the flattened Workflow and that by reference compare with the original."""

    case: Case
    flattened: Verdict
    reference: Verdict


def prove(
    plane: ControlPlane, folder: Path, cases: Iterable[Case], say: Callable[[str], None] = lambda _: None
) -> list[Proof]:
    """Run all cases each of the three ways, one way after the other."""
    by_slug = numbered(cases)
    with site(plane, by_slug.values()) as here:
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
        measure = verdict(flattened, referring) if referring.refusal else Verdict(Outcome.MEASURE)
        return Proof(case, verdict(referring, flattened), measure)
    return Proof(case, verdict(original, flattened), verdict(original, referring))
