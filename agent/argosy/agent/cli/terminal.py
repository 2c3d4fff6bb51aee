"""What is written where: results on stdout, everything else on stderr; colour and progress only for people."""

from __future__ import annotations

import sys
import threading
from contextlib import contextmanager
from enum import StrEnum
from typing import TYPE_CHECKING, Final, TypeAlias

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from argosy.resolver.documents import canonical

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Sequence

    from argosy.resolver.manifests import JsonValue

PATIENCE_SECONDS: Final = 0.4
"""A command that ends sooner shows no progress: it would only flicker."""


class TableFormat(StrEnum):
    """How a command shows what it found."""

    TABLE = "table"
    JSON = "json"


def stdout() -> Console:
    """For results. Rich leaves the colours out where NO_COLOR is set or nobody looks."""
    return _console(error=False)


def stderr() -> Console:
    """For warnings, problems and progress."""
    return _console(error=True)


def _console(*, error: bool) -> Console:
    # Made for each use: sys.stdout may be another one by then.
    return Console(stderr=error, highlight=False, markup=False, emoji=False, soft_wrap=True)


def write(text: str) -> None:
    """Put a result on stdout as UTF-8, whatever the locale says: a manifest is UTF-8."""
    sys.stdout.flush()
    sys.stdout.buffer.write(text.encode())
    sys.stdout.buffer.flush()


def write_json(value: JsonValue) -> None:
    """Put one value on stdout, on one line with its keys sorted."""
    write(canonical(value).decode() + "\n")


def styled(*pieces: tuple[str, str]) -> Text:
    """One line out of texts with their styles, safe to show: a name from a repository cannot steer the terminal."""
    return Text.assemble(*((_visible(text), style) for text, style in pieces))


def write_table(headings: Sequence[str], rows: Sequence[Sequence[str | Text]]) -> None:
    """Put a table on stdout in aligned columns, never cut or wrapped, so that it can be searched and sorted."""
    cells = [[Text(heading, style="bold") for heading in headings]]
    cells += [[cell if isinstance(cell, Text) else styled((cell, "")) for cell in row] for row in rows]
    widths = [max(cell_len(row[column].plain) for row in cells) for column in range(len(headings))]
    console = stdout()
    for row in cells:
        line = Text("   ").join(_padded(cell, width) for cell, width in zip(row, widths, strict=True))
        line.rstrip()
        console.print(line)


def _visible(text: str) -> str:
    """The text with all that moves the cursor, changes colours or the direction of writing told by its escape."""
    if text.isprintable():
        return text
    return "".join(one if one.isprintable() else one.encode("unicode_escape").decode() for one in text)


def _padded(cell: Text, width: int) -> Text:
    padded = cell.copy()
    padded.append(" " * (width - cell_len(cell.plain)))
    return padded


Progress: TypeAlias = "Callable[[str], None]"
"""Says what a long command is doing."""


@contextmanager
def progress(text: str) -> Generator[Progress]:
    """Show on stderr, while it is a terminal, that the command is alive and what it is doing."""
    console = stderr()
    if not console.is_terminal:
        yield lambda _: None
        return
    status = console.status(Text(text))
    timer = threading.Timer(PATIENCE_SECONDS, status.start)
    timer.daemon = True
    timer.start()
    try:
        yield lambda text: status.update(Text(text))
    finally:
        timer.cancel()
        timer.join()
        status.stop()
