"""The whole proof: `python -m tests.e2e.equivalence [SOURCE...]`, with a table on stdout and status 1 on a difference.

Sources are `upstream`, `conformance`, `recast` and `drawn`; all of them by default.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from tests.controlplane.cluster import control_plane
from tests.controlplane.programs import NEEDED, build, progress
from tests.e2e.equivalence.conformance_cases import conformance_cases
from tests.e2e.equivalence.generated_cases import generated_cases
from tests.e2e.equivalence.proof import prove
from tests.e2e.equivalence.table import faults, lines
from tests.e2e.equivalence.upstream_cases import recast_cases, upstream_cases
from tests.oracle.programs import argo_module

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from tests.e2e.equivalence.cases import Case

DRAWN = 400
SOURCES: dict[str, Callable[[], Iterable[Case]]] = {
    "upstream": lambda: upstream_cases(argo_module()),
    "conformance": conformance_cases,
    "recast": lambda: recast_cases(argo_module()),
    "drawn": lambda: generated_cases(DRAWN),
}


def main(names: tuple[str, ...]) -> int:
    """Run the cases of these sources, and print what they show."""
    build((*NEEDED, "helm", "argo"), progress)
    cases = [case for name in names or SOURCES for case in SOURCES[name]()]
    started = time.monotonic()

    def say(line: str) -> None:
        progress(f"{time.monotonic() - started:6.0f} s  {line}")

    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "controlplane").mkdir()
        with control_plane(Path(folder) / "controlplane") as plane:
            say(f"a control plane for {len(cases)} cases")
            proofs = prove(plane, Path(folder), cases, say)
    sys.stdout.writelines(f"{line}\n" for line in lines(proofs))
    return 1 if faults(proofs) else 0


if __name__ == "__main__":
    sys.exit(main(tuple(sys.argv[1:])))
