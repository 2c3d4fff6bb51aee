"""The whole proof: `python -m tests.e2e.equivalence [--argo 3|4] [--case TEXT] [SOURCE...]`, with a table on stdout.

Sources are `upstream`, `conformance`, `recast` and `drawn`; all of them by default. The status is 1 where a difference
has no reason, and 2 where there is no such case.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from tests.controlplane.cluster import control_plane
from tests.controlplane.programs import NEEDED, PROGRAMS, argo_source, build, progress
from tests.e2e.equivalence.conformance_cases import conformance_cases
from tests.e2e.equivalence.generated_cases import generated_cases
from tests.e2e.equivalence.proof import prove
from tests.e2e.equivalence.table import faults, lines
from tests.e2e.equivalence.upstream_cases import recast_cases, upstream_cases

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from tests.e2e.equivalence.cases import Case

DRAWN = 400
CONTROLLERS = {"4": "workflow-controller", "3": "workflow-controller-3"}
SOURCES: dict[str, Callable[[Path], Iterable[Case]]] = {
    "upstream": upstream_cases,
    "conformance": lambda _: conformance_cases(),
    "recast": recast_cases,
    "drawn": lambda _: generated_cases(DRAWN),
}
"""The cases, from the folder of Argo's module."""


def main(controller: str, sources: Iterable[str], part: str) -> int:
    """Run the cases of these sources whose names have this part, and print what they show."""
    build((*NEEDED, controller, "helm", "argo"), progress)
    module = argo_source(controller)
    cases = [case for name in sources for case in SOURCES[name](module) if part in case.name]
    if not cases:
        progress(f"no case of {', '.join(sources)} has {part!r} in its name; without --case, all of them are run")
        return 2
    started = time.monotonic()

    def say(line: str) -> None:
        progress(f"{time.monotonic() - started:6.0f} s  {line}")

    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "controlplane").mkdir()
        with control_plane(Path(folder) / "controlplane", controller) as plane:
            say(f"a control plane with {controller} {PROGRAMS[controller].version} for {len(cases)} cases")
            proofs = prove(plane, Path(folder), cases, say)
    sys.stdout.writelines(f"{line}\n" for line in lines(proofs))
    return 1 if faults(proofs) else 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="make equivalence", description="Hold flattened Workflows against originals.")
    parser.add_argument("--argo", choices=CONTROLLERS, default="4", help="the major version of Argo's controller")
    parser.add_argument("--case", metavar="TEXT", default="", help="only cases whose names have this in them")
    parser.add_argument("sources", metavar="SOURCE", nargs="*", help=", ".join(SOURCES))
    given = parser.parse_args()
    if unknown := set(given.sources) - set(SOURCES):
        parser.error(f"no such source: {', '.join(sorted(unknown))}")
    sys.exit(main(CONTROLLERS[given.argo], given.sources or SOURCES, given.case))
