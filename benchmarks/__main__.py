"""`make bench`: measures every row and prints the table; what is not kept is told, and is for people to judge."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

from benchmarks import flatten_rows, git_rows, index_rows, memory_rows
from benchmarks.repository import Shape
from benchmarks.scene import scene

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.measuring import Row


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--templates", type=int, default=Shape().templates, help="templates in the large repository")
    arguments = parser.parse_args()
    console = Console(width=None if sys.stdout.isatty() else 130)
    table = Table("what", "ratio", "budget", "", "measured / reference")
    for row in _rows(arguments.templates):
        table.add_row(row.goal, f"{row.measured:.3g}", _budget(row), "kept" if row.kept else "NOT KEPT", row.detail)
        print(f"  {row.goal}: {row.measured:.3g}", file=sys.stderr, flush=True)
    console.print(table)


def _rows(templates: int) -> Iterator[Row]:
    yield from flatten_rows.rows()
    with scene(Shape(templates=templates)) as large:
        with scene(Shape(templates=10, commits=3, changed=2)) as small:
            yield git_rows.warm_by_size(small, large)
        yield from git_rows.rows(large)
        yield from index_rows.rows(large)
        yield from memory_rows.rows(large)


def _budget(row: Row) -> str:
    if row.budget is None:
        return ""
    return f"{'>=' if row.at_least else '<='} {row.budget:g}"


if __name__ == "__main__":
    main()
