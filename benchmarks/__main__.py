"""`make bench`: measures every row and prints the table; what is not kept is told, and is for people to judge."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

from benchmarks import (
    cluster_rows,
    flatten_rows,
    git_rows,
    index_rows,
    indexing_rows,
    memory_rows,
    renewal_rows,
    sweep_rows,
    webhook_rows,
)
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
        measured = "" if row.measured is None else f"{row.measured:.3g}"
        table.add_row(row.goal, measured, _budget(row), _judged(row), row.detail)
        print(f"  {row.goal}: {measured or row.detail}", file=sys.stderr, flush=True)
    console.print(table)


def _rows(templates: int) -> Iterator[Row]:
    yield from flatten_rows.rows()
    with scene(Shape(templates=templates)) as large:
        with scene(Shape(templates=10, commits=3, changed=2)) as small:
            yield git_rows.warm_by_size(small, large)
        yield from git_rows.rows(large)
        yield from index_rows.rows(large)
        yield from memory_rows.rows(large)
        yield from webhook_rows.rows(large)
        yield from renewal_rows.rows(large)
        yield from cluster_rows.rows(large)
    yield from indexing_rows.rows(templates)
    yield from sweep_rows.rows()


def _judged(row: Row) -> str:
    if row.measured is None or row.budget is None:
        return ""
    return "kept" if row.kept else "NOT KEPT"


def _budget(row: Row) -> str:
    if row.budget is None:
        return ""
    return f"{'>=' if row.at_least else '<='} {row.budget:g}"


if __name__ == "__main__":
    main()
