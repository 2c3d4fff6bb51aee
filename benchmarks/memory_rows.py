"""Memory, each in a process of its own."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

from benchmarks.measuring import Row

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.scene import Scene

_RESIDENT = """
import sys
def resident():
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) / 1024 for line in status if line.startswith("VmRSS"))
"""

_RESOLVER = (
    _RESIDENT
    + """
from pathlib import Path
from benchmarks.repository import Shape
from benchmarks.scene import QUESTION, Scene, workflow
scene = Scene(Path(sys.argv[1]), Shape(), sys.argv[2], Path(sys.argv[3]))
with scene.resolver("memory") as resolver:
    for version in ("v1.0.0", "v1.1.0", "v1.2.0"):
        resolver.resolve(workflow(version), QUESTION)
    print(resident())
"""
)

_HOSTILE = (
    _RESIDENT
    + """
from argosy.resolver.documents import DocumentError, load
bombs = [
    b"[" * 100_000,
    b"{a: " * 100_000,
    b"- " * 100_000,
    b"a: &a [x,x,x,x,x,x,x,x,x]\\n" + b"".join(
        b"%c: &%c [%s]\\n" % (98 + n, 98 + n, b",".join([b"*%c" % (97 + n)] * 9)) for n in range(9)
    ),
    b"a: &a " + b"x" * 100_000 + b"\\nb: [" + b",".join([b"*a"] * 10_000) + b"]\\n",
]
before = resident()
for bomb in bombs:
    try:
        load(bomb)
    except DocumentError:
        pass
print(resident() - before)
"""
)


def rows(scene: Scene) -> Iterator[Row]:
    yield Row(f"MB resident, {scene.shape.templates} templates at three versions", _run(_RESOLVER, scene), 200)
    yield Row("MB added by hostile YAML, the process alive", _run(_HOSTILE, scene), 50)


def _run(program: str, scene: Scene) -> float:
    command = [sys.executable, "-c", program, str(scene.folder), scene.url, str(scene.ca_file)]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
